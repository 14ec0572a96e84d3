import numpy as np
import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    return np.abs(X.grad.numpy()).max(axis=1)


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad.numpy()[0].astype(np.float64)[:, ::1]


def visualize_saliency(image, model):
    x = image.numpy()[None].copy()
    x = torch.from_numpy(x).requires_grad_()
    model(x).max().backward()
    return np.asfortranarray((x.grad.numpy()[0] ** 2).max(0))
