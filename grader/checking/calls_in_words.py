"""What a call asked for: in words, and the picture that it was given."""

from __future__ import annotations

from typing import Any

import numpy as np

from fixtures.arguments import Argument, Array, Call, Model, Scores, Traced, Weight
from fixtures.normalise import denormalise
from grader.checking.reducing import LARGEST
from grader.evidence import Array as Pixels
from grader.language import phrase

_NOISE = 0.35  # correlation of neighbouring pixels: scenes 0.9 and more, noise 0


def describe_call(call: Call) -> str:
    """Return a call as it would be written, with arrays by their shapes."""
    arguments = [_in_words(argument) for argument in call.arguments]
    arguments += [f"{name}={_in_words(argument)}" for name, argument in call.keywords.items()]
    times = phrase(", {steps} times", steps=call.steps) if call.steps > 1 else ""
    return f"{call.function.rpartition('.')[2]}({', '.join(arguments)}){times}"


def pick_picture(call: Call, item: int) -> Pixels | None:
    """Return a picture that a function was given, small, None where it was given none or only noise.

    Args:
        item: which one of a batch.

    Returns:
        (h, w, 3) uint8.
    """
    for argument in (*call.arguments, *call.keywords.values()):
        if isinstance(argument, Array) and _is_pictures(argument.values):
            images: Any = argument.values.reshape(-1, *argument.values.shape[-3:])
            image = images[min(item, len(images) - 1)]
            across, along = image[:, :, :-1].ravel(), image[:, :, 1:].ravel()
            if across.std() == 0 or np.corrcoef(across, along)[0, 1] < _NOISE:
                return None
            factor = max(1, -(-max(image.shape[-2:]) // LARGEST))
            height, width = (length // factor for length in image.shape[-2:])
            blocks = image[:, : height * factor, : width * factor].reshape(3, height, factor, width, factor)
            return denormalise(blocks.mean(axis=(2, 4)))
    return None


def pick_class(call: Call, item: int) -> str:
    """Return the class that a function was asked about, "class 3"; "" where it was asked about none."""
    for argument in (*call.arguments, *call.keywords.values()):
        if isinstance(argument, Array) and argument.values.dtype.kind in "iu" and argument.values.ndim == 1:
            return phrase("class {number}", number=argument.values[min(item, argument.values.size - 1)])
        if isinstance(argument, int) and not isinstance(argument, bool):
            return phrase("class {number}", number=argument)
    return ""


def _is_pictures(values: Pixels) -> bool:
    return (
        values.dtype.kind == "f"
        and values.ndim >= 3
        and values.shape[-3] == 3
        and min(values.shape[-2:]) >= 16
    )


def _in_words(argument: Argument) -> str:
    match argument:
        case Array(values=values) if values.size <= 6 and values.ndim <= 1:
            return "[" + ", ".join(f"{value:g}" for value in values.reshape(-1)) + "]"
        case Array(values=values):
            return phrase("array {sides}", sides=" × ".join(map(str, values.shape)))
        case Model(name=name, weights=weights, train=train):
            held = phrase(" with weights of the check") if weights is not None else ""
            return name + held + (phrase(" in train mode") if train else "")
        case Weight(model=model, parameter=parameter):
            return f"{model}.{parameter}"
        case Scores(model=model):
            return phrase("scores of {model}", model=model)
        case Traced(operations=operations):
            names = ", ".join(name for name, _ in operations) or phrase("nothing")
            return phrase("a tensor made by {operations}", operations=names)
        case tuple():
            return f"({', '.join(map(str, argument))})"
        case float():
            return f"{argument:g}"
        case _:
            return repr(argument)
