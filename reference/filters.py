"""Filters: what the first layer of a net looks for."""

import matplotlib.pyplot as plt
from torch import Tensor

from reference.imaging import image_tensor_to_numpy, tile_images


def plot_filters(data: Tensor, title: str | None = None) -> None:
    """Draw the filters of a convolution as tiles of one figure.

    A filter with 3 channels is a tile in colour; with any other number, each of its channels is a grey tile.
    Weights are signed, so they are moved into [0, 1] by one minimum and one maximum over all filters: dark is
    negative, light is positive, and tiles can be compared with each other.

    Args:
        data: weights, (F, C, H, W) float, signed; may require grad. Not modified.
        title: written above the picture.
    Source: Krizhevsky et al. 2012, "ImageNet classification with deep convolutional neural networks",
        figure 3.
    """
    # BEGIN SOLUTION
    if data.shape[1] != 3:
        data = data.flatten(0, 1).unsqueeze(1)  # (F, C, H, W) -> (F * C, 1, H, W)
    tiles = image_tensor_to_numpy(data)
    low, high = tiles.min(), tiles.max()
    tiles = (tiles - low) / (high - low if high > low else 1)  # equal weights all become 0

    plt.figure()
    plt.imshow(tile_images(tiles), cmap="gray", vmin=0, vmax=1)  # tiles in colour ignore the last three
    plt.axis("off")
    if title is not None:
        plt.title(title)
    # END SOLUTION
