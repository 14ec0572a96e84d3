"""Occlusion: which parts of an image a net needs, found by covering them, without any gradient."""

import torch
from torch import Tensor, nn

from reference.evaluation import evaluation_mode


def occlusion_map(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    """Return by how much a class's score drops when a square of the image is covered, for each place of the square.

    With x_ij the image whose rows i*stride to i*stride + window and columns j*stride to j*stride + window hold
    `fill` in all channels, the map is M_ij = s(x) - s(x_ij), where s is the score of the class. Only squares that
    lie wholly inside the image count.

    Args:
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
        model: maps (N, 3, H, W) to scores (N, K); it is run in eval mode and left as found.
        window: side of the square in pixels, at most H and W.
        stride: pixels from one place of the square to the next.
        fill: what covers the image, in the units of the image; 0 is the mean colour of ImageNet.
    Returns:
        (h, w), h = (H - window) // stride + 1 and w = (W - window) // stride + 1, dtype of the image, no grad,
        signed: above 0 where the covered part speaks for the class.
    Source: Zeiler and Fergus 2014, arXiv:1311.2901, section 4.2.
    """
    # BEGIN SOLUTION
    tops = range(0, image.shape[1] - window + 1, stride)
    lefts = range(0, image.shape[2] - window + 1, stride)
    drops = image.new_empty(len(tops), len(lefts))
    with torch.no_grad(), evaluation_mode(model):
        score = model(image[None])[0, class_idx]
        for i, top in enumerate(tops):
            covered = image.repeat(len(lefts), 1, 1, 1)  # (w, 3, H, W): one row of places at a time
            for j, left in enumerate(lefts):
                covered[j, :, top : top + window, left : left + window] = fill
            drops[i] = score - model(covered)[:, class_idx]
    return drops
    # END SOLUTION
