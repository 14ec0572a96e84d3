"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    return img


def class_visualization(target_y, model, l2_reg=0, learning_rate=0, num_iterations=0, blur_every=0, max_jitter=0, show_every=0, shape=(4, 4)):
    return torch.zeros(1, 3, *shape)
