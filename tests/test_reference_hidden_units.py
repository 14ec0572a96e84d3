"""Recorded activations and the patches that units like best, against laws and captum."""

import warnings

import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.activations import maximally_activating_patches, record_activations
from reference.receptive_field import receptive_field

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # captum's own imports are not ours to judge
    from captum.attr import LayerActivation

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
LAYERS = ("fc_out", "backbone.bn1", "backbone.conv3_1")


def random_images(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def images():
    return random_images(3, 3, 64, 96)


def all_hooks(model):
    return [
        hook
        for module in model.modules()
        for hooks in (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks)
        for hook in hooks.values()
    ]


@DTYPES
@pytest.mark.parametrize("count", [1, 3])
def test_records_what_captum_records(images, dtype, count):
    """Its LayerActivation guards against in-place ReLUs too; in the order asked for."""
    model, X = load_model("flat_vgg").to(dtype), images[:count].to(dtype)
    recorded = record_activations(model, LAYERS, X)
    assert tuple(recorded) == LAYERS
    for name, output in recorded.items():
        assert output.dtype == dtype
        assert torch.equal(output, LayerActivation(model, model.get_submodule(name)).attribute(X))


def test_records_every_prefix_of_a_chain(images):
    """The output of the k-th layer is what the first k + 1 layers compute, whatever overwrites it later."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 4, 3), nn.ReLU(inplace=True), nn.Conv2d(4, 2, 3), nn.Sigmoid(), nn.Flatten()
    )
    recorded = record_activations(net, [str(k) for k in range(5)], images)
    for k in range(5):
        assert torch.equal(recorded[str(k)], net[: k + 1](images))
    assert recorded["0"].min() < 0


def test_a_kernel_of_one_gives_the_picture_back(images):
    """A convolution that copies a channel puts out that channel."""
    net = nn.Sequential(nn.Conv2d(3, 1, 1, bias=False))
    net[0].weight.data = torch.tensor([0.0, 1, 0]).view(1, 3, 1, 1)
    assert torch.equal(record_activations(net, ["0"], images)["0"][:, 0], images[:, 1])


def test_of_a_layer_that_runs_twice_the_last_output_counts(images):
    """The ReLU of this net serves two convolutions."""
    model = load_model("tiny")
    recorded = record_activations(model, ["relu", "conv2"], images)
    assert torch.equal(recorded["relu"], torch.relu(recorded["conv2"]))


@pytest.mark.parametrize("name", ["flat_vgg", "tiny"])
def test_leaves_a_model_in_train_mode_as_found(images, name):
    """It is looked at in eval mode: no dropout, no running mean moves, and each module gets its own mode back."""
    model = load_model(name).train()
    model.dropout.eval()
    modes = [module.training for module in model.modules()]
    before = {key: value.clone() for key, value in model.state_dict().items()}
    layers = [key for key, module in model.named_modules() if isinstance(module, (nn.Conv2d, nn.Linear))]
    recorded = record_activations(model, layers, images)
    expected = record_activations(load_model(name), layers, images)
    assert all(torch.equal(recorded[key], expected[key]) for key in layers)
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, before[key]) for key, value in model.state_dict().items())


def test_leaves_no_trace(images):
    """No hook, no gradient, no flag; what comes back lies in memory of its own."""
    model, X = load_model("flat_vgg").requires_grad_(False), images.clone()
    recorded = record_activations(model, LAYERS, X)
    kept = {name: output.clone() for name, output in recorded.items()}
    model(-X)
    assert all(torch.equal(recorded[name], kept[name]) for name in kept)
    assert not any(output.requires_grad for output in recorded.values())
    assert torch.equal(X, images)
    assert all_hooks(model) == []
    assert not any(parameter.requires_grad for parameter in model.parameters())


@pytest.mark.parametrize(
    "function",
    [
        lambda model, X: record_activations(model, ["conv1", "conv2"], X),
        lambda model, X: maximally_activating_patches(model, "conv2", 0, X, 1),
    ],
)
def test_takes_its_hooks_off_when_the_model_fails(function):
    """The modes come back as well."""
    model = load_model("raises").train()
    with pytest.raises(RuntimeError, match="breaks off half-way"):
        function(model, random_images(1, 3, 6, 9))
    assert all_hooks(model) == []
    assert all(module.training for module in model.modules())


def test_an_unknown_layer_leaves_no_hook(images):
    """Those that were registered before the name was found to be wrong are removed."""
    model = load_model("flat_vgg")
    with pytest.raises(AttributeError, match="conv9"):
        record_activations(model, ["backbone.conv1", "backbone.conv9"], images)
    assert all_hooks(model) == []


@DTYPES
def test_finds_a_planted_template(dtype):
    """A filter responds most where its own picture lies, in the image that shows it most clearly."""
    template = random_images(3, 5, 4).to(dtype)
    net = nn.Sequential(nn.Conv2d(3, 2, (5, 4), padding=(2, 1), dtype=dtype))
    net[0].weight.data = torch.stack([-template, template])
    X = 0.1 * random_images(4, 3, 20, 31).to(dtype)
    for n, (strength, top, left) in enumerate([(1, 3, 20), (3, 15, 2), (0.5, 8, 8), (2, 0, 27)]):
        X[n, :, top : top + 5, left : left + 4] = strength * template
    patches = maximally_activating_patches(net, "0", 1, X, 3)
    assert patches.dtype == dtype
    assert torch.equal(patches, torch.stack([3 * template, 2 * template, template]))


@pytest.mark.parametrize(("name", "layer"), [("flat_vgg", "backbone.conv3_1"), ("tiny", "conv2")])
def test_a_patch_alone_excites_the_unit_as_much(name, layer, images):
    """What lies outside of the patch plays no part: on nothing but the patch the unit responds as it did."""
    model, field = load_model(name).double(), receptive_field(load_model(name), layer)
    images = images.double()
    responses = record_activations(model, [layer], images)[layer].amax(dim=(2, 3))
    expected, found = [], []
    for channel in range(8):
        patches = maximally_activating_patches(model, layer, channel, images, 3)
        for patch, response in zip(patches, responses[:, channel].sort(descending=True).values, strict=True):
            if not patch.any(dim=0).all():  # at the border: elsewhere the unit would not see padding
                continue
            alone = random_images(1, 3, 64, 96).double().flip(3)
            top, left = (k * s + b for k, s, b in zip((5, 7), field.stride, field.start, strict=True))
            alone[0, :, top : top + field.size[0], left : left + field.size[1]] = patch
            found.append(record_activations(model, [layer], alone)[layer][0, channel, 5, 7].item())
            expected.append(response.item())
    assert found == pytest.approx(expected)
    assert len(found) >= 3


def test_the_order_of_the_images_does_not_matter(images):
    """The same patches come from the same images in another order, and k only cuts the list."""
    model = load_model("tiny")
    patches = maximally_activating_patches(model, "conv2", 3, images, 3)
    assert torch.equal(maximally_activating_patches(model, "conv2", 3, images.flip(0), 3), patches)
    assert torch.equal(maximally_activating_patches(model, "conv2", 3, images, 1), patches[:1])


def test_zeros_stand_beyond_the_border():
    """A corner pixel lies in the middle of its patch."""
    net = nn.Sequential(nn.Conv2d(1, 1, 3, padding=1))
    nn.init.ones_(net[0].weight)
    X = torch.zeros(1, 1, 4, 6)
    X[0, 0, 0, 5] = 1
    X[0, 0, 0, 4] = -0.5
    net[0].weight.data[0, 0, 1, 0] = -1
    expected = torch.tensor([[0, 0, 0], [-0.5, 1, 0], [0, 0, 0]])
    assert torch.equal(maximally_activating_patches(net, "0", 0, X, 1)[0, 0], expected)


def test_patches_leave_no_trace(images):
    """Neither on the model nor on the images, which may require a gradient."""
    model, X = load_model("flat_vgg"), images.clone().requires_grad_()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    patches = maximally_activating_patches(model, "backbone.conv3_1", 0, X, 2)
    patches.zero_()
    assert torch.equal(X, images)
    assert X.requires_grad
    assert X.grad is None
    assert all_hooks(model) == []
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())
