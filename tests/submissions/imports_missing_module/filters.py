import matplotlib.pyplot as plt
import numpy as np
import torch

import imaging


def plot_filters(data, title=None):
    data = data.detach()
    if data.size(1) != 3:
        data = data.reshape(-1, 1, data.size(2), data.size(3))
    data = data - data.min()
    data = data / data.max()
    plt.imshow(imaging.tile_images(imaging.image_tensor_to_numpy(data)), cmap="gray")
    plt.title(title)
