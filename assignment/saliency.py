# Made from reference/saliency.py by: python -m reference strip
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
    raise NotImplementedError("saliency: write compute_saliency_maps")


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
    raise NotImplementedError("saliency: write compute_gradient_score")


def visualize_saliency(image: Tensor, model: nn.Module) -> Tensor:
    """Return how strongly each pixel moves the score of the class that the model predicts.

    Args:
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        model: in eval mode; maps (1, 3, H, W) to scores (1, K); its parameters are not changed.
    Returns:
        Largest squared gradient over the channels, (H, W), dtype of the image, >= 0.
    Source: Simonyan et al. 2013, arXiv:1312.6034, section 3.1, with the square for the absolute value.
    """
    raise NotImplementedError("saliency: write visualize_saliency")
