"""Receptive fields, against arithmetic, and against what a changed pixel does to a unit."""

import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.receptive_field import ReceptiveField, receptive_field


class Branches(nn.Module):
    """Two branches of different reach that are added."""

    def __init__(self) -> None:
        super().__init__()
        self.narrow = nn.Conv2d(3, 4, 1, stride=2)
        self.wide = nn.Conv2d(3, 4, (5, 3), stride=2, padding=(2, 1))
        self.both = nn.ReLU(inplace=True)

    def forward(self, images):
        return self.both(self.narrow(images) + self.wide(images))


def by_arithmetic(layers):
    """Return the field behind a chain of (kernel, stride, padding, dilation), for one axis."""
    size, jump, start = 1, 1, 0
    for kernel, stride, padding, dilation in layers:
        size += dilation * (kernel - 1) * jump
        start -= padding * jump
        jump *= stride
    return size, jump, start


CHAINS = {
    "one convolution": [(3, 1, 1, 1)],
    "no padding": [(3, 1, 0, 1), (3, 2, 0, 1)],
    "stride and padding": [(3, 2, 1, 1), (5, 2, 2, 1), (3, 1, 1, 1)],
    "dilation": [(3, 1, 2, 2), (3, 1, 3, 3)],
    "an even kernel": [(4, 2, 1, 1), (2, 2, 0, 1)],
}


@pytest.mark.parametrize(
    "pool", [None, nn.MaxPool2d(3, 2, ceil_mode=True), nn.MaxPool2d(2), nn.AvgPool2d(3, 1, 1)]
)
@pytest.mark.parametrize("chain", CHAINS)
def test_agrees_with_arithmetic(chain, pool):
    """Along a chain of layers the field grows by the kernel times the stride so far."""
    layers = [nn.Conv2d(3, 3, k, s, p, d) for k, s, p, d in CHAINS[chain]]
    numbers = list(CHAINS[chain])
    if pool is not None:
        layers[1:1] = [nn.BatchNorm2d(3), nn.ReLU(inplace=True), pool]
        numbers[1:1] = [(pool.kernel_size, pool.stride, pool.padding, 1)]
    size, stride, start = by_arithmetic(numbers)
    expected = ReceptiveField((size, size), (stride, stride), (start, start))
    assert receptive_field(nn.Sequential(*layers), str(len(layers) - 1)) == expected


def test_knows_poolings_with_holes_and_sides_of_their_own():
    """Dilation, and a window that is higher than wide."""
    net = nn.Sequential(
        nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), dilation=(2, 1)), nn.Conv2d(3, 2, 1)
    )
    assert receptive_field(net, "1") == ReceptiveField((5, 2), (2, 1), (-1, 0))


def test_takes_the_widest_of_branches():
    """Where branches join, the field is what any of them sees."""
    assert receptive_field(Branches(), "both") == ReceptiveField((5, 3), (2, 2), (-2, -1))


@pytest.mark.parametrize(
    ("model", "layer", "channels", "size", "stride", "start"),
    [
        ("tiny", "conv2", 3, 5, 2, -2),
        ("simple", "conv2", 1, 14, 2, 0),
        ("flat_vgg", "backbone.conv3_1", 3, 18, 4, -7),
        ("vgg", "backbone.bn5_2", 3, 134, 16, -59),
        ("squeezenet", "features.2", 3, 7, 4, 0),
        ("squeezenet", "features.4.expand3x3", 3, 23, 4, -8),
    ],
)
def test_knows_the_nets_of_the_course(model, layer, channels, size, stride, start):
    """Worked out by hand from their kernels, strides and paddings."""
    expected = ReceptiveField((size, size), (stride, stride), (start, start))
    assert receptive_field(load_model(model), layer, channels) == expected


@pytest.mark.parametrize(
    ("name", "layer", "shape"),
    [
        ("flat_vgg", "backbone.conv3_1", (64, 96)),
        ("squeezenet", "features.3", (40, 56)),
        ("tiny", "conv2", (13, 20)),
    ],
)
def test_pixels_outside_the_field_do_not_count(name, layer, shape):
    """Noise everywhere else leaves a unit as it is, in the middle and at the border."""
    model, field = load_model(name).double(), receptive_field(load_model(name), layer)
    random = torch.Generator().manual_seed(1)
    X = torch.randn(1, 3, *shape, dtype=torch.float64, generator=random)
    noise = torch.randn(1, 3, *shape, dtype=torch.float64, generator=random)

    def units(images):
        kept = []
        with model.get_submodule(layer).register_forward_hook(
            lambda m, given, output: kept.append(output.clone())
        ):
            model(images)
        return kept[0]

    h, w = units(X).shape[2:]
    for i, j in ((0, 0), (h // 2, w // 2), (h - 1, w - 1), (0, w - 1)):
        top, left = i * field.stride[0] + field.start[0], j * field.stride[1] + field.start[1]
        rows, columns = slice(max(top, 0), top + field.size[0]), slice(max(left, 0), left + field.size[1])
        outside = noise.clone()
        outside[:, :, rows, columns] = X[:, :, rows, columns]
        assert torch.equal(units(outside)[..., i, j], units(X)[..., i, j])


def test_leaves_model_and_hooks_alone():
    """Weights, modes and flags are as before, and a hook of the caller's does not hear of the copy."""
    model, heard = load_model("flat_vgg").train(), []
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.backbone.conv1.register_forward_hook(lambda *_: heard.append(1))
    model.backbone.conv1.register_forward_pre_hook(lambda *_: heard.append(1))
    receptive_field(model, "backbone.conv2")
    assert heard == []
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(module.training for module in model.modules())
    assert all(parameter.requires_grad and parameter.grad is None for parameter in model.parameters())
    assert len(model.backbone.conv1._forward_hooks) == len(model.backbone.conv1._forward_pre_hooks) == 1


@pytest.mark.parametrize(
    ("name", "layer", "words"),
    [
        ("flat_vgg", "fc_out", "the units of fc_out have no field of a fixed size"),
        (
            "tiny",
            "gap",
            "the units of gap have no field of a fixed size below 1024 pixels; choose a layer before",
        ),
        ("tiny", "fc", r"expected a layer with an output \(N, C, h, w\), got shape \(1, 8\) from fc; choose"),
    ],
)
def test_layers_without_positions_are_refused(name, layer, words):
    """With a sentence on which layer to choose."""
    with pytest.raises(ValueError, match=words):
        receptive_field(load_model(name), layer)


def test_a_layer_that_is_not_run_is_named():
    """A module that lies in the model, and is not used by it."""
    net = nn.Sequential(nn.Conv2d(3, 2, 3))
    net[0].spare = nn.Conv2d(3, 2, 3)
    with pytest.raises(ValueError, match=r"the model does not run '0\.spare'"):
        receptive_field(net, "0.spare")
