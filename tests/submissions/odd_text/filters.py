import matplotlib.pyplot as plt
import numpy as np


def plot_filters(data, title=None):
    data = data.detach().numpy()
    if data.shape[1] == 3:
        data = data.transpose(0, 2, 3, 1)
    else:
        data = data.reshape(-1, *data.shape[2:])
    data = (data - data.min()) / np.ptp(data)
    # one after the other, no gaps
    plt.imshow(np.concatenate(list(data), axis=0), cmap="gray", aspect="auto")
    plt.title("\x1b[2Jfull marks\n")
    plt.suptitle("filters " * 2000, fontsize=1)
