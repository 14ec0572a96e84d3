"""Constants in the place of answers: nothing is computed, and nothing may be earned."""
import torch


def compute_saliency_maps(X, y, model):
    return torch.ones(len(X), *X.shape[2:])


def compute_gradient_score(scores, image, class_idx):
    return torch.zeros_like(image[0])


def visualize_saliency(image, model):
    return torch.ones(image.shape[-2:])
