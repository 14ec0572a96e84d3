"""Calls and values as JSON and arrays: what crosses the wire, in both directions, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fixtures.arguments import Argument, Array, Call, Model, NumpyArray, Scores, Traced, Weight


def encode_call(call: Call) -> tuple[dict[str, Any], dict[str, NumpyArray]]:
    """Return a call as plain data and the arrays it refers to by name."""
    arrays: dict[str, NumpyArray] = {}
    described = {
        "function": call.function,
        "arguments": [_encode(argument, arrays) for argument in call.arguments],
        "keywords": {name: _encode(argument, arrays) for name, argument in call.keywords.items()},
        "steps": call.steps,
        "carry": call.carry,
        "unreturned": call.unreturned,
    }
    return described, arrays


def decode_call(described: Mapping[str, Any], arrays: Mapping[str, NumpyArray]) -> Call:
    """Return the call that `encode_call` described."""
    return Call(
        function=described["function"],
        arguments=tuple(_decode(argument, arrays) for argument in described["arguments"]),
        keywords={name: _decode(argument, arrays) for name, argument in described["keywords"].items()},
        steps=described["steps"],
        carry=described["carry"],
        unreturned=described["unreturned"],
    )


def _encode(argument: Argument, arrays: dict[str, NumpyArray]) -> Any:
    """Return plain data for an argument; a one-key object where JSON has no word for it."""
    match argument:
        case Array(values, leaf):
            return {"array": _keep(values, arrays), "leaf": leaf}
        case Model(name, weights, train, frozen):
            kept = {key: _keep(values, arrays) for key, values in (weights or {}).items()}
            named = kept if weights is not None else None
            return {"model": name, "weights": named, "train": train, "frozen": frozen}
        case Weight(model, parameter):
            return {"weight": [model, parameter]}
        case Scores(model, image):
            return {"scores": [model, image]}
        case Traced(values, operations, requires_grad):
            steps = [[name, list(inputs)] for name, inputs in operations]
            return {"traced": _keep(values, arrays), "operations": steps, "requires_grad": requires_grad}
        case tuple():
            return {"tuple": list(argument)}
        case _:
            return argument


def _decode(described: Any, arrays: Mapping[str, NumpyArray]) -> Argument:
    match described:
        case {"array": name, "leaf": leaf}:
            return Array(arrays[name], leaf)
        case {"model": name, "weights": weights, "train": train, "frozen": frozen}:
            given = None if weights is None else {key: arrays[kept] for key, kept in weights.items()}
            return Model(name, given, train, frozen)
        case {"weight": [model, parameter]}:
            return Weight(model, parameter)
        case {"scores": [model, image]}:
            return Scores(model, image)
        case {"traced": name, "operations": steps, "requires_grad": requires_grad}:
            return Traced(arrays[name], tuple((step, tuple(ins)) for step, ins in steps), requires_grad)
        case {"tuple": items}:
            return tuple(items)
        case bool() | int() | float() | str() | None:
            return described
        case _:
            raise ValueError(f"not an argument: {described!r}")


def _keep(values: NumpyArray, arrays: dict[str, NumpyArray]) -> str:
    name = f"a{len(arrays)}"
    arrays[name] = values
    return name
