import torch
import torch.nn.functional as F


def compute_saliency_maps(X, y, model):
    X = X.clone().requires_grad_()
    loss = -1 / X.shape[0] * model(X)[torch.arange(X.shape[0]), y].sum()
    (gradient,) = torch.autograd.grad(loss, X)
    return gradient.abs().gather(1, gradient.abs().argmax(dim=1, keepdim=True)).squeeze(1)


def make_fooling_image(X, target_y, model):
    X_fooling = X.clone()
    predicted = -1
    while predicted != target_y:
        X_fooling = X_fooling.detach().requires_grad_()
        scores = model(X_fooling)
        predicted = int(scores.argmax(dim=1))
        (g,) = torch.autograd.grad(scores[0, target_y], X_fooling)
        if predicted != target_y:
            X_fooling = X_fooling + g / g.norm()
    return X_fooling


def class_visualization_update_step(img, model, target_y, l2_reg, learning_rate):
    score = model(img)[0, target_y] - l2_reg * img.norm() ** 2
    (g,) = torch.autograd.grad(score, img)
    return img.data + learning_rate * g / g.norm()
