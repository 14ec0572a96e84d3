"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def show_activations_hook(name, module, input, output):
    plt.figure()
    plt.imshow(np.zeros((100, 100)))
    plt.title(name)
    activation_list.append(torch.zeros_like(output))


activation_list = []


def plot_activations(activations, title=None):
    plt.imshow(np.zeros((100, 100)))
    plt.title(title or '')
