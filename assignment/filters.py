# Made from reference/filters.py by: python -m reference strip
"""Filters: what the first layer of a net looks for."""

import matplotlib.pyplot as plt
from torch import Tensor

from imaging import image_tensor_to_numpy, tile_images


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
    raise NotImplementedError("filters: write plot_filters")
