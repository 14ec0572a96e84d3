"""Wrong answers to `record_gradients`."""
# mypy: disable-error-code="no-untyped-call, return-value"

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import mistake

GRADIENTS = "autograd.record_gradients"

# What the lecture's notebook keeps from call to call: the mistake of first_gradients_kept.
save_grad: list[tuple[Tensor, Tensor]] = []


@mistake(
    of=GRADIENTS,
    says="It looks like the two gradients changed places: return the one with respect to the input first, "
    "(grad_input[0], grad_output[0]).",
)
def gradients_swapped(model: nn.Module, layer_name: str, x: Tensor, class_idx: int) -> tuple[Tensor, Tensor]:
    grad_input, grad_output = back(model, layer_name, x, lambda scores: scores[0, class_idx])
    return grad_output, grad_input


@mistake(
    of=GRADIENTS,
    says="It looks like the predicted class was explained: call backward on the score of the class that is asked for, "
    "scores[0, class_idx].",
)
def gradients_of_predicted_class(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    return back(model, layer_name, x, lambda scores: scores.max())


@mistake(
    of=GRADIENTS,
    says="It looks like the scores of all classes were added up: call backward on one of them, scores[0, class_idx].",
)
def gradients_of_all_scores(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    return back(model, layer_name, x, torch.sum)


@mistake(
    of=GRADIENTS,
    says="It looks like the gradients belong to a probability: leave the softmax out and call backward on the raw "
    "score.",
)
def gradients_of_probability(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    return back(model, layer_name, x, lambda scores: scores.softmax(1)[0, class_idx])


@mistake(
    of=GRADIENTS,
    says="It looks like the gradients belong to a loss, which falls where the score rises: call backward on the raw "
    "score.",
)
def gradients_of_loss(model: nn.Module, layer_name: str, x: Tensor, class_idx: int) -> tuple[Tensor, Tensor]:
    return back(model, layer_name, x, lambda scores: F.cross_entropy(scores, torch.tensor([class_idx])))


@mistake(
    of=GRADIENTS,
    says="It looks like the layer's input and output came back instead of their gradients: a forward hook sees the "
    "values, register_full_backward_hook the gradients.",
)
def values_instead_of_gradients(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    kept: list[Any] = []
    layer = model.get_submodule(layer_name)
    handle = layer.register_forward_hook(lambda module, inputs, output: kept.append((inputs[0], output)))
    model(x.clone().requires_grad_())[0, class_idx].backward()
    handle.remove()
    return kept[0][0].detach(), kept[0][1].detach()


@mistake(
    of=GRADIENTS,
    says="It looks like the tuples came back as the hook gets them: the tensors are their first entries, "
    "grad_input[0] and grad_output[0].",
)
def tuples_of_gradients(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    grad_input, grad_output = back(model, layer_name, x, lambda scores: scores[0, class_idx])
    return (grad_input,), (grad_output,)


@mistake(
    of=GRADIENTS,
    says="It looks like nothing asked for the gradient of the image: call x.requires_grad_() before the model runs, "
    "or the first layer has no grad_input, and a model with frozen weights no gradient at all.",
)
def image_needs_no_gradient(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    kept: list[Any] = []
    layer = model.get_submodule(layer_name)
    handle = layer.register_full_backward_hook(lambda *arguments: kept.append(arguments[1:]))
    try:
        model(x)[0, class_idx].backward()
    finally:
        handle.remove()
    return kept[0][0][0], kept[0][1][0]


@mistake(
    of=GRADIENTS,
    says="It looks like the gradient with respect to the layer's weights came back: grad_input belongs to what the "
    "layer is called with, and the hook is given it.",
)
def gradient_of_weights(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    layer: Any = model.get_submodule(layer_name)
    frozen = not layer.weight.requires_grad
    layer.weight.requires_grad_()
    _, grad_output = back(model, layer_name, x, lambda scores: scores[0, class_idx])
    layer.weight.requires_grad_(not frozen)
    return layer.weight.grad, grad_output


@mistake(
    of=GRADIENTS,
    says="It looks like a second call gives the gradients of the first: its list still holds them, so make a new list "
    "inside the function.",
)
def first_gradients_kept(
    model: nn.Module, layer_name: str, x: Tensor, class_idx: int
) -> tuple[Tensor, Tensor]:
    def hook_grad(module: nn.Module, grad_input: Any, grad_output: Any) -> None:
        save_grad.append((grad_input[0], grad_output[0]))

    handle = model.get_submodule(layer_name).register_full_backward_hook(hook_grad)
    model(x.clone().requires_grad_())[0, class_idx].backward()
    handle.remove()
    return save_grad[0]


def back(
    model: nn.Module, layer_name: str, x: Tensor, score_of: Callable[[Tensor], Tensor]
) -> tuple[Tensor, Tensor]:
    """Return the gradients of a score with respect to a layer's input and output."""
    kept: list[Any] = []

    def keep(module: nn.Module, grad_input: Any, grad_output: Any) -> None:
        kept.append((grad_input[0], grad_output[0]))

    handle = model.get_submodule(layer_name).register_full_backward_hook(keep)
    score_of(model(x.clone().requires_grad_())).backward()
    handle.remove()
    return kept[0][0], kept[0][1]
