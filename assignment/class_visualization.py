# Made from reference/class_visualization.py by: python -m reference strip
"""Class visualization: the picture that a net would like to see for a class."""

import torch
from torch import Tensor, nn

from imaging import blur_image, clamp_to_colours, jitter


def class_visualization_update_step(
    img: Tensor, model: nn.Module, target_y: int, l2_reg: float, learning_rate: float
) -> None:
    """Move the image one step towards a higher score of one class, and towards a smaller norm.

    The step is `img += learning_rate * g / ||g||`, where g is the gradient of s_y(img) - l2_reg * ||img||^2
    and ||.|| the L2 norm over all pixels and channels.

    Args:
        img: (1, 3, H, W) float, a leaf that requires grad. Changed in place.
        model: in eval mode; maps (1, 3, H, W) to scores (1, K); its parameters are not changed.
        target_y: the class y, in [0, K).
        l2_reg: weight of the squared norm, >= 0.
        learning_rate: length of the step, in normalised intensity.
    Source: Simonyan et al. 2013, arXiv:1312.6034, section 2, equation 1.
    """
    raise NotImplementedError("class_visualization: write class_visualization_update_step")


def class_visualization(
    target_y: int,
    model: nn.Module,
    l2_reg: float = 1e-3,
    learning_rate: float = 25.0,
    num_iterations: int = 100,
    blur_every: int = 10,
    max_jitter: int = 16,
    shape: tuple[int, int] = (112, 112),
) -> Tensor:
    """Return an image, grown out of noise, that scores high for one class.

    Each iteration shifts the image by a random jitter, takes one update step, shifts it back and clamps it to
    real colours; every `blur_every` iterations it is blurred with sigma 0.5. Jitter, clamp and blur keep the
    image smooth: without them the score rises just as well, but the picture is noise to us.

    Args:
        target_y: the class to visualize, in [0, K).
        model: in eval mode; maps (1, 3, H, W) to scores (1, K); its parameters are not changed.
        l2_reg: weight of the squared norm, >= 0.
        learning_rate: length of a step, in normalised intensity.
        num_iterations: number of steps.
        blur_every: iterations from one blur to the next, >= 1.
        max_jitter: largest shift, in pixels, >= 0.
        shape: height and width of the image in pixels.
    Returns:
        (1, 3, H, W), ImageNet-normalised within the range of real colours, dtype of the model, no grad.
    Source: Simonyan et al. 2013, arXiv:1312.6034, section 2; blur from Yosinski et al. 2015,
        arXiv:1506.06579, section 3; jitter from Mordvintsev et al. 2015, "Inceptionism".
    """
    raise NotImplementedError("class_visualization: write class_visualization")
