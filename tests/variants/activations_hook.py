"""Right answers to `show_activations_hook`, in more styles."""

import copy

import torch

from reference.activations import activation_list, plot_activations
from reference.variants import accepted

HOOK = "activations.show_activations_hook"


@accepted(of=HOOK, says="asks for a tensor first, and extends the list")
def extends_the_list(name, module, input, output):
    if isinstance(output, torch.Tensor) and len(output.size()) == 4:
        activation_list.extend([output.detach()])
        plot_activations(output.detach(), title=f"Activations on: {name}")


@accepted(of=HOOK, says="takes the shape apart, and gives up where that fails")
def takes_the_shape_apart(name, module, input, output):
    try:
        N, C, H, W = output.shape
    except ValueError:
        return None
    with torch.no_grad():
        activation_list.append(output + 0)
    plot_activations(output, f"Activations on: {name} ({C} x {H} x {W})")


@accepted(of=HOOK, says="a deep copy, with a line printed for every layer")
def deep_copy(name, module, input, output):
    print(name, type(module).__name__, tuple(output.shape))
    kept = copy.deepcopy(output.detach())
    if kept.ndim == 4:
        activation_list.append(kept)
        plot_activations(kept, f"Activations on: {name}")


@accepted(of=HOOK, says="inserted at the end, drawn from the list")
def inserted_at_the_end(name, module, input, output):
    if output.ndimension() == 4:
        activation_list.insert(len(activation_list), output.data.clone())
        plot_activations(activation_list[len(activation_list) - 1], "Activations on: " + str(name))


@accepted(of=HOOK, says="the drawing does not follow gradients")
def drawn_without_gradients(name, module, input, output):
    is_image = output.dim() > 3
    if is_image is False:
        return
    activation_list.append(output)
    with torch.no_grad():
        plot_activations(output.clone(), "Activations on: {name}".format(name=name))


@accepted(of=HOOK, says="the list is reached through globals(), the layer's kind stands in the title")
def through_globals(name, module, input, output):
    if not len(output.shape) == 4:
        return
    globals()["activation_list"].append(torch.clone(output).detach().requires_grad_(False))
    plot_activations(output, f"Activations on: {name}, {module.__class__.__name__}")
