"""The hook part of the solved autograd exercise against slices of nets, autograd and finite differences."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from fixtures.models import load_model
from reference.autograd import double_outputs, record_gradients, record_inputs, record_outputs

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
LAYERS = ("fc_out", "backbone.bn5_2", "backbone.conv1", "backbone.relu1")
X = torch.randn(2, 3, 64, 96, generator=torch.Generator().manual_seed(0))

CALLS = {
    "record_outputs": lambda model, x: record_outputs(model, ("conv2", "fc", "relu"), x),
    "record_inputs": lambda model, x: record_inputs(model, ("conv2", "fc", "relu"), x),
    "record_gradients": lambda model, x: record_gradients(model, "conv2", x, 3),
    "double_outputs": lambda model, x: double_outputs(model, "conv2", x),
}
EACH_CALL = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)


class Functional(nn.Module):
    """A net whose in-place ReLU is a function, which no flag turns off."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.same = nn.Identity()
        self.fc = nn.Linear(4 * 4 * 4, 5)

    def forward(self, images):
        return self.fc(functional.relu(self.same(self.conv(images)), inplace=True).flatten(1))


def make_chain(*, inplace=False):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, 6, 3),
        nn.ReLU(inplace),
        nn.Conv2d(6, 6, 3),
        nn.ReLU(inplace),
        nn.Flatten(),
        nn.Linear(60, 5),
    ).eval()


@DTYPES
@pytest.mark.parametrize("inplace", [False, True])
def test_outputs_and_inputs_are_those_of_a_cut_net(dtype, inplace):
    """Layer k of a chain puts out what its first k + 1 layers compute, and is called with what the first k do."""
    x = X[:, :, :6, :9].to(dtype)
    chain, names = make_chain(inplace=inplace).to(dtype), [str(k) for k in (5, 2, 0, 3, 1)]
    outputs, inputs = record_outputs(chain, names, x), record_inputs(chain, names, x)
    plain = make_chain().to(dtype)
    for k in map(int, names):
        assert torch.equal(outputs[str(k)], plain[: k + 1](x))
        assert torch.equal(inputs[str(k)], plain[:k](x))


def test_a_function_in_place_overwrites_only_the_net_s_own_copy():
    """A copy is what was recorded, also where no layer but a function works in place."""
    net, x = Functional(), X[:1, :, :6, :6]
    outputs = record_outputs(net, ["conv"], x)
    inputs = record_inputs(net, ["same"], x)
    torch.testing.assert_close(outputs["conv"], net.conv(x).detach())
    torch.testing.assert_close(inputs["same"], net.conv(x).detach())


def test_layers_are_listed_as_they_run():
    """Whatever the order of the names."""
    order = ["backbone.conv1", "backbone.relu1", "backbone.bn5_2", "fc_out"]
    model = load_model("flat_vgg")
    assert list(record_outputs(model, LAYERS, X)) == order
    assert list(record_inputs(model, LAYERS[::-1], X)) == order


def test_a_layer_that_runs_twice_is_recorded_as_in_its_last_run():
    """The shared ReLU of the small net runs behind both convolutions."""
    model, x = load_model("tiny"), X[:, :, :6, :9]
    outputs, inputs = (f(model, ["relu", "conv2"], x) for f in (record_outputs, record_inputs))
    assert torch.equal(outputs["relu"], outputs["conv2"].relu())
    assert torch.equal(inputs["relu"], outputs["conv2"])


@DTYPES
@pytest.mark.parametrize("layer", ["backbone.conv1", "backbone.bn5_2", "backbone.conv5_2", "fc_out"])
def test_gradients_are_those_of_autograd(dtype, layer):
    """torch.autograd.grad with respect to the layer's own tensors, without any backward hook."""
    model, x = load_model("flat_vgg").to(dtype), X[:1].to(dtype)
    kept = []
    with model.get_submodule(layer).register_forward_hook(
        lambda module, inputs, output: kept.extend((inputs[0], output))
    ):
        score = model(x.clone().requires_grad_())[0, 3]
    expected = torch.autograd.grad(score, kept)
    found = record_gradients(model, layer, x, 3)
    assert all(map(torch.equal, found, expected))
    assert not any(gradient.requires_grad for gradient in found)


def test_gradients_agree_with_finite_differences():
    """The slope of the score when one number of the layer's output moves, measured without autograd."""
    model, x = load_model("tiny").double(), X[:1, :, :6, :9].double()
    _, gradient = record_gradients(model, "conv2", x, 3)
    for place in ((0, 1, 2, 3), (0, 7, 0, 0)):
        scores = []
        for step in (1e-6, -1e-6):
            moved = torch.zeros(1, 8, 3, 5, dtype=torch.float64)
            moved[place] = step
            with (
                model.conv2.register_forward_hook(lambda m, i, output, moved=moved: output + moved),
                torch.no_grad(),
            ):
                scores.append(model(x)[0, 3])
        assert gradient[place].item() == pytest.approx(
            (scores[0] - scores[1]).item() / 2e-6, rel=1e-5, abs=1e-9
        )


@pytest.mark.parametrize("layer", ["0", "1", "2", "3"])
def test_an_in_place_relu_does_not_disturb_the_backward_hook(layer):
    """Before, at and behind it: torch alone refuses a full backward hook there."""
    x = X[:1, :, :6, :9]
    found = record_gradients(make_chain(inplace=True), layer, x, 2)
    assert all(map(torch.equal, found, record_gradients(make_chain(), layer, x, 2)))


def test_a_function_in_place_behind_the_layer_is_refused():
    """Torch says so itself, and no hook stays."""
    net = Functional()
    with pytest.raises(RuntimeError, match="modified inplace"):
        record_gradients(net, "conv", X[:1, :, :6, :6], 0)
    assert not net.conv._backward_hooks


def test_doubling_the_last_layer_doubles_the_scores():
    """And the net behind a ReLU is blind to whether it was doubled before or behind it."""
    model = load_model("flat_vgg")
    torch.testing.assert_close(double_outputs(model, "fc_out", X), 2 * model(X).detach())
    before, behind = (double_outputs(model, f"backbone.{name}", X) for name in ("bn1", "relu1"))
    torch.testing.assert_close(before, behind)


@pytest.mark.parametrize("layer", ["conv1", "conv2", "fc"])
def test_doubling_a_layer_is_doubling_its_weights_and_bias(layer):
    """An oracle without hooks."""
    model, x = load_model("tiny"), X[:, :, :6, :9]
    found = double_outputs(model, layer, x)
    with torch.no_grad():
        for parameter in model.get_submodule(layer).parameters():
            parameter.mul_(2)
        torch.testing.assert_close(found, model(x))


@EACH_CALL
def test_a_batch_of_one_in_double_precision(call):
    """Results have the precision of the net."""
    found = call(load_model("tiny").double(), X[:1, :, :6, :9].double())
    tensors = found.values() if isinstance(found, dict) else found
    assert all(tensor.dtype == torch.float64 and not tensor.requires_grad for tensor in tensors)


@EACH_CALL
@pytest.mark.parametrize("state", ["eval", "train", "frozen"])
def test_any_state_gives_the_same_and_stays(call, state):
    """Train mode and frozen weights change no result, and the model comes back as it went in."""
    expected = call(load_model("tiny"), X[:1, :, :6, :9])
    model = load_model("tiny").train(state == "train").requires_grad_(state != "frozen")
    x, before = X[:1, :, :6, :9].clone(), describe(model)
    found = call(model, x)
    pairs = zip(found.values(), expected.values()) if isinstance(found, dict) else zip(found, expected)
    assert all(torch.equal(one, other) for one, other in pairs)
    assert describe(model) == before
    assert torch.equal(x, X[:1, :, :6, :9])
    assert not x.requires_grad


def test_batch_statistics_are_left_alone():
    """A net in train mode with batch normalisation keeps its running means."""
    model = load_model("flat_vgg").train()
    before = describe(model)
    record_outputs(model, ["backbone.bn1"], X)
    record_inputs(model, ["backbone.bn1"], X)
    record_gradients(model, "backbone.bn1", X[:1], 0)
    double_outputs(model, "backbone.bn1", X)
    assert describe(model) == before


@EACH_CALL
@pytest.mark.parametrize("train", [False, True])
def test_a_model_that_raises_is_left_as_it_was(call, train):
    """The error comes out, the hooks come off, the modes come back."""
    model = load_model("raises").train(train)
    before = describe(model)
    with pytest.raises(RuntimeError, match="half-way"):
        call(model, X[:1, :, :6, :9])
    assert describe(model) == before


@pytest.mark.parametrize("record", [record_outputs, record_inputs])
def test_an_unknown_layer_leaves_no_hook(record):
    """Hooks that were registered before the wrong name was met come off as well."""
    model = load_model("tiny")
    before = describe(model)
    with pytest.raises(AttributeError, match="conv3"):
        record(model, ("conv1", "conv3"), X)
    assert describe(model) == before


def describe(model):
    """Return everything of a model that a call must not change."""
    modules = {
        name: (
            module.training,
            getattr(module, "inplace", None),
            *(
                len(hooks)
                for hooks in (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks)
            ),
        )
        for name, module in model.named_modules()
    }
    parameters = {name: (p.requires_grad, p.grad is None) for name, p in model.named_parameters()}
    return modules, parameters, {name: values.tolist() for name, values in model.state_dict().items()}
