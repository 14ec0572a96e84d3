# Made from reference/guided_backprop.py by: python -m reference strip
"""Deconvnet and guided backpropagation: two other ways back through a ReLU."""

import torch
from torch import Tensor, nn

from evaluation import evaluation_mode


def deconvnet(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    """Return the image gradient of a class's score where each ReLU lets only positive gradients through.

    On the way back, a ReLU with forward input a that receives the gradient g passes on g * [g > 0], whatever a is;
    ordinary backpropagation passes on g * [a > 0]. All other layers do what they always do.

    Args:
        model: maps (1, 3, H, W) to scores (1, K). It is run in eval mode and left as found, also if it raises: no
            hook stays, no module is exchanged, no weight and no `.grad` changes.
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
    Returns:
        (3, H, W), dtype of the image, no grad, signed.
    Source: Zeiler and Fergus 2014, arXiv:1311.2901, section 2.1; in this form Springenberg et al. 2015,
        arXiv:1412.6806, section 3.4.
    """
    raise NotImplementedError("guided_backprop: write deconvnet")


def guided_backprop(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    """Return the image gradient of a class's score where each ReLU lets through what both rules let through.

    On the way back, a ReLU with forward input a that receives the gradient g passes on g * [a > 0] * [g > 0]: what
    backpropagation passes on, and of that only the positive part. All other layers do what they always do.

    Args:
        model: maps (1, 3, H, W) to scores (1, K). It is run in eval mode and left as found, also if it raises: no
            hook stays, no module is exchanged, no weight and no `.grad` changes.
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
    Returns:
        (3, H, W), dtype of the image, no grad, signed: it is the last convolution back to the image that makes
        negative values, behind the last ReLU.
    Source: Springenberg et al. 2015, arXiv:1412.6806, section 3.4.
    """
    raise NotImplementedError("guided_backprop: write guided_backprop")
