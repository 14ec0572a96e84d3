import torch
import torch.nn.functional as F


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    loss = F.cross_entropy(scores, y)
    loss.backward()
    return X.grad.abs().max(dim=1)[0]
