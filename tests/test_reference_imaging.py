import numpy as np
import pytest
import torch
from PIL import Image

from reference.imaging import (
    IMAGENET_MEAN,
    IMAGENET_STD,
    blur_image,
    clamp_to_colours,
    deprocess,
    image_tensor_to_numpy,
    jitter,
    preprocess,
    tile_images,
)

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@pytest.fixture
def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (6, 9, 3), dtype=np.uint8)


def test_a_picture_survives_the_way_there_and_back(picture):
    """The way back undoes the way there to the last of 256 values."""
    X = preprocess(picture)
    assert X.shape == (1, 3, 6, 9)
    assert X.dtype == torch.float32
    assert np.array_equal(deprocess(X), picture)
    assert np.array_equal(deprocess(X.double()), picture)


def test_preprocess_subtracts_the_mean_and_divides_by_the_deviation(picture):
    """One pixel by hand, for each channel."""
    for channel in range(3):
        by_hand = (picture[4, 7, channel] / 255 - IMAGENET_MEAN[channel]) / IMAGENET_STD[channel]
        assert preprocess(picture)[0, channel, 4, 7].item() == pytest.approx(by_hand, abs=1e-6)


def test_preprocess_takes_pictures_of_pil(picture):
    """An Image gives the same tensor as its array."""
    assert torch.equal(preprocess(Image.fromarray(picture)), preprocess(picture))


@pytest.mark.parametrize(
    ("size", "shape"), [(12, (1, 3, 12, 12)), ((4, 7), (1, 3, 4, 7)), (None, (1, 3, 6, 9))]
)
def test_preprocess_resizes(picture, size, shape):
    """A number means a square, a pair height and width."""
    assert preprocess(picture, size).shape == shape


@pytest.mark.parametrize(
    "wrong", [np.zeros((6, 9), np.uint8), np.zeros((6, 9, 3)), np.zeros((6, 9, 4), np.uint8)]
)
def test_preprocess_says_what_is_no_picture(wrong):
    """Grey, float and transparent pictures are refused with their shape and dtype."""
    with pytest.raises(
        ValueError, match=r"expected a picture of shape \(H, W, 3\) and dtype uint8, got \(6, 9"
    ):
        preprocess(wrong)


def test_deprocess_can_stretch_the_contrast():
    """With rescale the darkest value is 0 and the brightest 255; a constant image has no contrast to stretch."""
    X = torch.linspace(-0.1, 0.1, 54).reshape(1, 3, 3, 6)
    stretched = deprocess(X, rescale=True)
    assert (stretched.min(), stretched.max()) == (0, 255)
    assert deprocess(X).max() < 255
    grey = preprocess(np.full((4, 5, 3), 100, np.uint8))
    assert (deprocess(grey, rescale=True) == 100).all()


@DTYPES
def test_clamped_values_are_real_colours(dtype):
    """After the clamp the way to colours gives values in [0, 1], and values that were in range stay."""
    X = torch.linspace(-5, 5, 60, dtype=dtype).reshape(1, 3, 4, 5)
    clamped = clamp_to_colours(X)
    colours = clamped * torch.tensor(IMAGENET_STD, dtype=dtype).view(1, 3, 1, 1)
    colours = colours + torch.tensor(IMAGENET_MEAN, dtype=dtype).view(1, 3, 1, 1)
    assert clamped.dtype == dtype
    assert colours.min() > -1e-6
    assert colours.max() < 1 + 1e-6
    inside = torch.zeros(1, 3, 2, 2, dtype=dtype)
    assert torch.equal(clamp_to_colours(inside), inside)


@DTYPES
def test_blur_keeps_a_constant_and_lowers_the_variation(dtype):
    """A blur is an average: it leaves a flat image alone and makes noise smoother, the mean staying."""
    noise = torch.randn(2, 3, 20, 31, dtype=dtype, generator=torch.Generator().manual_seed(0))
    assert blur_image(torch.full_like(noise, 3), 1.5) == pytest.approx(torch.full_like(noise, 3), rel=1e-5)
    blurred = blur_image(noise, 0.5)
    assert blurred.dtype == dtype
    assert blurred.diff(dim=3).abs().sum() < 0.8 * noise.diff(dim=3).abs().sum()
    assert blurred.mean().item() == pytest.approx(noise.mean().item(), abs=1e-2)


def test_blur_of_a_point_is_the_gaussian():
    """One bright pixel becomes the density of the Gaussian, in both directions."""
    point = torch.zeros(1, 1, 21, 21, dtype=torch.float64)
    point[0, 0, 10, 10] = 1
    offsets = torch.arange(-10, 11, dtype=torch.float64)
    density = torch.exp(-(offsets[:, None] ** 2 + offsets[None] ** 2) / (2 * 1.3**2))
    assert blur_image(point, 1.3)[0, 0].numpy() == pytest.approx((density / density.sum()).numpy(), abs=1e-4)


def test_blur_refuses_a_width_that_is_none():
    """Sigma must be positive."""
    with pytest.raises(ValueError, match="expected sigma > 0"):
        blur_image(torch.zeros(1, 3, 4, 4), 0)


def test_jitter_goes_right_and_down_in_a_circle():
    """The first number moves along the width, the second along the height, and the way back restores the image."""
    X = torch.arange(24.0).reshape(1, 1, 4, 6)
    assert torch.equal(jitter(X, 1, 0)[..., 1:], X[..., :-1])
    assert torch.equal(jitter(X, 0, 1)[..., 1:, :], X[..., :-1, :])
    assert torch.equal(jitter(jitter(X, 5, -3), -5, 3), X)


@DTYPES
def test_numpy_images_have_the_channels_last_and_memory_of_their_own(dtype):
    """Changing the array leaves the tensor alone, which may require grad."""
    data = torch.randn(2, 3, 4, 5, dtype=dtype, requires_grad=True)
    array = image_tensor_to_numpy(data)
    assert array.shape == (2, 4, 5, 3)
    assert array.dtype == data.detach().numpy().dtype
    assert array[1, 2, 3, 0] == data[1, 0, 2, 3].item()
    before = data.detach().clone()
    array[:] = 0
    assert torch.equal(data.detach(), before)


@pytest.mark.parametrize("count", [1, 3, 4, 5, 16])
def test_every_tile_is_in_the_mosaic(count):
    """Tiles are read like text, with gaps as bright as the brightest value."""
    tiles = np.random.default_rng(0).normal(size=(count, 4, 5, 3))
    mosaic = tile_images(tiles, padding=2)
    columns = int(np.ceil(np.sqrt(count)))
    for index, tile in enumerate(tiles):
        row, column = divmod(index, columns)
        assert np.array_equal(mosaic[row * 6 : row * 6 + 4, column * 7 : column * 7 + 5], tile)
    assert (mosaic[4:6] == tiles.max()).all()
    assert mosaic.shape[1] == columns * 7
