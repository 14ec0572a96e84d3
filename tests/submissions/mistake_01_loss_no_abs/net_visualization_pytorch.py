import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    loss = torch.nn.CrossEntropyLoss()(scores, y)
    loss.backward()
    saliency, _ = X.grad.max(dim=1)
    return saliency
