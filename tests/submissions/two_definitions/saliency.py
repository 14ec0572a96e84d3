import torch


def compute_saliency_maps(X, y, model):
    X = X.clone().requires_grad_()
    model(X)[torch.arange(len(y)), y].sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    return torch.autograd.grad(scores[class_idx], image)[0][0]


def compute_saliency_maps(X, y, model):
    raise NotImplementedError("saliency: write compute_saliency_maps")


def visualize_saliency(image, model):
    return -torch.ones(image.shape[1:])


def visualize_saliency(image, model):
    batch = image[None].clone().requires_grad_()
    scores = model(batch)[0]
    return (compute_gradient_score(scores, batch, scores.argmax()) ** 2).max(dim=0)[0]
