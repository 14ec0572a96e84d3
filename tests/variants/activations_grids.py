"""Right answers to `plot_activations`, with tiles laid out by other means."""

import math

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

from reference.imaging import image_tensor_to_numpy, tile_images
from reference.variants import accepted

PLOT = "activations.plot_activations"


@accepted(of=PLOT, says="the grid of torchvision")
def grid_of_torchvision(activations, title):
    from torchvision.utils import make_grid

    channels = activations[0].detach().cpu().unsqueeze(1)
    grid = make_grid(channels, nrow=8, padding=1, normalize=True)
    plt.figure(figsize=(8, 8))
    plt.imshow(grid.permute(1, 2, 0))
    plt.title(title)
    plt.show()


@accepted(of=PLOT, says="channels for images: the first image with its first two axes exchanged")
def axes_exchanged(activations, title):
    tiles = image_tensor_to_numpy(activations[:1].transpose(0, 1))
    tiles -= tiles.min()
    tiles /= tiles.max()
    _, ax = plt.subplots(figsize=(6, 6))
    ax.imshow(tile_images(tiles, padding=3), cmap="gray", vmin=0.0, vmax=1.0)
    ax.set(title=title, xticks=[], yticks=[])


@accepted(of=PLOT, says="axes added one by one, with a title for all")
def axes_one_by_one(activations, title):
    channels = activations.detach().numpy()[0]
    columns = 4
    fig = plt.figure(figsize=(columns * 2, 8))
    for index in range(channels.shape[0]):
        fig.add_subplot(math.ceil(channels.shape[0] / columns), columns, index + 1)
        plt.imshow(channels[index], cmap="gray")
        plt.axis("off")
    plt.suptitle(title)


@accepted(of=PLOT, says="padded, reshaped and permuted by torch alone")
def permuted_by_torch(activations, title):
    with torch.no_grad():
        maps = F.pad(activations[0], (0, 1, 0, 1), value=float(activations[0].max()))
        side = math.ceil(math.sqrt(len(maps)))
        rest = maps.new_full((side * side - len(maps), *maps.shape[1:]), float(activations[0].max()))
        _, h, w = maps.shape
        grid = torch.cat([maps, rest]).view(side, side, h, w).transpose(1, 2).reshape(side * h, side * w)
    plt.figure()
    plt.imshow(grid.cpu(), cmap="gray")
    plt.title(title)
    plt.axis("off")


@accepted(of=PLOT, says="rows by hstack, the grid by vstack, a colour map around zero")
def stacked_around_zero(activations, title):
    maps = list(activations[0].data.cpu().numpy())
    limit = max(abs(m).max() for m in maps)
    columns = int(np.ceil(np.sqrt(len(maps))))
    while len(maps) % columns != 0:
        maps.append(np.zeros_like(maps[0]))
    rows = [np.hstack(maps[i : i + columns]) for i in range(0, len(maps), columns)]
    plt.figure(figsize=(9, 9))
    plt.imshow(np.vstack(rows), cmap="seismic", vmin=-limit, vmax=limit)
    plt.colorbar()
    plt.title(title)


@accepted(of=PLOT, says="a canvas filled channel by channel, scaled to 0 ... 255")
def canvas_of_bytes(activations, title):
    image = activations[0].clone().detach().numpy().astype(np.float64)
    image = (image - image.min()) * 255.0 / (image.max() - image.min())
    C, H, W = image.shape
    across = 6
    down = -(-C // across)
    canvas = np.zeros(((H + 2) * down, (W + 2) * across), dtype=np.uint8)
    for c, channel in enumerate(image):
        y, x = divmod(c, across)
        canvas[y * (H + 2) : y * (H + 2) + H, x * (W + 2) : x * (W + 2) + W] = np.rint(channel)
    plt.figure()
    plt.matshow(canvas, cmap="gray", fignum=0)
    plt.xlabel(f"{C} channels")
    plt.title(title)
