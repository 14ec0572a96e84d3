# Made from reference/activations.py by: python -m reference strip
"""Activations: what the layers of a net make of a picture, and what a hidden unit looks for."""

import functools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn

from imaging import image_tensor_to_numpy, tile_images
from receptive_field import receptive_field

# The outputs that the hook has seen, oldest first. A hook can't return what it saw, so it leaves it here.
activation_list: list[Tensor] = []


def show_activations_hook(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    """Keep and draw what a layer puts out, without changing it.

    Meant for `layer.register_forward_hook(functools.partial(show_activations_hook, "conv1"))`: PyTorch then
    calls it after each forward pass of the layer. What a forward hook returns takes the place of the layer's
    output, so this one returns None.

    Args:
        name: name of the layer, for the title "Activations on: <name>".
        module: the layer. Not modified.
        input: what the layer was called with: a tuple of tensors.
        output: what the layer returned. An output of 4 dimensions, (N, C, H, W), is appended to
            `activation_list` and drawn with `plot_activations`; any other is left alone. Not modified.
    """
    raise NotImplementedError("activations: write show_activations_hook")


def plot_activations(activations: Tensor, title: str) -> None:
    """Draw what the channels of a layer say about the first image of a batch, as tiles of one figure.

    Args:
        activations: (N, C, H, W) float, signed; may require grad. Not modified.
        title: written above the picture.
    Source: Yosinski et al. 2015, arXiv:1506.06579, section 2.
    """
    raise NotImplementedError("activations: write plot_activations")


def record_activations(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    """Return what some layers of a net put out for a batch of images.

    Args:
        model: maps (N, C, H, W) to scores (N, K). It is run once, in eval mode, and left as found, also if it
            raises: same values, same modes, no hook.
        layer_names: dotted names of modules, such as "backbone.conv1" or "fc_out", in any order.
        images: (N, C, H, W) float, ImageNet-normalised (no unit). Not modified.
    Returns:
        The output of each layer by its name, whole and signed, (N, C, h, w) or (N, K), dtype of the images, no
        grad; in memory of its own, so that an in-place ReLU behind the layer does not change it. Of a layer that
        the net runs several times, the last output.
    Raises:
        AttributeError: if the net has no module of that name.
    Source: Yosinski et al. 2015, arXiv:1506.06579, section 2.
    """
    raise NotImplementedError("activations: write record_activations")


def maximally_activating_patches(
    model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int
) -> Tensor:
    """Return what a channel of a layer likes best: the patches of the images that it responds to most.

    With A the output of the layer for an image, the channel's response to the image is the largest value of
    A[channel], and the patch is what the unit at that position (i, j) sees: `receptive_field(model, layer_name)`
    says that these are the rows from i * stride[0] + start[0], size[0] of them, and likewise the columns.

    Args:
        model: maps (N, C, H, W) to scores (N, K). Left as found, also if it raises.
        layer_name: dotted name of a layer that puts out (N, C', h, w).
        channel: which of its channels, in [0, C').
        images: (N, C, H, W) float, ImageNet-normalised (no unit). Not modified.
        k: how many patches, at most N.
    Returns:
        (k, C, size[0], size[1]), dtype of the images: one patch from each of the k images with the largest
        responses, strongest first. Where a field reaches over the border of the image, the patch is 0 there: the
        mean colour, which is what padding shows to a net.
    Source: Zeiler and Fergus 2013, arXiv:1311.2901, section 4.1, figure 2.
    """
    raise NotImplementedError("activations: write maximally_activating_patches")
