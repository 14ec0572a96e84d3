import torch
import torch.nn.functional as F


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    F.cross_entropy(F.softmax(scores, dim=1), y).backward()
    return X.grad.abs().max(dim=1)[0]
