"""Returns a tensor of a trillion elements that takes four bytes."""
import torch


def compute_saliency_maps(X, y, model):
    return torch.zeros(1).expand(10**6, 10**6)
