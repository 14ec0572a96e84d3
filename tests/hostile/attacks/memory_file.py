"""Writes a file that lies in memory and belongs to no folder."""
import os

import torch
from surroundings import attempt


def compute_saliency_maps(X, y, model):
    attempt("64 MB in a file in memory", fill)
    return torch.zeros(len(X), *X.shape[2:])


def fill():
    descriptor = os.memfd_create("hidden")
    return sum(os.write(descriptor, bytes(1 << 20)) for _ in range(64))
