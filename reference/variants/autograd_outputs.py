"""Wrong answers to `record_outputs`."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake

OUTPUTS = "autograd.record_outputs"

# What a notebook keeps from call to call: the mistake of results_kept_from_before.
all_outputs: dict[str, Tensor] = {}

HOOK_STAYS = (
    "It looks like the hooks stay on the model and go on writing into your dict: keep the handle of each, and call "
    "handle.remove() when the model has run."
)
LAST_NAME = (
    "It looks like everything is filed under the last name: a lambda looks its name up when it is called, so fix it "
    "beforehand with functools.partial(keep, name)."
)


@mistake(of=OUTPUTS, says=LAST_NAME)
def all_under_the_last_name(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}
    handles = []
    for name in layer_names:
        layer = model.get_submodule(name)
        hook = lambda module, inputs, output: outputs.update({name: output.clone()})  # noqa: E731
        handles.append(layer.register_forward_hook(hook))
    model(x)
    for handle in handles:
        handle.remove()
    return outputs


@mistake(
    of=OUTPUTS,
    says="It looks like an output changed after it was recorded: a ReLU behind the layer works in place, so keep a "
    "copy, output.clone().",
)
def output_not_copied(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs[name] = output.detach()

    return run(model, layer_names, x, keep, outputs)


@mistake(
    of=OUTPUTS,
    says="It looks like the layers' inputs were recorded: a forward hook gets the module, its inputs and its output, "
    "in this order.",
)
def inputs_instead_of_outputs(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, input: Any, output: Tensor) -> None:
        outputs[name] = input[0].clone()

    return run(model, layer_names, x, keep, outputs)


@mistake(of=OUTPUTS, says=HOOK_STAYS)
def hooks_stay(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs[name] = output.clone()

    for name in layer_names:
        model.get_submodule(name).register_forward_hook(partial(keep, name))
    model(x)
    return outputs


@mistake(
    of=OUTPUTS,
    says="It looks like only the last hook was removed: each registration gives a handle of its own, so collect them "
    "in a list and remove every one.",
)
def only_last_hook_removed(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs[name] = output.clone()

    for name in layer_names:
        handle = model.get_submodule(name).register_forward_hook(partial(keep, name))
    model(x)
    handle.remove()
    return outputs


@mistake(
    of=OUTPUTS,
    says="It looks like the hook changed what the net computes: what a forward hook returns takes the place of the "
    "layer's output, so return nothing.",
)
def hook_changes_the_net(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> Tensor:
        outputs[name] = output.clone()
        return (output - output.min()) / (output.max() - output.min())

    return run(model, layer_names, x, keep, outputs)


@mistake(
    of=OUTPUTS,
    says="It looks like the model ran in train mode, where dropout and batch normalisation do other things: leave its "
    "mode alone, or call model.eval().",
)
def in_train_mode(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs[name] = output.clone()

    model.train()
    return run(model, layer_names, x, keep, outputs)


@mistake(
    of=OUTPUTS,
    says="It looks like the dict has the order of the names that were asked for: fill it in the hook, which is called "
    "in the order in which the layers run.",
)
def order_of_the_names(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs = {name: torch.empty(0) for name in layer_names}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs[name] = output.clone()

    return run(model, layer_names, x, keep, outputs)


@mistake(
    of=OUTPUTS,
    says="It looks like the first run of a layer was kept: a layer that runs twice is recorded as in its last run, so "
    "let the later output take the place of the earlier one.",
)
def first_run_kept(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        if name not in outputs:
            outputs[name] = output.clone()

    return run(model, layer_names, x, keep, outputs)


@mistake(
    of=OUTPUTS,
    says="It looks like outputs of an earlier call are still there: make a new dict inside the function.",
)
def results_kept_from_before(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        all_outputs[name] = output.clone()

    return run(model, layer_names, x, keep, all_outputs)


@mistake(
    of=OUTPUTS,
    says="It looks like a dotted name was looked up as an attribute: model.get_submodule(name) finds layers within "
    "layers.",
)
def dots_not_followed(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    outputs: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        outputs[name] = output.clone()

    handles = [getattr(model, name).register_forward_hook(partial(keep, name)) for name in layer_names]
    model(x)
    for handle in handles:
        handle.remove()
    return outputs


def run(
    model: nn.Module, layer_names: Sequence[str], x: Tensor, hook: Any, outputs: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Run the model with a forward hook on each layer that is told the layer's name."""
    handles = [model.get_submodule(name).register_forward_hook(partial(hook, name)) for name in layer_names]
    model(x)
    for handle in handles:
        handle.remove()
    return outputs
