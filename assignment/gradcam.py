# Made from reference/gradcam.py by: python -m reference strip
"""Grad-CAM: where in the picture a net finds the class that it predicts."""

from typing import Any

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn


def vis_gradcam(vgg: nn.Module, img: Tensor) -> Tensor:
    """Draw and return the Grad-CAM of the class that the net predicts, seen from layer `backbone.bn5_2`.

    With A the output of the layer, (C, h, w), and s the score of the predicted class, channel k gets the
    weight w_k = mean over the layer's positions of ds/dA_k, and the map is ReLU(sum over k of w_k * A_k).

    Args:
        vgg: a net with a layer `backbone.bn5_2`, in eval mode; maps (1, 3, H, W) to scores (1, K). Left as
            found: same parameters, no hook.
        img: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
    Returns:
        (H, W), dtype of the image, no grad: the map, bilinearly enlarged (align_corners=False) to the size of
        the image and then divided by its maximum, so it lies in [0, 1]; an all-zero map stays zero.
        The same array is drawn with `plt.imshow` on the current axes.
    Source: Selvaraju et al. 2017, arXiv:1610.02391, section 3, equations 1 and 2.
    """
    raise NotImplementedError("gradcam: write vis_gradcam")
