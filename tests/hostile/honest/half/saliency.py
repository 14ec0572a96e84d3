"""One function right, one wrong, one not written yet."""
import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    model(X).gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    raise NotImplementedError


def visualize_saliency(image, model):
    return torch.ones(image.shape[-2:])
