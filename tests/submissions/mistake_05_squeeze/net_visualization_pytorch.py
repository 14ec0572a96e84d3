import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    picked = scores.gather(1, y.view(-1, 1)).squeeze()
    picked.backward(torch.ones(X.shape[0]))
    return X.grad.abs().max(dim=1)[0]
