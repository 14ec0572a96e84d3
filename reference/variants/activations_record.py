"""Wrong answers to the exercise on recording activations."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake

RECORD = "activations.record_activations"

recorded: dict[str, Tensor] = {}


@mistake(
    of=RECORD,
    says="It looks like an in-place ReLU behind the layer overwrote what you kept: detach() shares the layer's "
    "memory, so keep output.clone().",
)
def overwritten_in_place(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    kept = {}
    for name in layer_names:
        handle = model.get_submodule(name).register_forward_hook(
            lambda module, inputs, output, name=name: kept.update({name: output.detach()})
        )
        model(images)
        handle.remove()
    return kept


@mistake(
    of=RECORD,
    says="It looks like the input of the layer was kept: a hook is called as hook(module, input, output), and the "
    "output comes last.",
)
def keeps_the_input(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    return run_with_hooks(
        model, layer_names, images, lambda kept, name, given, output: kept.update({name: given[0].clone()})
    )


@mistake(
    of=RECORD,
    says="It looks like the hook returns something: what a forward hook returns takes the place of the layer's "
    "output, so later layers compute with it; return nothing.",
)
def returns_the_input(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    def hook(kept: dict[str, Tensor], name: str, given: Any, output: Tensor) -> Any:
        kept[name] = output.clone()
        return given[0] if given[0].shape == output.shape else None

    return run_with_hooks(model, layer_names, images, hook)


@mistake(
    of=RECORD,
    says="It looks like your hooks stay on the model and go on writing: keep what register_forward_hook returns, and "
    "call its remove() in a finally block.",
)
def leaves_hooks(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    kept: dict[str, Tensor] = {}
    for name in layer_names:
        model.get_submodule(name).register_forward_hook(
            lambda module, inputs, output, name=name: kept.update({name: output.detach().clone()})
        )
    model(images)
    return kept


@mistake(
    of=RECORD,
    says="It looks like all calls write into one dict: it outlives the call and changes with the next one, so make a "
    "new dict inside the function.",
)
def one_dict_for_all_calls(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    recorded.update(
        run_with_hooks(
            model, layer_names, images, lambda kept, name, given, output: kept.update({name: output.clone()})
        )
    )
    return recorded


@mistake(
    of=RECORD,
    says="It looks like every hook has the name of the last layer: a lambda reads the loop's variable when it is "
    "called, so fix the name with functools.partial.",
)
def name_read_too_late(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    kept: dict[str, Tensor] = {}
    handles = [
        model.get_submodule(name).register_forward_hook(
            lambda module, inputs, output: kept.update({name: output.clone()})
        )
        for name in layer_names
    ]
    model(images)
    for handle in handles:
        handle.remove()
    return kept


@mistake(
    of=RECORD,
    says="It looks like outputs without channels are left out: a linear layer puts out (N, K), and its output is "
    "asked for as well.",
)
def leaves_out_linear_layers(
    model: nn.Module, layer_names: Sequence[str], images: Tensor
) -> dict[str, Tensor]:
    def hook(kept: dict[str, Tensor], name: str, given: Any, output: Tensor) -> None:
        if output.dim() == 4:
            kept[name] = output.clone()

    return run_with_hooks(model, layer_names, images, hook)


@mistake(
    of=RECORD,
    says="It looks like a dotted name was given to getattr, which knows no dots: model.get_submodule(name) walks down "
    "to a module within a module.",
)
def getattr_with_dots(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    kept: dict[str, Tensor] = {}
    handles = [
        getattr(model, name).register_forward_hook(
            lambda module, inputs, output, name=name: kept.update({name: output.clone()})
        )
        for name in layer_names
    ]
    model(images)
    for handle in handles:
        handle.remove()
    return kept


@mistake(
    of=RECORD,
    says="It looks like modules within modules are not found: named_children() only gives those at the top, "
    "named_modules() gives all.",
)
def children_only(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    found = [name for name, _ in model.named_children() if name in layer_names]
    return run_with_hooks(
        model, found, images, lambda kept, name, given, output: kept.update({name: output.clone()})
    )


@mistake(
    of=RECORD,
    says="It looks like the activations of the first image only were kept: keep the whole output, with all N images.",
)
def first_image_only(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    return run_with_hooks(
        model, layer_names, images, lambda kept, name, given, output: kept.update({name: output[0].clone()})
    )


@mistake(
    of=RECORD,
    says="It looks like the model ran in train mode: batch normalisation then computes with the mean of this batch, "
    "so leave out model.train().",
)
def in_train_mode(model: nn.Module, layer_names: Sequence[str], images: Tensor) -> dict[str, Tensor]:
    model.train()
    return run_with_hooks(
        model, layer_names, images, lambda kept, name, given, output: kept.update({name: output.clone()})
    )


def run_with_hooks(
    model: nn.Module, layer_names: Sequence[str], images: Tensor, hook: Any
) -> dict[str, Tensor]:
    """Return the dict that a hook, called as hook(dict, name, input, output), has filled."""
    kept: dict[str, Tensor] = {}
    handles = [
        model.get_submodule(name).register_forward_hook(
            lambda module, given, output, name=name: hook(kept, name, given, output)
        )
        for name in layer_names
    ]
    try:
        with torch.no_grad():
            model(images)
    finally:
        for handle in handles:
            handle.remove()
    return kept
