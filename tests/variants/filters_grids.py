"""Right answers to `plot_filters`, with tiles laid out by other means."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

from reference.variants import accepted

FILTERS = "filters.plot_filters"


@accepted(of=FILTERS, says="the grid of torchvision, which makes grey tiles of three equal channels")
def grid_of_torchvision(data, title=None):
    from torchvision.utils import make_grid

    tiles = data.detach() if data.shape[1] == 3 else data.detach().flatten(0, 1).unsqueeze(1)
    grid = make_grid(tiles, nrow=6, padding=1, normalize=True)
    plt.figure(figsize=(6, 6))
    plt.imshow(grid.permute(1, 2, 0).numpy())
    plt.title(title)
    plt.axis("off")
    plt.show()


@accepted(of=FILTERS, says="rows by hstack, the grid by vstack")
def stacked_rows(data, title=None):
    w = data.data.cpu().numpy()
    w = (w - np.min(w)) / (np.max(w) - np.min(w))
    tiles = [f.transpose(1, 2, 0) for f in w] if w.shape[1] == 3 else [c for f in w for c in f]
    tiles = [np.pad(t, [(1, 1), (1, 1)] + [(0, 0)] * (t.ndim - 2)) for t in tiles]
    columns = math.ceil(len(tiles) ** 0.5)
    while len(tiles) % columns:
        tiles.append(np.zeros_like(tiles[0]))
    rows = [np.hstack(tiles[i : i + columns]) for i in range(0, len(tiles), columns)]
    plt.figure()
    plt.imshow(np.vstack(rows), cmap="Greys_r")
    plt.axis("off")
    if title:
        plt.suptitle(title)


@accepted(of=FILTERS, says="axes added one by one, with clim for all of them")
def axes_one_by_one(data, title=None):
    data = data.detach().clone()
    if data.size(1) != 3:
        data = data.contiguous().view(-1, 1, data.size(2), data.size(3))
    low, high = data.min().item(), data.max().item()
    fig = plt.figure(figsize=(8, 8))
    side = math.ceil(math.sqrt(data.size(0)))
    for i in range(data.size(0)):
        ax = fig.add_subplot(side, side, i + 1)
        tile = data[i].permute(1, 2, 0)
        if tile.shape[2] == 3:
            ax.imshow((tile - low) / (high - low))
        else:
            ax.imshow(tile[:, :, 0], cmap="gray", clim=(low, high))
        ax.set_xticks([])
        ax.set_yticks([])
    if title is not None:
        fig.suptitle(title)


@accepted(of=FILTERS, says="padded, reshaped and permuted by torch alone")
def permuted_by_torch(data, title=None):
    with torch.no_grad():
        tiles = data if data.shape[1] == 3 else data.reshape(-1, 1, *data.shape[-2:])
        tiles = tiles.sub(tiles.min()).div_(tiles.max() - tiles.min())
        n = math.ceil(math.sqrt(len(tiles)))
        tiles = F.pad(tiles, (0, 1, 0, 1), value=1.0)
        tiles = torch.cat([tiles, torch.ones(n * n - len(tiles), *tiles.shape[1:], dtype=tiles.dtype)])
        _, c, h, w = tiles.shape
        grid = tiles.view(n, n, c, h, w).permute(0, 3, 1, 4, 2).reshape(n * h, n * w, c)
    plt.figure()
    plt.title(title if title else "")
    plt.imshow(grid.squeeze(-1).numpy(), cmap="gray", interpolation="nearest")


@accepted(of=FILTERS, says="loops over rows and columns of a canvas that begins grey")
def loops_over_a_canvas(data, title=None):
    filters = np.asarray(data.detach().numpy(), dtype=np.float64).copy()
    filters -= filters.min()
    filters /= filters.max()
    if filters.shape[1] != 3:
        filters = np.concatenate([f[:, None] for f in filters])
    F_, C, H, W = filters.shape
    columns = 5
    rows = F_ // columns + (F_ % columns > 0)
    canvas = 0.5 * np.ones((rows * (H + 2), columns * (W + 2), C))
    for k in range(F_):
        top, left = (k // columns) * (H + 2), (k % columns) * (W + 2)
        for c in range(C):
            canvas[top : top + H, left : left + W, c] = filters[k, c]
    _, ax = plt.subplots()
    ax.imshow(canvas if C == 3 else canvas[..., 0], cmap=plt.cm.gray, vmin=0, vmax=1)
    ax.set(title=title, xticks=[], yticks=[])
