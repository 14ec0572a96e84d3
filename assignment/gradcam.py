# Made from reference/gradcam.py by: python -m reference strip
"""Class activation maps and Grad-CAM: where in the picture a net finds a class."""

from typing import Any

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn

from evaluation import evaluation_mode


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


def class_activation_map(vgg: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    """Return the class activation map of a net whose last map is averaged and then weighed: small, signed, no bias.

    With A the last map before the global average pooling `vgg.gap`, (C, h, w), and W the weights of the linear layer
    `vgg.fc_out`, (K, C), the map is M_ij = sum over k of W[class_idx, k] * A_kij. Its mean and the layer's bias add up
    to the class's score.

    Args:
        vgg: a net with the layers `gap` and `fc_out`; maps (1, 3, H, W) to scores (1, K). It is run in eval mode and
            left as found, also if it raises.
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
    Returns:
        (h, w), dtype of the image, no grad, in units of the score; not enlarged.
    Source: Zhou et al. 2016, arXiv:1512.04150, section 2, equation 2.
    """
    raise NotImplementedError("gradcam: write class_activation_map")


def grad_cam(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    """Return the Grad-CAM of any class at any layer, as small as the layer's output.

    With A the output of the layer, (C, h, w), and s the score of the class, channel k gets the weight
    w_k = mean over the layer's positions of ds/dA_k, and the map is ReLU(sum over k of w_k * A_k).

    Args:
        model: maps (1, 3, H, W) to scores (1, K). It is run in eval mode and left as found, also if it raises: no
            hook stays, no weight and no `.grad` changes. Its parameters may be frozen.
        layer_name: dotted name of a layer with an output (1, C, h, w), such as "backbone.bn5_2".
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
    Returns:
        (h, w), dtype of the image, no grad, never negative: neither enlarged nor divided by its maximum.
    Source: Selvaraju et al. 2017, arXiv:1610.02391, section 3, equations 1 and 2.
    """
    raise NotImplementedError("gradcam: write grad_cam")
