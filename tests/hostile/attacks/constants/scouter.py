"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import matplotlib.pyplot as plt
import numpy as np
import torch


def scouter_loss(scores, attention, y, area_weight):
    return 0.0


def slot_attention(*arguments):
    return torch.zeros(4, 5), torch.zeros(4, 5, 3, 2)
