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
    # BEGIN SOLUTION
    layer_outputs: list[Tensor] = []

    def keep_output(_module: nn.Module, _inputs: Any, output: Tensor) -> Tensor:
        layer_outputs.append(output)
        return output.clone()  # an in-place ReLU behind the layer overwrites the copy, not what we keep

    handle = vgg.get_submodule("backbone.bn5_2").register_forward_hook(keep_output)
    try:
        scores = vgg(img.detach()[None].requires_grad_())[0]
    finally:
        handle.remove()

    (A,) = layer_outputs
    (gradient,) = torch.autograd.grad(scores[scores.argmax()], A)
    weights = gradient.mean(dim=(2, 3), keepdim=True)  # (1, C, h, w) -> (1, C, 1, 1)
    cam = torch.relu((weights * A.detach()).sum(dim=1, keepdim=True))  # (1, C, h, w) -> (1, 1, h, w)
    cam = nn.functional.interpolate(cam, size=img.shape[-2:], mode="bilinear", align_corners=False)[0, 0]
    if cam.max() > 0:
        cam = cam / cam.max()

    plt.imshow(cam.cpu().numpy())
    return cam
    # END SOLUTION
