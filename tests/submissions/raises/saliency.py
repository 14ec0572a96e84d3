import torch


def compute_saliency_maps(X, y, model):
    scores = model(X)
    picked = scores.gather(1, y)
    picked.sum().backward()
    return X.grad.abs().max(dim=1)[0]


def compute_gradient_score(scores, image, class_idx):
    return compute_gradient_score(scores, image, class_idx)


class Unprintable(Exception):
    def __str__(self):
        raise ValueError("no text")


def visualize_saliency(image, model):
    raise Unprintable
