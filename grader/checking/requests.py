"""What a worker is asked to do, as messages; `grader.sandbox.worker` answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from fixtures.arguments import Call, Model, NumpyArray
from grader.sandbox.calls import encode_call
from grader.sandbox.wire import Message


def call_request(call: Call, *, picture: bool) -> Message:
    """Return the request to call a function of the submission.

    Args:
        call: described.
        picture: also render the first figure.
    """
    described, arrays = encode_call(call)
    return Message({"do": "call", "call": described, "picture": picture}, arrays)


def hook_request(
    function: str, model: str, layers: Sequence[str], images: NumpyArray, *, keeps: str
) -> Message:
    """Return the request to run a model with a hook function of the submission.

    Args:
        function: "module.function", of the hook.
        model: name of a fixture model.
        layers: dotted names of its modules.
        images: (N, C, H, W) float32.
        keeps: name of a list in the submission's module that is sent back, or "".
    """
    header = {
        "do": "hook",
        "function": function,
        "model": model,
        "layers": list(layers),
        "keeps": keeps,
    }
    return Message(header, {"images": images})


def observe_request(
    model: Model,
    images: NumpyArray,
    *,
    layers: Sequence[str] = (),
    gradient_of: int | None = None,
    weights: Mapping[str, NumpyArray] | None = None,
) -> Message:
    """Return the request to run a fixture model.

    Args:
        model: described, without weights.
        images: (N, C, H, W) float32.
        layers: dotted names of modules whose outputs are wanted as well.
        gradient_of: a class whose gradient with respect to the images is wanted as well.
        weights: values that replace the model's own, by parameter name.
    """
    given = {f"w{number}": values for number, values in enumerate((weights or {}).values())}
    header = {
        "do": "observe",
        "model": model.name,
        "train": model.train,
        "frozen": model.frozen,
        "weights": None if weights is None else dict(zip(weights, given, strict=True)),
        "layers": list(layers),
        "gradient": gradient_of,
    }
    return Message(header, given | {"images": np.ascontiguousarray(images)})
