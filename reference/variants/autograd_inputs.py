"""Wrong answers to `record_inputs`."""
# mypy: disable-error-code="dict-item, arg-type"

from collections.abc import Sequence
from functools import partial
from typing import Any

from torch import Tensor, nn

from reference.variants import mistake
from reference.variants.autograd_outputs import HOOK_STAYS, LAST_NAME

INPUTS = "autograd.record_inputs"

TOO_LATE = (
    "It looks like an input was read after the layer had run and overwritten it: take a copy in a forward-pre hook, "
    "inputs[0].clone()."
)


@mistake(of=INPUTS, says=TOO_LATE)
def input_not_copied(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any) -> None:
        arguments[name] = inputs[0].detach()

    return run_before(model, layer_names, x, keep, arguments)


@mistake(of=INPUTS, says=TOO_LATE)
def read_after_the_layer(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        arguments[name] = inputs[0].detach().clone()

    handles = [model.get_submodule(name).register_forward_hook(partial(keep, name)) for name in layer_names]
    model(x)
    for handle in handles:
        handle.remove()
    return arguments


@mistake(
    of=INPUTS,
    says="It looks like the layers' outputs were recorded: register_forward_pre_hook calls back before the layer "
    "runs, with the module and its inputs.",
)
def outputs_instead_of_inputs(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any, output: Tensor) -> None:
        arguments[name] = output.detach().clone()

    handles = [model.get_submodule(name).register_forward_hook(partial(keep, name)) for name in layer_names]
    model(x)
    for handle in handles:
        handle.remove()
    return arguments


@mistake(
    of=INPUTS,
    says="It looks like the whole tuple of arguments was kept: a hook gets all arguments of the layer, and the tensor "
    "is the first, inputs[0].",
)
def tuple_of_arguments(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Any] = {}

    def keep(name: str, module: nn.Module, inputs: Any) -> None:
        arguments[name] = tuple(tensor.clone() for tensor in inputs)

    return run_before(model, layer_names, x, keep, arguments)


@mistake(
    of=INPUTS,
    says="It looks like the image was recorded for every layer: each layer has an input of its own, which its hook is "
    "given.",
)
def image_for_every_layer(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any) -> None:
        arguments[name] = x.clone()

    return run_before(model, layer_names, x, keep, arguments)


@mistake(
    of=INPUTS,
    says="It looks like the hook changed what the layers are called with: what a forward-pre hook returns takes the "
    "place of the input, so return nothing.",
)
def pre_hook_changes_the_net(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any) -> Tensor:
        arguments[name] = inputs[0].clone()
        scaled: Tensor = inputs[0] / inputs[0].abs().max()
        return scaled

    return run_before(model, layer_names, x, keep, arguments)


@mistake(of=INPUTS, says=HOOK_STAYS)
def pre_hooks_stay(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}

    def keep(name: str, module: nn.Module, inputs: Any) -> None:
        arguments[name] = inputs[0].clone()

    for name in layer_names:
        model.get_submodule(name).register_forward_pre_hook(partial(keep, name))
    model(x)
    return arguments


@mistake(of=INPUTS, says=LAST_NAME)
def inputs_under_the_last_name(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    arguments: dict[str, Tensor] = {}
    handles = []
    for name in layer_names:
        layer = model.get_submodule(name)
        hook = lambda module, inputs: arguments.update({name: inputs[0].clone()})  # noqa: E731
        handles.append(layer.register_forward_pre_hook(hook))
    model(x)
    for handle in handles:
        handle.remove()
    return arguments


def run_before(
    model: nn.Module, layer_names: Sequence[str], x: Tensor, hook: Any, arguments: dict[str, Tensor]
) -> dict[str, Tensor]:
    """Run the model with a forward-pre hook on each layer that is told the layer's name."""
    handles = [
        model.get_submodule(name).register_forward_pre_hook(partial(hook, name)) for name in layer_names
    ]
    model(x)
    for handle in handles:
        handle.remove()
    return arguments
