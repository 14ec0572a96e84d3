"""What the oracle does, and hooks: run a fixture model and hand back its scores, activations and weights."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import torch

from fixtures.arguments import Array, Model, NumpyArray
from fixtures.realise import Stage
from grader.sandbox.results import encode_result
from grader.sandbox.wire import Message


def observe_model(stage: Stage, request: Message, arrays: dict[str, NumpyArray]) -> dict[str, Any]:
    """Return a model's scores for images, and the outputs of the layers that the request names.

    Request: model, train, frozen, weights (names of arrays, or null), layers, gradient (a class, or null); arrays:
    images (N, C, H, W) float32.
    Reply: scores (N, K); outputs, one per layer; gradient, of the class's scores with respect to the images, where it
    is asked for; all together as the parts of a result.
    """
    weights = request.header["weights"]
    replaced = None if weights is None else {key: request.arrays[name] for key, name in weights.items()}
    train, frozen = request.header.get("train", False), request.header.get("frozen", False)
    model = stage.realise(Model(request.header["model"], replaced, train, frozen))
    images = stage.realise(Array(request.arrays["images"]))
    outputs: dict[str, torch.Tensor] = {}
    handles = [
        model.get_submodule(name).register_forward_hook(functools.partial(_keep_output, outputs, name))
        for name in request.header["layers"]
    ]
    explained = request.header.get("gradient")
    with torch.set_grad_enabled(explained is not None):
        scores = model(images.requires_grad_(explained is not None))
    for handle in handles:
        handle.remove()
    parts = {"scores": scores, "outputs": [outputs[name] for name in request.header["layers"]]}
    if explained is not None:
        parts["gradient"] = torch.autograd.grad(scores[:, explained].sum(), images)[0]
    return {"result": encode_result(parts, arrays), "after": [], "figures": []}


def describe_parameters(stage: Stage, request: Message) -> dict[str, Any]:
    """Return what a model is made of.

    Request: model. Reply: entries, one for each parameter and buffer: name, shape, whether it is trained, whether it
    is a buffer. A parameter that two modules share has one entry.
    """
    model = stage.realise(Model(request.header["model"]))
    parameters = [
        [name, list(values.shape), values.requires_grad, False] for name, values in model.named_parameters()
    ]
    buffers = [[name, list(values.shape), False, True] for name, values in model.named_buffers()]
    return {"entries": parameters + buffers}


def run_with_hook(
    function: Callable[..., Any], stage: Stage, request: Message, arrays: dict[str, NumpyArray]
) -> dict[str, Any]:
    """Register a student's `hook(name, module, input, output)` on layers, run the model, and return its scores.

    Request: model, layers; arrays: images (N, C, H, W) float32. The hooks are removed afterwards.
    Reply: result, the scores (N, K) that the hooked model gave; replaced, whether the hook returned anything.
    """
    model = stage.realise(Model(request.header["model"]))
    images = stage.realise(Array(request.arrays["images"]))
    replaced: list[bool] = []

    def hook(name: str, *arguments: Any) -> Any:
        output = function(name, *arguments)
        replaced.append(output is not None)
        return output

    handles = [
        model.get_submodule(name).register_forward_hook(functools.partial(hook, name))
        for name in request.header["layers"]
    ]
    try:
        scores = model(images)
    finally:
        for handle in handles:
            handle.remove()
    return {"result": encode_result(scores, arrays), "after": [], "replaced": any(replaced)}


def _keep_output(
    outputs: dict[str, torch.Tensor], name: str, _module: torch.nn.Module, _inputs: Any, output: torch.Tensor
) -> None:
    outputs[name] = output.clone()  # a later in-place ReLU would overwrite it
