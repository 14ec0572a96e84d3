import numpy as np
import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    maps = X.grad.abs().max(dim=1)[0]
    return (255 * maps / maps.max()).byte()


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0] > 0


def visualize_saliency(image, model):
    x = image.unsqueeze(0).requires_grad_()
    model(x).max().backward()
    vis = x.grad[0].pow(2).max(dim=0)[0]
    return vis.numpy().astype(np.uint32)
