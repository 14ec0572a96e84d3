"""Homework 2, part 1."""
import matplotlib.pyplot as plt
import numpy as np

from imaging import image_tensor_to_numpy, tile_images


def plot_filters(data, title=None):
    n, c, h, w = data.shape
    if c != 3:
        # one grey picture per channel
        data = data.reshape(n * c, 1, h, w)
    imgs = image_tensor_to_numpy(data)
    lo = imgs.min()
    hi = imgs.max()
    imgs = (imgs - lo) / (hi - lo)
    print("drawing", len(imgs), "tiles")
    plt.figure(figsize=(8, 8))
    plt.imshow(tile_images(imgs), cmap="gray")
    plt.axis("off")
    if title:
        plt.title(title)
