"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def make_fooling_image(X, target_y, model):
    return X.clone()
