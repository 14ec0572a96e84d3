"""What an answer to the autograd exercise does on small cases."""

import contextlib
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from fixtures.models import load_model
from reference.autograd import (
    double_outputs,
    operation_names,
    record_gradients,
    record_inputs,
    record_outputs,
)

Answer = Callable[..., Any]

WEIGHTS = torch.tensor([100, 0.1])
VGG_LAYERS = ("fc_out", "backbone.conv5_1", "backbone.bn5_1", "backbone.conv5_2")
TINY_LAYERS = ("relu", "conv2", "conv1")


def _of_sum(answer: Answer) -> list[str]:
    found = [answer(torch.tensor([2.0, -1.0]), WEIGHTS.clone(), times) for times in (1, 2, 3)]
    return [
        f"{times} times"
        for times, grad in zip((1, 2, 3), found)
        if not _close(torch.as_tensor(grad), 3 * times * WEIGHTS)
    ]


def _of_second(answer: Answer) -> list[str]:
    x = torch.tensor([1.0, -2.0, 5.0])
    first, message, second = answer(x.clone())
    found = [] if _close(first, 2 * x) else ["first gradient"]
    found += [] if "backward through the graph a second time" in message else ["message"]
    return found + ([] if _close(second, 4 * x) else ["second gradient"])


def _of_names(answer: Answer) -> list[str]:
    x = torch.ones(2, requires_grad=True)
    shared = 3 * x
    tensors = {
        "two ways": (3 * x).sin() + (x / 2).exp(),
        "shared": shared.sin() + shared,
        "same kind": 3 * (3 * x),
        "leaf": x,
        "detached": shared.detach(),
        "no gradient": torch.ones(2) * 3,
    }
    return [
        name
        for name, t in tensors.items()
        if [n.rstrip("0") for n in answer(t)] != [n.rstrip("0") for n in operation_names(t)]
    ]


def _of_outputs(answer: Answer) -> list[str]:
    return _of_record(answer, record_outputs)


def _of_inputs(answer: Answer) -> list[str]:
    return _of_record(answer, record_inputs)


def _of_record(answer: Answer, right: Answer) -> list[str]:
    found = []
    vgg, tiny = load_model("flat_vgg"), load_model("tiny")
    for model, names, x in (
        (vgg, VGG_LAYERS, _normal(2, 3, 64, 96)),
        (tiny, TINY_LAYERS, _normal(1, 3, 6, 9)),
    ):
        expected = right(model, names, x)
        kept = answer(model, names, x.clone())
        if list(kept) != list(expected):
            found.append(f"names {list(kept)}")
        found += [name for name, value in expected.items() if name in kept and not _close(kept[name], value)]
        before = {name: torch.as_tensor(values).clone() for name, values in kept.items()}
        model(-x)
        found += [
            f"{name} goes on"
            for name, values in before.items()
            if not torch.equal(torch.as_tensor(kept[name]), values)
        ]
        found += _traces(model)
    return found


def _of_gradients(answer: Answer) -> list[str]:
    found, x = [], _normal(1, 3, 64, 96)
    for name in ("backbone.conv1", "backbone.conv5_2"):
        model = load_model("flat_vgg")
        target = int(model(x).argmin())
        expected = record_gradients(model, name, x, target)
        for frozen in (False, True):
            model = load_model("flat_vgg").requires_grad_(not frozen)
            answer(model, name, -x, target)
            grad_input, grad_output = answer(model, name, x.clone(), target)
            found += [] if _close(grad_input, expected[0]) else [f"{name} input"]
            found += [] if _close(grad_output, expected[1]) else [f"{name} output"]
            found += _traces(model)
    return found


def _of_doubling(answer: Answer) -> list[str]:
    model, x = load_model("flat_vgg"), _normal(2, 3, 64, 96)
    found = []
    for name in ("backbone.conv5_2", "fc_out"):
        found += [] if _close(answer(model, name, x.clone()), double_outputs(model, name, x)) else [name]
    with contextlib.suppress(RuntimeError):
        answer(model, "backbone.conv5_2", x[:, :, :32].clone())
    return found + ([] if _close(model(x), load_model("flat_vgg")(x)) else ["stays"])


def _traces(model: nn.Module) -> list[str]:
    return [
        "a hook stays"
        for module in model.modules()
        if module._forward_hooks or module._forward_pre_hooks or module._backward_hooks
    ]


def _close(found: Any, expected: Tensor) -> bool:
    found = torch.as_tensor(found)
    return found.shape == expected.shape and torch.allclose(found, expected, rtol=1e-4, atol=1e-6)


def _normal(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


OBSERVERS = {
    "accumulate_gradient": _of_sum,
    "second_backward": _of_second,
    "operation_names": _of_names,
    "record_outputs": _of_outputs,
    "record_inputs": _of_inputs,
    "record_gradients": _of_gradients,
    "double_outputs": _of_doubling,
}
