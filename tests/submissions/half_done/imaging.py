# Made from reference/imaging.py by: python -m reference strip
"""Support code that every exercise may use: pictures to tensors and back, blur, jitter, tiles.

Every function follows the dtype and the device of what it is given and leaves its arguments as they are.
"""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

# Mean and standard deviation of each colour channel of ImageNet, colours in [0, 1]: torchvision's convention.
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def preprocess(picture: Any, size: int | tuple[int, int] | None = None) -> Tensor:
    """Return a picture as a batch of one that a net can read.

    Args:
        picture: (H, W, 3) uint8 array, or an RGB picture of PIL.
        size: (H, W) in pixels to resize to, or one number for a square; None keeps the size.
    Returns:
        (1, 3, H, W) float32, ImageNet-normalised (no unit).
    Raises:
        ValueError: if the picture is not (H, W, 3) uint8.
    """
    pixels = np.array(picture)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3:
        raise ValueError(
            f"expected a picture of shape (H, W, 3) and dtype uint8, got {pixels.shape} {pixels.dtype}; "
            "convert it with picture.convert('RGB') or .astype('uint8')"
        )
    X = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255  # (H, W, 3) -> (1, 3, H, W)
    if size is not None:
        height_width = (size, size) if isinstance(size, int) else size
        X = nn.functional.interpolate(X, height_width, mode="bilinear", antialias=True)
    return (X - _per_channel(IMAGENET_MEAN, X)) / _per_channel(IMAGENET_STD, X)


def deprocess(X: Tensor, rescale: bool = False) -> NDArray[np.uint8]:
    """Return the picture that a normalised batch of one stands for: the way back from `preprocess`.

    Args:
        X: (1, 3, H, W) float, ImageNet-normalised.
        rescale: stretch the contrast so that the darkest value is 0 and the brightest 255; for display only. An
            image of less contrast than one of 256 levels is not stretched: that would show rounding errors.
    Returns:
        (H, W, 3) uint8; colours outside [0, 255] are clipped.
    """
    colours = X.detach() * _per_channel(IMAGENET_STD, X) + _per_channel(IMAGENET_MEAN, X)
    low, high = colours.min(), colours.max()
    if rescale and high - low > 1 / 255:
        colours = (colours - low) / (high - low)
    pixels: NDArray[np.uint8] = image_tensor_to_numpy((colours * 255).round().clamp(0, 255).byte())[0]
    return pixels


def clamp_to_colours(X: Tensor) -> Tensor:
    """Return X with every value moved into the range that a real picture can have.

    Args:
        X: (N, 3, H, W) float, ImageNet-normalised.
    Returns:
        (N, 3, H, W), same dtype, per channel between black, -mean/std, and full colour, (1 - mean)/std.
    """
    mean, std = _per_channel(IMAGENET_MEAN, X), _per_channel(IMAGENET_STD, X)
    return X.clamp(min=-mean / std, max=(1 - mean) / std)


def blur_image(X: Tensor, sigma: float = 1.0) -> Tensor:
    """Return X smoothed by a Gaussian.

    Args:
        X: (N, C, H, W) float.
        sigma: standard deviation of the Gaussian in pixels, > 0.
    Returns:
        (N, C, H, W), same dtype; beyond the border the nearest pixel is repeated.
    Raises:
        ValueError: if sigma is not positive.
    """
    if sigma <= 0:
        raise ValueError(f"expected sigma > 0 pixels, got {sigma}; leave the call out for no blur")
    radius = math.ceil(4 * sigma)  # beyond 4 sigma the Gaussian is below 4e-4 of its peak
    offsets = torch.arange(-radius, radius + 1, dtype=X.dtype, device=X.device)
    kernel = torch.exp(-0.5 * (offsets / sigma) ** 2)
    kernel = (kernel / kernel.sum()).expand(X.shape[1], 1, 1, -1)  # one copy for each channel
    padded = nn.functional.pad(X, (radius, radius, radius, radius), mode="replicate")
    rows = nn.functional.conv2d(padded, kernel, groups=X.shape[1])
    return nn.functional.conv2d(rows, kernel.transpose(2, 3), groups=X.shape[1])


def jitter(X: Tensor, ox: int, oy: int) -> Tensor:
    """Return X shifted in a circle: what leaves on one side comes in on the other.

    Args:
        X: (..., H, W), any dtype.
        ox: pixels to the right.
        oy: pixels down.
    Returns:
        Same shape and dtype; `jitter(jitter(X, ox, oy), -ox, -oy)` equals X.
    """
    return torch.roll(X, shifts=(oy, ox), dims=(-2, -1))


def image_tensor_to_numpy(data: Tensor) -> NDArray[Any]:
    """Return a batch of images as matplotlib wants it: a new array with the channels last.

    Args:
        data: (N, C, H, W), any dtype; may require grad.
    Returns:
        (N, H, W, C), same dtype, in memory of its own, so that changing it leaves `data` alone.
    """
    array: NDArray[Any] = data.detach().cpu().permute(0, 2, 3, 1).numpy().copy()
    return array


def tile_images(tiles: NDArray[Any], padding: int = 1) -> NDArray[Any]:
    """Return one picture that shows many small ones side by side.

    Args:
        tiles: (T, H, W, C) numbers with C of 1 or 3.
        padding: width of the gap between tiles in pixels.
    Returns:
        Rows of ceil(sqrt(T)) tiles, read like text; (rows * (H + padding), columns * (W + padding), C), same
        dtype. Gaps and places left over hold the largest value, so they show as white.
    """
    count, height, width, channels = tiles.shape
    columns = math.ceil(math.sqrt(count))
    rows = math.ceil(count / columns)
    grid = np.full((rows * columns, height + padding, width + padding, channels), tiles.max(), tiles.dtype)
    grid[:count, :height, :width] = tiles
    grid = grid.reshape(rows, columns, height + padding, width + padding, channels).swapaxes(1, 2)
    return grid.reshape(rows * (height + padding), columns * (width + padding), channels)


def _per_channel(values: tuple[float, ...], like: Tensor) -> Tensor:
    return torch.tensor(values, dtype=like.dtype, device=like.device).view(1, -1, 1, 1)
