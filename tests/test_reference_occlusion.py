import warnings

import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.occlusion import occlusion_map
from tests.left_as_found import STATES, describe, prepare

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # captum's own imports are not ours to judge
    from captum.attr import Occlusion


@pytest.fixture
def image():
    return torch.randn(3, 18, 26, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize(("window", "stride"), [(6, 4), (5, 5), (18, 8)])
def test_is_captums_map_before_it_is_spread_over_pixels(image, window, stride):
    """Captum gives each pixel the mean drop of the squares over it, and lets squares hang over the edge where the stride
    leaves a rest: these sizes leave none.
    """
    model = load_model("tiny")
    drops = occlusion_map(image, 5, model, window, stride, 0.3)
    oracle = Occlusion(model).attribute(
        image[None], (3, window, window), strides=(3, stride, stride), target=5, baselines=0.3
    )[0, 0]
    total, count = torch.zeros(18, 26), torch.zeros(18, 26)
    for i, row in enumerate(drops):
        for j, drop in enumerate(row):
            square = (slice(i * stride, i * stride + window), slice(j * stride, j * stride + window))
            total[square] += drop
            count[square] += 1
    torch.testing.assert_close(
        torch.where(count > 0, total / count.clamp(min=1), oracle), oracle, atol=1e-5, rtol=1e-4
    )


def test_squares_that_tile_a_linear_image_add_up(image):
    """The drops of squares that cover everything once add up to what is left of the score when all is covered."""
    weights = torch.randn(2, 3, 18, 24, generator=torch.Generator().manual_seed(1)).numpy()
    model = load_model("linear", {"weight": weights, "bias": torch.ones(2).numpy()})
    scene = image[:, :, :24]
    drops = occlusion_map(scene, 1, model, 6, 6, 0.7)
    whole, covered = model(torch.stack([scene, torch.full_like(scene, 0.7)]))[:, 1]
    assert drops.shape == (3, 4)
    torch.testing.assert_close(drops.sum(), whole - covered, rtol=1e-4, atol=1e-4)


def test_only_squares_over_what_counts_lower_the_score(image):
    """A model that reads one pixel loses its score in the squares that cover it, and in no other."""

    class OnePixel(nn.Module):
        def forward(self, images):
            return images[:, 1, 9, 20, None]

    drops = occlusion_map(image, 0, OnePixel(), 5, 3, 0.0)
    tops, lefts = torch.arange(5)[:, None] * 3, torch.arange(8)[None] * 3
    over = (tops <= 9) & (tops + 5 > 9) & (lefts <= 20) & (lefts + 5 > 20)
    torch.testing.assert_close(drops, torch.where(over, image[1, 9, 20], 0.0))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("state", STATES)
def test_any_model_is_explained_and_left_as_found(image, state, dtype):
    """Train mode, frozen parameters and gradients of the caller's change nothing and are not changed."""
    scene = image.to(dtype)
    expected = occlusion_map(scene, 1, load_model("tiny").to(dtype), 6, 6, 0.0)
    model = prepare(load_model("tiny").to(dtype), state)
    before, given = describe(model), scene.clone()
    found = occlusion_map(given, 1, model, 6, 6, 0.0)
    assert (found.dtype, found.requires_grad) == (dtype, False)
    torch.testing.assert_close(found, expected)
    assert torch.equal(given, scene)
    assert describe(model) == before


def test_a_model_that_raises_is_left_as_found(image):
    """Its mode is set back."""
    model = load_model("raises").train()
    with pytest.raises(RuntimeError, match="on purpose"):
        occlusion_map(image, 0, model, 6, 6, 0.0)
    assert all(module.training for module in model.modules())
