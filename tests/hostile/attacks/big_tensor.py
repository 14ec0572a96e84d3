"""Takes three gigabytes at once."""
import torch
from surroundings import attempt


def compute_saliency_maps(X, y, model):
    attempt("3 GB in a tensor", lambda: torch.ones(3 << 28, dtype=torch.float32).shape)
    return torch.zeros(len(X), *X.shape[2:])
