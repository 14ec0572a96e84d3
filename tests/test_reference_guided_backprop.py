import copy
import warnings

import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.guided_backprop import deconvnet, guided_backprop
from tests.left_as_found import STATES, describe, prepare

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # captum's own imports are not ours to judge
    from captum.attr import Deconvolution, GuidedBackprop

BOTH = pytest.mark.parametrize("function", [deconvnet, guided_backprop])
NETS = {"relu_head": (16, 24), "flat_vgg": (64, 96), "squeezenet": (64, 72)}


def image_for(name, seed=0):
    return torch.randn(3, *NETS[name], generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("name", ["relu_head", "squeezenet"])
@pytest.mark.parametrize(
    ("function", "oracle"), [(guided_backprop, GuidedBackprop), (deconvnet, Deconvolution)]
)
def test_agrees_with_captum(name, function, oracle):
    """Captum hooks modules, so its net has a ReLU of its own in each place, and none in place; flat_vgg calls one by name."""
    model, image = load_model(name), image_for(name)
    plain = copy.deepcopy(model)
    for module in list(plain.modules()):
        for key, child in list(module._modules.items()):
            if isinstance(child, nn.ReLU):
                module._modules[key] = nn.ReLU()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = oracle(plain).attribute(image[None].requires_grad_(), 3)[0].detach()
    torch.testing.assert_close(function(model, image, 3), expected)


@pytest.mark.parametrize(("function", "gates"), [(guided_backprop, True), (deconvnet, False)])
def test_is_the_product_of_matrices_and_gates(function, gates):
    """On linear layers with ReLUs between them the result is written down with matrices, without autograd."""
    generator = torch.Generator().manual_seed(1)
    first, second, third = (
        torch.randn(shape, generator=generator, dtype=torch.float64) for shape in ((7, 12), (5, 7), (4, 5))
    )
    image = torch.randn(3, 2, 2, generator=generator, dtype=torch.float64)
    layers = [
        nn.Linear(w.shape[1], w.shape[0], bias=False, dtype=torch.float64) for w in (first, second, third)
    ]
    for layer, weight in zip(layers, (first, second, third), strict=True):
        layer.weight.data = weight
    model = nn.Sequential(nn.Flatten(), layers[0], nn.ReLU(), layers[1], nn.ReLU(inplace=True), layers[2])

    hidden = first @ image.flatten()
    deeper = second @ hidden.clamp(min=0)
    back = third[2].clamp(min=0) * (deeper > 0 if gates else 1)
    back = (second.T @ back).clamp(min=0) * (hidden > 0 if gates else 1)
    torch.testing.assert_close(function(model, image, 2), (first.T @ back).view(3, 2, 2))


@BOTH
def test_is_the_gradient_where_nothing_is_cut_off(function):
    """With positive weights and a positive image each ReLU passes everything on, whatever its rule."""
    model, image = load_model("relu_head"), image_for("relu_head").abs()
    for parameter in model.parameters():
        parameter.data.abs_()
    images = image[None].clone().requires_grad_()
    (gradient,) = torch.autograd.grad(model(images)[0, 1], images)
    torch.testing.assert_close(function(model, image, 1), gradient[0])


@BOTH
@pytest.mark.parametrize("spelling", ["relu", "relu_", "functional", "method"])
def test_every_spelling_of_a_relu_is_found(function, spelling):
    """A net may call a function where another has a module."""
    calls = {
        "relu": torch.relu,
        "relu_": torch.relu_,
        "functional": nn.functional.relu,
        "method": torch.Tensor.relu,
    }

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = load_model("relu_head").backbone
            self.out = nn.Linear(8 * 8 * 12, 3)
            self.out.weight.data = torch.randn(3, 8 * 8 * 12, generator=torch.Generator().manual_seed(2))

        def forward(self, images):
            features = self.layers[0](images)
            features = self.layers[2](calls[spelling](features))
            features = calls[spelling](self.layers[3](features))
            return self.out(features.flatten(1))

    net, image = Net(), image_for("relu_head")
    modules = nn.Sequential(net.layers, nn.Flatten(), net.out)
    torch.testing.assert_close(function(net, image, 2), function(modules, image, 2))


@BOTH
@pytest.mark.parametrize("state", STATES)
def test_any_model_is_explained_and_left_as_found(function, state):
    """Train mode, frozen parameters and gradients of the caller's change nothing and are not changed."""
    image = image_for("relu_head")
    expected = function(load_model("relu_head"), image, 1)
    model = prepare(load_model("relu_head"), state)
    before = describe(model)

    with torch.no_grad() if state == "no_grad" else torch.enable_grad():
        found = function(model, image, 1)
    torch.testing.assert_close(found, expected)
    assert not found.requires_grad
    assert describe(model) == before


@BOTH
def test_a_model_that_raises_is_left_as_found(function):
    """Whatever went wrong is the caller's to hear of, and the model is as it was."""
    model = load_model("raises").train()
    before = describe(model)
    with pytest.raises(RuntimeError, match="on purpose"):
        function(model, torch.randn(3, 6, 9), 0)
    assert describe(model) == before
    assert torch.relu(torch.tensor(-1.0, requires_grad=True)).grad_fn.name() == "ReluBackward0"
