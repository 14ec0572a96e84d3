import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    scores = model(X)
    scores[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs()


def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return image.grad.flatten()


def visualize_saliency(image, model):
    x = image.unsqueeze(0).requires_grad_()
    model(x).max().backward()
    return x.grad.pow(2).max()
