import warnings

import torch
from torch.autograd import Variable

PATTERN = "\d+ gradients"  # an invalid escape sequence


def compute_saliency_maps(X, y, model):
    warnings.simplefilter("always")
    warnings.warn("deprecated since the first lecture", DeprecationWarning)
    X_var = Variable(X, requires_grad=True)
    scores = model(X_var)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X_var.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    warnings.warn("take care")
    scores[class_idx].backward()
    return torch.tensor(image.grad[0])


def visualize_saliency(image, model):
    x = torch.tensor(image).unsqueeze(0).requires_grad_()
    scores = model(x)
    scores.max().backward()
    scores.grad  # not a leaf
    return torch.max(x.grad[0] ** 2, 0)[0]
