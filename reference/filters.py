"""Filters: what the first layer of a net looks for, and what a net is made of."""

import matplotlib.pyplot as plt
from torch import Tensor, nn

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


def count_parameters(model: nn.Module) -> int:
    """Return how many numbers a net has to learn.

    Args:
        model: any net. Not modified.
    Returns:
        The number of values in all its parameters: weights and biases, also those that are frozen
        (`requires_grad` is False). A parameter that two modules share counts once; buffers, such as the running
        mean of a batch normalisation, are not learned and do not count.
    """
    # BEGIN SOLUTION
    return sum(parameter.numel() for parameter in model.parameters())
    # END SOLUTION


def parameters_by_module(model: nn.Module) -> dict[str, int]:
    """Return how the parameters are spread over the modules of a net.

    Args:
        model: any net. Not modified.
    Returns:
        For each module that holds parameters of its own, its dotted name, such as "backbone.conv1" or "fc_out",
        and the number of values in them, in the order of the net. The numbers add up to `count_parameters(model)`,
        so a module that only contains others does not appear, and a parameter that two modules share counts for
        one of them.
    """
    # BEGIN SOLUTION
    counts: dict[str, int] = {}
    for name, parameter in model.named_parameters():  # gives a shared parameter once
        module_name = name.rpartition(".")[0]  # "backbone.conv1.weight" -> "backbone.conv1"
        counts[module_name] = counts.get(module_name, 0) + parameter.numel()
    return counts
    # END SOLUTION
