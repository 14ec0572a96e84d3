"""Activations: what the layers of a net make of a picture."""

from typing import Any

import matplotlib.pyplot as plt
from torch import Tensor, nn

from reference.imaging import image_tensor_to_numpy, tile_images

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
