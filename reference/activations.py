"""Activations: what the layers of a net make of a picture, and what a hidden unit looks for."""

import functools
from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import torch
from torch import Tensor, nn

from reference.imaging import image_tensor_to_numpy, tile_images
from reference.receptive_field import receptive_field

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
    # BEGIN SOLUTION
    if output.dim() == 4:
        activation_list.append(output.clone())  # a copy: an in-place ReLU behind the layer overwrites output
        plot_activations(output, f"Activations on: {name}")
    # END SOLUTION


def plot_activations(activations: Tensor, title: str) -> None:
    """Draw what the channels of a layer say about the first image of a batch, as tiles of one figure.

    Args:
        activations: (N, C, H, W) float, signed; may require grad. Not modified.
        title: written above the picture.
    Source: Yosinski et al. 2015, arXiv:1506.06579, section 2.
    """
    # BEGIN SOLUTION
    channels = activations[0].unsqueeze(1)  # (N, C, H, W) -> (C, 1, H, W): one tile for each channel
    plt.figure()
    plt.imshow(tile_images(image_tensor_to_numpy(channels)), cmap="gray")
    plt.axis("off")
    plt.title(title)
    # END SOLUTION


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
    # BEGIN SOLUTION
    outputs: dict[str, Tensor] = {}

    def keep(name: str, _module: nn.Module, _inputs: Any, output: Tensor) -> None:
        outputs[name] = output.clone()

    modes = {module: module.training for module in model.modules()}
    handles = []
    try:
        for name in layer_names:
            layer = model.get_submodule(name)
            handles.append(layer.register_forward_hook(functools.partial(keep, name)))
        model.eval()
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in modes.items():
            module.training = mode  # train() would set the modules inside as well
    return {name: outputs[name] for name in layer_names}
    # END SOLUTION


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
    # BEGIN SOLUTION
    A = record_activations(model, [layer_name], images)[layer_name][:, channel]  # (N, C', h, w) -> (N, h, w)
    responses, positions = A.flatten(1).max(dim=1)
    field = receptive_field(model, layer_name, channels=images.shape[1])
    (height, width), (top, left) = field.size, field.start

    # A field that holds at least one pixel of the image stays within a frame as wide as the field.
    framed = nn.functional.pad(images.detach(), (width, width, height, height))
    patches = []
    for n in responses.argsort(descending=True)[:k].tolist():
        i, j = divmod(int(positions[n]), A.shape[2])
        row, column = height + i * field.stride[0] + top, width + j * field.stride[1] + left
        patches.append(framed[n, :, row : row + height, column : column + width])
    return torch.stack(patches)
    # END SOLUTION
