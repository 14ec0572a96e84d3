"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def occlusion_map(image, class_idx, model, window, stride, fill):
    return None
