from collections.abc import Iterator
from functools import partial

import matplotlib.pyplot as plt
import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.activations import activation_list, plot_activations, show_activations_hook
from reference.filters import plot_filters
from tests.figure_tiles import find_faults

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    yield
    plt.close("all")
    activation_list.clear()


def normal(*shape: int, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    return torch.randn(*shape, dtype=dtype, generator=torch.Generator().manual_seed(0))


def grey(data: torch.Tensor):
    """Return each channel of each entry as a tile of its own, (N * C, H, W, 1)."""
    return data.detach().flatten(0, 1).unsqueeze(-1).numpy()


@DTYPES
def test_filters_of_three_channels_are_drawn_in_colour(dtype):
    """Each tile is an affine image of its filter, colours in place."""
    weights = normal(10, 3, 4, 5, dtype=dtype).requires_grad_()
    plot_filters(weights, "first layer")
    assert find_faults(weights.detach().permute(0, 2, 3, 1).numpy(), "first layer") == []


@pytest.mark.parametrize("channels", [1, 2, 6])
def test_other_filters_are_drawn_as_one_grey_tile_for_each_channel(channels):
    """Six channels of five filters make thirty tiles."""
    weights = normal(5, channels, 4, 5)
    plot_filters(weights, "grey")
    assert find_faults(grey(weights), "grey") == []


def test_a_planted_filter_looks_as_planted():
    """Red above, dark below."""
    weights = torch.zeros(2, 3, 4, 4)
    weights[0, 0, :2], weights[0, :, 2:] = 1, -1
    plot_filters(weights)
    picture = plt.gca().get_images()[0].get_array()
    assert picture[0, 0].tolist() == [1, 0.5, 0.5]
    assert picture[3, 0].tolist() == [0, 0, 0]
    assert plt.gca().get_title() == ""


def test_equal_weights_make_a_plain_picture():
    """No contrast is no reason to divide by zero."""
    plot_filters(torch.full((4, 3, 2, 2), 0.3))
    assert plt.gca().get_images()[0].get_array().min() == 0


def test_drawing_filters_leaves_the_weights_alone():
    """Scaled for the eye is a copy."""
    weights = nn.Parameter(normal(4, 3, 3, 3))
    plot_filters(weights)
    assert torch.equal(weights, normal(4, 3, 3, 3))


@DTYPES
def test_activations_of_the_first_image_are_drawn_as_grey_tiles(dtype):
    """One tile for each channel, none for other images."""
    activations = normal(2, 6, 4, 7, dtype=dtype).requires_grad_()
    plot_activations(activations, "some layer")
    assert find_faults(grey(activations[:1]), "some layer") == []
    shown = plt.gca().get_images()[0].get_array()
    assert shown.size < 12 * 4 * 7


@DTYPES
def test_the_hook_keeps_and_draws_what_layers_put_out(dtype):
    """Two layers are hooked: two entries in order, two figures, and the scores are those without hooks."""
    model, X = load_model("tiny").to(dtype), normal(2, 3, 6, 9, dtype=dtype)
    scores = model(X)
    with (
        model.conv1.register_forward_hook(partial(show_activations_hook, "conv1")),
        model.conv2.register_forward_hook(partial(show_activations_hook, "conv2")),
    ):
        assert torch.equal(model(X), scores)
    first, second = activation_list
    torch.testing.assert_close(first, model.conv1(X))  # before the in-place ReLU behind it
    torch.testing.assert_close(second, model.conv2(model.conv1(X).relu()))
    assert [plt.figure(number).axes[0].get_title() for number in plt.get_fignums()] == [
        "Activations on: conv1",
        "Activations on: conv2",
    ]


def test_an_identity_convolution_shows_its_input():
    """With a kernel of one centred 1, the map is the picture."""
    conv = nn.Conv2d(1, 1, 3, padding=1, bias=False)
    nn.init.dirac_(conv.weight)
    X = normal(1, 1, 5, 6)
    with conv.register_forward_hook(partial(show_activations_hook, "identity")):
        conv(X)
    assert find_faults(grey(X), "Activations on: identity") == []


def test_the_hook_leaves_other_outputs_alone():
    """A linear layer has no channels to draw."""
    assert show_activations_hook("fc", nn.Linear(3, 4), (normal(2, 3),), normal(2, 4)) is None
    assert activation_list == []
    assert plt.get_fignums() == []
