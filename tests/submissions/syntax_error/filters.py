import matplotlib.pyplot as plt
import numpy as np


def plot_filters(data, title=None):
    weights = data.detach().numpy()
    if weights.shape[1] == 3:
        pictures = np.moveaxis(weights, 1, 3)
    else:
        pictures = weights.reshape(-1, *weights.shape[2:])
    pictures = (pictures - pictures.min()) / np.ptp(pictures)
    columns = 8
    fig, axes = plt.subplots(-(-len(pictures) // columns), columns, squeeze=False)
    for ax in axes.ravel():
        ax.set_axis_off()
    for ax, picture in zip(axes.ravel(), pictures):
        ax.imshow(picture, cmap="gray")
    fig.suptitle(title)
