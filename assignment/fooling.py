# Made from reference/fooling.py by: python -m reference strip
"""Fooling images: the smallest push that makes a net see something else."""

import torch
from torch import Tensor, nn


def make_fooling_image(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    """Return an image close to X that the model takes for class `target_y`.

    Gradient ascent on the score of `target_y` in steps of length 1: X <- X + g / ||g||. The image returned is
    one that passed the test, so look before each step; an X that already is `target_y` needs none.

    Args:
        X: one image, (1, 3, H, W) float, ImageNet-normalised (no unit). Not modified.
        target_y: the class to be taken for, in [0, K).
        model: in eval mode; maps (1, 3, H, W) to scores (1, K); its parameters are not changed.
    Returns:
        (1, 3, H, W), dtype of X, in memory of its own, no grad; at most 100 steps away from X.
    Raises:
        RuntimeError: if the model is not fooled after 100 steps.
    Source: Szegedy et al. 2013, arXiv:1312.6199, section 4, with plain gradient ascent as optimiser.
    """
    raise NotImplementedError("fooling: write make_fooling_image")
