"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def operation_names(t):
    return []


def accumulate_gradient(x, weights, times):
    return torch.zeros(2)


def second_backward(x):
    return torch.zeros(2), 'second time', torch.zeros(2)


def double_outputs(model, layer, image):
    return torch.zeros(1, 8)
