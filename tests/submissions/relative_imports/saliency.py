import relative_imports.gradients
from relative_imports import gradients as also

from .gradients import gradient_of


def compute_saliency_maps(X, y, model):
    return gradient_of(model(X.requires_grad_()).gather(1, y[:, None]).sum(), X).abs().max(1)[0]


def compute_gradient_score(scores, image, class_idx):
    return also.gradient_of(scores[class_idx], image)[0]


def visualize_saliency(image, model):
    image.requires_grad_()
    return relative_imports.gradients.gradient_of(model(image[None]).max(), image).pow(2).max(0)[0]
