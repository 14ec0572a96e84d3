"""Autograd and hooks: how gradients come about, and how to look into a net while it computes."""

import functools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd import backward
from torch.utils.hooks import RemovableHandle


def accumulate_gradient(x: Tensor, weights: Tensor, times: int) -> Tensor:
    """Return what lies in `x.grad` after several backward passes through y = 3 * x.

    y is computed once; then `y.backward(weights)` is called `times` times. A backward pass adds to `.grad` and never
    overwrites it, so [100, 0.1] gives [300, 0.3] after one pass and [600, 0.6] after two.

    Args:
        x: (n,) float. It need not require a gradient: make a tensor of your own that does. Not modified.
        weights: (n,) float, the gradient with respect to y that backward starts from. Not modified.
        times: number of backward passes, at least 1.
    Returns:
        (n,), dtype of x: the gradient with respect to x, added up over all passes.
    """
    # BEGIN SOLUTION
    leaf = x.detach().clone().requires_grad_()
    y = 3 * leaf
    for _ in range(times):
        backward(y, weights, retain_graph=True)
    assert leaf.grad is not None
    return leaf.grad
    # END SOLUTION


def second_backward(x: Tensor) -> tuple[Tensor, str, Tensor]:
    """Return what two backward passes through one graph give, without `retain_graph=True` and with it.

    The graph is that of y = (x ** 2).sum(). A backward pass frees it, so the second one raises a RuntimeError, which
    is caught; with `retain_graph=True` in the first pass the second one works. The two trials start from an empty
    `.grad` each.

    Args:
        x: (n,) float. It need not require a gradient. Not modified.
    Returns:
        Three things: the gradient after the first trial, (n,), dtype of x; the text of the error that its second
        pass raised, a str; the gradient after the second trial, (n,), dtype of x.
    """
    # BEGIN SOLUTION
    freed, kept = (x.detach().clone().requires_grad_() for _ in range(2))
    y = (freed**2).sum()
    backward(y)
    message = ""
    try:
        backward(y)
    except RuntimeError as error:
        message = str(error)
    y = (kept**2).sum()
    backward(y, retain_graph=True)
    backward(y)
    assert freed.grad is not None
    assert kept.grad is not None
    return freed.grad, message, kept.grad
    # END SOLUTION


def operation_names(t: Tensor) -> list[str]:
    """Return the names of the operations that made a tensor, from the last one back to the first.

    The way starts at `t.grad_fn`. An operation's `next_functions` are the ones that made its inputs; they are
    followed in their order, each to its end before the next is begun. An operation that is reached twice is named
    once, where it is first reached. `AccumulateGrad` is where a gradient is stored, not an operation.

    Args:
        t: any tensor. Not modified.
    Returns:
        Names such as "AddBackward0": the name of each operation's type. An empty list for a tensor without a
        history: a leaf, a detached tensor, a result of tensors that require no gradient.
    """
    # BEGIN SOLUTION
    names: list[str] = []
    reached: set[Any] = set()
    waiting: list[Any] = [t.grad_fn]  # a list of its own: a graph can be deeper than functions may nest
    while waiting:
        operation = waiting.pop()
        if operation is None or operation in reached:
            continue
        reached.add(operation)
        name = type(operation).__name__
        if name != "AccumulateGrad":
            names.append(name)
        waiting += [made_by for made_by, _ in reversed(operation.next_functions)]
    return names
    # END SOLUTION


def record_outputs(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    """Return what some layers of a net put out, seen by forward hooks.

    Args:
        model: a net whose layers take and return tensors, in any mode. Runs as in evaluation; left as found: same
            weights, buffers, gradients and modes, no hook, also where it raises.
        layer_names: dotted names such as "backbone.conv1", in any order.
        x: (N, C, H, W) float, what the net is called with, once.
    Returns:
        The output of each layer under its name, as it was when the layer returned it, no grad; in the order in which
        the layers ran. Of a layer that runs more than once, the output of its last run.
    Raises:
        AttributeError: if the net has no layer of a name.
    """
    # BEGIN SOLUTION
    outputs: dict[str, Tensor] = {}

    def keep(name: str, _module: nn.Module, _inputs: Any, output: Tensor) -> None:
        outputs[name] = output.detach().clone()  # a copy: what works in place behind overwrites output

    with _undisturbed(model) as handles, torch.no_grad():
        for name in layer_names:
            handles.append(model.get_submodule(name).register_forward_hook(functools.partial(keep, name)))
        model(x)
    return outputs
    # END SOLUTION


def record_inputs(model: nn.Module, layer_names: Sequence[str], x: Tensor) -> dict[str, Tensor]:
    """Return what some layers of a net are called with, seen by forward-pre hooks.

    Args:
        model, layer_names, x: as for `record_outputs`.
    Returns:
        The first positional argument of each layer under its name, as it was before the layer ran, no grad; in the
        order in which the layers ran. Of a layer that runs more than once, the argument of its last run.
    Raises:
        AttributeError: if the net has no layer of a name.
    """
    # BEGIN SOLUTION
    arguments: dict[str, Tensor] = {}

    def keep(name: str, _module: nn.Module, inputs: tuple[Tensor, ...]) -> None:
        arguments[name] = inputs[0].detach().clone()  # a copy: a layer may overwrite its input

    with _undisturbed(model) as handles, torch.no_grad():
        for name in layer_names:
            hook = functools.partial(keep, name)
            handles.append(model.get_submodule(name).register_forward_pre_hook(hook))
        model(x)
    return arguments
    # END SOLUTION


def record_gradients(model: nn.Module, layer_name: str, x: Tensor, class_idx: int) -> tuple[Tensor, Tensor]:
    """Return the gradients of one score at one layer, seen by a full backward hook.

    Args:
        model: as for `record_outputs`; its weights may be frozen.
        layer_name: dotted name of a layer that runs once.
        x: (1, C, H, W) float, one image. It need not require a gradient. Not modified.
        class_idx: class whose raw score is differentiated.
    Returns:
        The gradient with respect to the layer's input and the one with respect to its output: two tensors of the
        shapes of input and output, score per unit of either, no grad.
    Raises:
        AttributeError: if the net has no layer of that name.
        RuntimeError: if a function of the net, not a layer, works in place on what the layer puts out.
    Source: the documentation of torch.nn.Module.register_full_backward_hook.
    """
    # BEGIN SOLUTION
    seen: list[tuple[Tensor, Tensor]] = []

    def keep(_module: nn.Module, grad_input: Any, grad_output: Any) -> None:
        seen.append((grad_input[0].clone(), grad_output[0].clone()))

    image = x.detach().clone().requires_grad_()  # with frozen weights nothing else would need a gradient
    with _undisturbed(model) as handles, torch.enable_grad():
        handles.append(model.get_submodule(layer_name).register_full_backward_hook(keep))
        score = model(image)[0, class_idx]
        torch.autograd.grad(score, image)  # unlike backward() it leaves nothing in the weights' .grad
    (gradients,) = seen
    return gradients
    # END SOLUTION


def double_outputs(model: nn.Module, layer_name: str, x: Tensor) -> Tensor:
    """Return the scores of a net whose one layer puts out twice as much, changed by a forward hook.

    What a forward hook returns takes the place of the layer's output.

    Args:
        model: as for `record_outputs`.
        layer_name: dotted name of the layer.
        x: (N, C, H, W) float, what the net is called with.
    Returns:
        Scores (N, K), dtype of the net, no grad.
    Raises:
        AttributeError: if the net has no layer of that name.
    """
    # BEGIN SOLUTION
    with _undisturbed(model) as handles, torch.no_grad():
        layer = model.get_submodule(layer_name)
        handles.append(layer.register_forward_hook(lambda _module, _inputs, output: 2 * output))
        scores: Tensor = model(x)
    return scores
    # END SOLUTION


# BEGIN SOLUTION
@contextmanager
def _undisturbed(model: nn.Module) -> Iterator[list[RemovableHandle]]:
    """Hold a net in evaluation mode with nothing in place; in the end undo that and remove the listed hooks.

    Layers that work in place are asked not to, because a full backward hook forbids it on what its layer returns.
    """
    flags = [
        (module, name, value)
        for module in model.modules()
        for name, value in vars(module).items()
        if name in ("training", "inplace")
    ]
    handles: list[RemovableHandle] = []
    try:
        for module, name, _ in flags:
            setattr(module, name, False)
        yield handles
    finally:
        for handle in handles:
            handle.remove()
        for module, name, value in flags:
            setattr(module, name, value)


# END SOLUTION
