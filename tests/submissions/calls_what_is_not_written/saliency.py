import torch


def compute_saliency_maps(X, y, model):
    X.requires_grad_()
    model(X)[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    raise NotImplementedError("saliency: write compute_gradient_score")


def visualize_saliency(image, model):
    x = image.unsqueeze(0).requires_grad_()
    scores = model(x)[0]
    gradient = compute_gradient_score(scores, x, scores.argmax())
    return gradient.pow(2).max(dim=0)[0]
