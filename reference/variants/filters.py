"""Wrong answers to the filters exercise."""

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import Tensor

from reference.imaging import image_tensor_to_numpy, tile_images
from reference.variants import mistake

FILTERS = "filters.plot_filters"


@mistake(
    of=FILTERS,
    says="It looks like the colours were scrambled by a reshape: move the channel axis to the end with "
    "permute(0, 2, 3, 1), which keeps each value at its pixel.",
)
def reshape_instead_of_permute(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    F, C, H, W = data.shape
    tiles = data.detach().reshape(F, H, W, C).numpy()
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like the weights of the model were changed while drawing: -= and /= work in place, so write "
    "data = (data - low) / (high - low), or start from data.clone().",
)
def normalises_in_place(data: Tensor, title: str | None = None) -> None:
    with torch.no_grad():
        data -= data.min()
        data /= data.max()
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    show(image_tensor_to_numpy(data), title)


@mistake(
    of=FILTERS,
    says="It looks like negative weights were cut off and show as black: move all weights into [0, 1] by their minimum "
    "and maximum before imshow.",
)
def negatives_clipped(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    show(np.clip(image_tensor_to_numpy(data), 0, 1), title)


@mistake(
    of=FILTERS,
    says="It looks like the absolute weights were drawn: dark should be negative and light positive, so leave the "
    "absolute value out.",
)
def absolute_weights(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    tiles = abs(image_tensor_to_numpy(data))
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like the filters are upside down and mirrored: PyTorch's convolution does not flip its kernel, so "
    "draw the weights as they are.",
)
def flipped_kernel(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    tiles = image_tensor_to_numpy(data)[:, ::-1, ::-1]
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like height and width were swapped: the order for imshow is permute(0, 2, 3, 1).",
)
def height_and_width_swapped(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    tiles = data.detach().permute(0, 3, 2, 1).numpy()
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like the channels were averaged: a filter with 3 channels is one tile in colour, with another "
    "number of channels one grey tile for each channel.",
)
def channels_averaged(data: Tensor, title: str | None = None) -> None:
    data = data.mean(dim=1, keepdim=True)
    tiles = image_tensor_to_numpy(data)
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like only the first channels were drawn: a filter with more than 3 channels needs one grey tile for "
    "each of them.",
)
def first_three_channels(data: Tensor, title: str | None = None) -> None:
    tiles = image_tensor_to_numpy(data[:, :3] if data.shape[1] >= 3 else data[:, :1])
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like red and blue were swapped: the channels are already in the order that imshow wants, so do not "
    "reverse them.",
)
def red_and_blue_swapped(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    tiles = image_tensor_to_numpy(data)[..., ::-1]
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like some filters are missing: the grid was rounded down, so use ceil(sqrt(number of tiles)) rows "
    "and columns.",
)
def grid_rounded_down(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    n = int(np.sqrt(len(data)))
    tiles = image_tensor_to_numpy(data[: n * n])
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), title)


@mistake(
    of=FILTERS,
    says="It looks like every filter got a figure of its own: draw all of them as tiles of one figure.",
)
def one_figure_each(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    tiles = image_tensor_to_numpy(data)
    for tile in (tiles - tiles.min()) / (tiles.max() - tiles.min()):
        show(tile[None], title)


@mistake(
    of=FILTERS,
    says="It looks like the title is missing: pass it to plt.title.",
)
def title_forgotten(data: Tensor, title: str | None = None) -> None:
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    tiles = image_tensor_to_numpy(data)
    show((tiles - tiles.min()) / (tiles.max() - tiles.min()), None)


def show(tiles: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", title: str | None) -> None:
    """Draw tiles, (T, H, W, C), in one figure."""
    plt.figure()
    plt.imshow(tile_images(tiles), cmap="gray", vmin=0, vmax=1)
    plt.axis("off")
    if title is not None:
        plt.title(title)
