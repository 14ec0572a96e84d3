import torch


def gradient_of(score, image):
    return torch.autograd.grad(score, image)[0]
