"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def plot_filters(data, title=None):
    plt.imshow(np.zeros((100, 100)))
    plt.title(title or '')
