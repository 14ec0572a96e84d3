"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def guided_backprop(model, image, class_idx):
    return torch.zeros_like(image)


def deconvnet(model, image, class_idx):
    return torch.zeros_like(image)
