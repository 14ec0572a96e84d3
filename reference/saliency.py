"""Saliency: which pixels would change the score of a class most."""

import torch
from torch import Tensor, nn


def compute_saliency_maps(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    """Return how strongly each pixel moves the score of its image's class.

    Args:
        X: images, (N, 3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        y: class of each image, (N,) int64 in [0, K).
        model: in eval mode; maps (N, 3, H, W) to scores (N, K); its parameters are not changed.
    Returns:
        Largest absolute gradient over the channels, (N, H, W), dtype of X, >= 0, in score per normalised
        intensity.
    Raises:
        ValueError: if X and y disagree on N.
    Source: Simonyan et al. 2013, arXiv:1312.6034, section 3.1.
    """
    # BEGIN SOLUTION
    if len(X) != len(y):
        raise ValueError(f"expected one class for each of the {len(X)} images, got {len(y)}; check y")
    X = X.detach().requires_grad_()
    scores = model(X)
    # No score depends on another image, so the gradient of the sum holds the gradient of each score.
    score_sum = scores[torch.arange(len(y)), y].sum()
    (gradient,) = torch.autograd.grad(score_sum, X)
    return gradient.abs().amax(dim=1)  # (N, 3, H, W) -> (N, H, W)
    # END SOLUTION


def compute_gradient_score(scores: Tensor, image: Tensor, class_idx: int | Tensor) -> Tensor:
    """Return the gradient of the score of one class with respect to the image.

    Args:
        scores: scores of one image, (K,) float, computed from `image` by a model; not yet backpropagated.
        image: the leaf that `scores` depends on, (1, 3, H, W) float, requires grad.
        class_idx: the class, in [0, K).
    Returns:
        (3, H, W), dtype of the image, signed, score per normalised intensity.
    Raises:
        IndexError: if class_idx is not a class.
    Source: Simonyan et al. 2013, arXiv:1312.6034, section 3, equation 4.
    """
    # BEGIN SOLUTION
    (gradient,) = torch.autograd.grad(scores[class_idx], image)
    return gradient[0]
    # END SOLUTION


def visualize_saliency(image: Tensor, model: nn.Module) -> Tensor:
    """Return how strongly each pixel moves the score of the class that the model predicts.

    Args:
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        model: in eval mode; maps (1, 3, H, W) to scores (1, K); its parameters are not changed.
    Returns:
        Largest squared gradient over the channels, (H, W), dtype of the image, >= 0.
    Source: Simonyan et al. 2013, arXiv:1312.6034, section 3.1, with the square for the absolute value.
    """
    # BEGIN SOLUTION
    batch = image.detach()[None].requires_grad_()  # (3, H, W) -> (1, 3, H, W)
    scores = model(batch)[0]
    gradient = compute_gradient_score(scores, batch, scores.argmax())
    return gradient.square().amax(dim=0)  # (3, H, W) -> (H, W)
    # END SOLUTION
