import numpy as np
import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[np.arange(len(y)), y].sum().backward()
    return torch.amax(X.grad.abs(), dim=1)


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0]


def visualize_saliency(image, model):
    x = image[None].requires_grad_()
    model(x).max().backward()
    return torch.amax(x.grad[0] ** 2, dim=0)
