"""Wrong answers to the activations exercise."""

from typing import Any

import matplotlib.pyplot as plt
from torch import Tensor, nn

from reference.activations import activation_list, plot_activations
from reference.imaging import image_tensor_to_numpy, tile_images
from reference.variants import mistake

HOOK = "activations.show_activations_hook"
PLOT = "activations.plot_activations"


@mistake(
    of=HOOK,
    says="It looks like your hook replaces the layer's output: what a forward hook returns takes the place of the "
    "output, so return nothing.",
)
def replaces_output(name: str, module: nn.Module, input: Any, output: Tensor) -> Tensor | None:
    if output.dim() == 4:
        activation_list.append(output)
        plot_activations(output, f"Activations on: {name}")
        return output * 0
    return None


@mistake(
    of=HOOK,
    says="It looks like the layer's output was normalised in place, so the rest of the net computes with other values: "
    "work on a copy, output.clone().",
)
def normalises_output_in_place(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    if output.dim() == 4:
        output.data -= output.data.min()
        output.data /= output.data.max()
        activation_list.append(output)
        plot_activations(output, f"Activations on: {name}")


@mistake(
    of=HOOK,
    says="It looks like the layer's input was kept and drawn: the hook's last argument, output, is the activation.",
)
def input_instead_of_output(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    if output.dim() == 4:
        activation_list.append(input[0])
        plot_activations(input[0], f"Activations on: {name}")


@mistake(
    of=HOOK,
    says="It looks like the output was drawn but not kept: append it to activation_list.",
)
def forgets_to_append(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    if output.dim() == 4:
        plot_activations(output, f"Activations on: {name}")


@mistake(
    of=HOOK,
    says="It looks like the output was kept but not drawn: call plot_activations with it.",
)
def forgets_to_draw(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    if output.dim() == 4:
        activation_list.append(output)


@mistake(
    of=HOOK,
    says='It looks like the title does not name the layer: it should read f"Activations on: {name}".',
)
def no_title(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    if output.dim() == 4:
        activation_list.append(output)
        plot_activations(output, "Activations")


@mistake(
    of=HOOK,
    says="It looks like the number of dimensions is not looked at: a linear layer puts out (N, K), which has no "
    "channels to draw, so do nothing unless output.dim() is 4.",
)
def ignores_dimensions(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    activation_list.append(output)
    plot_activations(output, f"Activations on: {name}")


@mistake(
    of=HOOK,
    says="It looks like only the first image of the batch was kept: append the whole output, (N, C, H, W).",
)
def keeps_first_image_only(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
    if output.dim() == 4:
        activation_list.append(output[0])
        plot_activations(output, f"Activations on: {name}")


@mistake(
    of=PLOT,
    says="It looks like the channels were averaged into one picture: draw one grey tile for each channel.",
)
def mean_over_channels(activations: Tensor, title: str) -> None:
    show(activations[0].mean(dim=0)[None, None], title)


@mistake(
    of=PLOT,
    says="It looks like the images of the batch were averaged: draw the channels of the first image, activations[0].",
)
def mean_over_images(activations: Tensor, title: str) -> None:
    show(activations.mean(dim=0).unsqueeze(1), title)


@mistake(
    of=PLOT,
    says="It looks like the last image of the batch was drawn: draw the channels of the first one, activations[0].",
)
def last_image(activations: Tensor, title: str) -> None:
    show(activations[-1].unsqueeze(1), title)


@mistake(
    of=PLOT,
    says="It looks like the first channel of every image was drawn: draw every channel of the first image, "
    "activations[0].",
)
def first_channel_of_each_image(activations: Tensor, title: str) -> None:
    show(activations[:, :1], title)


@mistake(
    of=PLOT,
    says="It looks like only the first channel was drawn: draw one tile for each of the C channels.",
)
def first_channel_only(activations: Tensor, title: str) -> None:
    show(activations[:1, :1], title)


@mistake(
    of=PLOT,
    says="It looks like three channels were drawn as the colours of one picture: channels of a hidden layer are no "
    "colours, so draw one grey tile for each.",
)
def three_channels_as_colours(activations: Tensor, title: str) -> None:
    first = activations[:1, :3].detach()
    show((first - first.min()) / (first.max() - first.min()), title)


@mistake(
    of=PLOT,
    says="It looks like negative activations were cut off: draw the values as they are, with their sign.",
)
def negatives_cut_off(activations: Tensor, title: str) -> None:
    show(activations[0].clamp(min=0).unsqueeze(1), title)


@mistake(
    of=PLOT,
    says="It looks like height and width were swapped: keep each tile as (H, W).",
)
def height_and_width_swapped(activations: Tensor, title: str) -> None:
    show(activations[0].transpose(1, 2).unsqueeze(1), title)


@mistake(
    of=PLOT,
    says="It looks like every channel got a figure of its own: draw all of them as tiles of one figure.",
)
def one_figure_each(activations: Tensor, title: str) -> None:
    for channel in activations[0]:
        show(channel[None, None], title)


@mistake(
    of=PLOT,
    says="It looks like the title is missing: pass it to plt.title.",
)
def title_forgotten(activations: Tensor, title: str) -> None:
    show(activations[0].unsqueeze(1), None)


def show(tiles: Tensor, title: str | None) -> None:
    """Draw tiles, (T, C, H, W), in one figure."""
    plt.figure()
    plt.imshow(tile_images(image_tensor_to_numpy(tiles)), cmap="gray")
    plt.axis("off")
    if title is not None:
        plt.title(title)
