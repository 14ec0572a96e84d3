"""Wrong answers to `double_outputs`."""

from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake

DOUBLE = "autograd.double_outputs"

# Doubled weights are as good as a doubled input, and as wrong.
BIAS_LEFT_OUT = (
    "It looks like the layer's input or its weights were doubled: its bias is then not, so double the output itself, "
    "in a forward hook."
)


@mistake(
    of=DOUBLE,
    says="It looks like the hook returns nothing, so the output stays as it is: end the hook with return 2 * output.",
)
def nothing_returned(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    def hook(module: nn.Module, inputs: Any, output: Tensor) -> None:
        output = output * 2

    return run_with(model, layer_name, x, hook)


@mistake(
    of=DOUBLE,
    says="It looks like the scores were doubled: double what the layer puts out, in a hook, and let the layers behind "
    "it work with that.",
)
def scores_doubled(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    scores: Tensor = 2 * model(x)
    return scores.detach()


@mistake(of=DOUBLE, says=BIAS_LEFT_OUT)
def input_doubled(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    layer = model.get_submodule(layer_name)
    with layer.register_forward_pre_hook(lambda module, inputs: (2 * inputs[0],)):
        scores: Tensor = model(x).detach()
    return scores


@mistake(
    of=DOUBLE,
    says="It looks like 2 was added to the output: multiply it, 2 * output.",
)
def two_added(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    return run_with(model, layer_name, x, lambda module, inputs, output: output + 2)


@mistake(
    of=DOUBLE,
    says="It looks like the output was squared: multiply it by two, 2 * output.",
)
def output_squared(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    return run_with(model, layer_name, x, lambda module, inputs, output: output * output)


@mistake(
    of=DOUBLE,
    says="It looks like every layer has the hook: register it on the one that is asked for, "
    "model.get_submodule(layer_name).",
)
def every_layer_doubled(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    layers = [module for module in model.modules() if not list(module.children())]
    handles = [layer.register_forward_hook(lambda module, inputs, output: 2 * output) for layer in layers]
    try:
        scores: Tensor = model(x).detach()
    finally:
        for handle in handles:
            handle.remove()
    return scores


@mistake(of=DOUBLE, says=BIAS_LEFT_OUT)
def weights_doubled(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    layer: Any = model.get_submodule(layer_name)
    with torch.no_grad():
        layer.weight.mul_(2)
        try:
            scores: Tensor = model(x)
        finally:
            layer.weight.div_(2)
    return scores


@mistake(
    of=DOUBLE,
    says="It looks like the hook is still there after the call, and the model stays changed: keep the handle that "
    "register_forward_hook returns, and call handle.remove().",
)
def doubling_stays(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    layer = model.get_submodule(layer_name)
    layer.register_forward_hook(lambda module, inputs, output: 2 * output)
    scores: Tensor = model(x).detach()
    return scores


@mistake(
    of=DOUBLE,
    says="It looks like the hook stays where the model raises an error: remove it in a finally block, which is run in "
    "any case.",
)
def stays_after_an_error(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    return run_with(model, layer_name, x, lambda module, inputs, output: 2 * output, tidy=False)


def run_with(model: nn.Module, layer_name: str, x: Tensor, hook: Any, tidy: bool = True) -> Tensor:
    """Return the scores of a model with a forward hook on one layer, which is removed if the model fails too."""
    handle = model.get_submodule(layer_name).register_forward_hook(hook)
    try:
        scores: Tensor = model(x).detach()
    except RuntimeError:
        if tidy:
            handle.remove()
        raise
    handle.remove()
    return scores
