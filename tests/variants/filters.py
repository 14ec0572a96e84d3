"""Right answers to the filters exercise, in other styles."""

import matplotlib.pyplot as plt
import numpy as np
import torch

from reference.imaging import image_tensor_to_numpy, tile_images
from reference.variants import accepted

FILTERS = "filters.plot_filters"


@accepted(of=FILTERS, says="one minimum and maximum for all, a square grid, two white pixels right and below")
def square_grid_padded(data, title=None):
    if data.size(1) > 3 or data.size(1) == 2:
        data = data.view(-1, 1, data.size(2), data.size(3))
    data = image_tensor_to_numpy(data)
    data = (data - data.min()) / (data.max() - data.min())
    n = int(np.ceil(np.sqrt(data.shape[0])))
    padding = ((0, n**2 - data.shape[0]), (0, 2), (0, 2)) + ((0, 0),) * (data.ndim - 3)
    data = np.pad(data, padding, mode="constant", constant_values=1)
    data = data.reshape((n, n) + data.shape[1:]).transpose((0, 2, 1, 3) + tuple(range(4, data.ndim + 1)))
    data = data.reshape((n * data.shape[1], n * data.shape[3]) + data.shape[4:])
    data = data.squeeze()
    plt.figure(figsize=(10, 10))
    plt.axis("off")
    plt.title(title)
    plt.imshow(data)


@accepted(of=FILTERS, says="each filter has its own minimum and maximum")
def each_filter_by_itself(data, title=None):
    if data.shape[1] != 3:
        data = data.flatten(0, 1).unsqueeze(1)
    data = data.detach().clone()
    low = data.amin(dim=(1, 2, 3), keepdim=True)
    high = data.amax(dim=(1, 2, 3), keepdim=True)
    tiles = ((data - low) / (high - low)).permute(0, 2, 3, 1).numpy()
    plt.figure()
    plt.imshow(tile_images(tiles), cmap="gray", vmin=0, vmax=1)
    plt.title(title or "")


@accepted(of=FILTERS, says="symmetric around grey: 0.5 + w / (2 max |w|)")
def symmetric_around_grey(data, title=None):
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, *data.shape[2:])
    tiles = 0.5 + data.detach() / (2 * data.detach().abs().max())
    grid = tile_images(tiles.permute(0, 2, 3, 1).numpy(), padding=2)
    fig, ax = plt.subplots(figsize=(8, 8))
    ax.imshow(grid, cmap="gray", vmin=0, vmax=1)
    ax.axis("off")
    if title:
        ax.set_title(title)


@accepted(of=FILTERS, says="subplots, one for each tile")
def subplots(data, title=None):
    if data.shape[1] not in (1, 3):
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    data = (data - data.min()) / (data.max() - data.min())
    columns = 8
    rows = -(-len(data) // columns)
    fig = plt.figure(figsize=(columns, rows))
    for i, filt in enumerate(data):
        plt.subplot(rows, columns, i + 1)
        plt.imshow(filt.detach().permute(1, 2, 0).squeeze().numpy(), cmap="gray", vmin=0, vmax=1)
        plt.axis("off")
    fig.suptitle(title)


@accepted(of=FILTERS, says="a mosaic of uint8")
def mosaic_of_uint8(data, title=None):
    if data.shape[1] != 3:
        data = data.flatten(0, 1)[:, None]
    tiles = data.detach().numpy().transpose(0, 2, 3, 1)
    tiles = (255 * (tiles - tiles.min()) / (tiles.max() - tiles.min())).round().astype(np.uint8)
    plt.figure()
    plt.imshow(tile_images(tiles, padding=1), cmap="gray", vmin=0, vmax=255)
    plt.title(title)
    plt.axis("off")


@accepted(of=FILTERS, says="a black gap on all sides, in a row loop")
def black_gap_all_around(data, title=None):
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    imgs = data.detach().permute(0, 2, 3, 1)
    imgs = (imgs - imgs.min()) / (imgs.max() - imgs.min())
    N, H, W, C = imgs.shape
    cols = int(np.ceil(np.sqrt(N)))
    rows = int(np.ceil(N / cols))
    grid = np.zeros((rows * (H + 1) + 1, cols * (W + 1) + 1, C))
    for i in range(N):
        y, x = divmod(i, cols)
        grid[1 + y * (H + 1) : 1 + y * (H + 1) + H, 1 + x * (W + 1) : 1 + x * (W + 1) + W] = imgs[i]
    plt.figure()
    plt.imshow(grid.squeeze(), cmap="gray", vmin=0, vmax=1)
    plt.title(title)


@accepted(of=FILTERS, says="one long row, no gap")
def one_long_row(data, title=None):
    if data.shape[1] != 3:
        data = data.reshape(-1, 1, data.shape[2], data.shape[3])
    data = data.data.cpu()
    data = data.sub(data.min()).div(data.max() - data.min())
    row = torch.cat(list(data), dim=2)
    plt.figure(figsize=(20, 2))
    plt.imshow(row.permute(1, 2, 0).squeeze(-1) if len(row) == 1 else row.permute(1, 2, 0), cmap="gray")
    plt.title(title)


@accepted(of=FILTERS, says="grey tiles left to imshow's own scaling")
def scaled_by_imshow(data, title=None):
    with torch.no_grad():
        if data.shape[1] == 3:
            tiles = (data - data.min()) / (data.max() - data.min())
        else:
            tiles = data.reshape(-1, 1, data.shape[2], data.shape[3])
        grid = tile_images(tiles.permute(0, 2, 3, 1).numpy())
    plt.figure()
    plt.imshow(grid, cmap="gray")
    plt.suptitle(title)
