import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0]


def computeGradientScore(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad[0]


visualize_saliency = "later"
