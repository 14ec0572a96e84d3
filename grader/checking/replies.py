"""Whether a worker's reply is one: every field there, of its type, and every array that it names among those that came.

A worker runs the student's code, so what it sends may be forged. What is no reply is the student's fault, and must
never make a judge stumble: that would look like a fault of the grader.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from fixtures.arguments import NumpyArray
from grader.errors import StudentFault
from grader.language import phrase
from grader.sandbox.wire import Message

PICTURE_CAP = 4 << 20  # bytes of PNG; the largest honest figure is 0.5 MB
_PNG = b"\x89PNG\r\n\x1a\n"
_NESTING = 8  # of lists and dicts; an honest worker stops at three

_ERROR = {"type": str, "message": str, "frames": list, "own": bool}
_FRAME = {"file": str, "line": (int, type(None)), "code": str, "function": str}


def demand_reply(reply: Message, request: Message) -> Message:
    """Return a reply once it is known to be whole.

    A picture that is none is left out; what is not told of an argument after the call is None.

    Args:
        reply: what came.
        request: what it should answer.

    Raises:
        StudentFault: if a field is missing, of another type, or names an array that did not come.
    """
    header, arrays = reply.header, reply.arrays
    if "png" in arrays and not _is_picture(arrays["png"]):
        arrays = {name: values for name, values in arrays.items() if name != "png"}
    well_formed = _is_error(header["error"]) if "error" in header else _is_answer(header, arrays)
    if not well_formed:
        raise StudentFault(phrase("sent an answer that cannot be read: it is not what a worker sends"))
    if "error" not in header and request.header["do"] == "call":
        count = len(request.header["call"]["arguments"])
        header = header | {"after": [*header["after"], *[None] * count][:count]}
    return Message(header, arrays)


def _is_error(error: Any) -> bool:
    return _has(error, _ERROR) and all(_has(frame, _FRAME) for frame in error["frames"])


def _is_answer(header: Mapping[str, Any], arrays: Mapping[str, NumpyArray]) -> bool:
    after, figures, seconds = (header.get(name) for name in ("after", "figures", "seconds"))
    return (
        _is_number(seconds)
        and _is_result(header.get("result"), arrays)
        and isinstance(after, list)
        and all(entry is None or _is_result(entry, arrays) for entry in after)
        and isinstance(figures, list)
        and all(_is_figure(figure, arrays) for figure in figures)
    )


def _is_result(result: Any, arrays: Mapping[str, NumpyArray], nesting: int = 0) -> bool:
    """Return whether something is a result as `grader.sandbox.results` encodes it."""
    if not isinstance(result, dict) or nesting > _NESTING:
        return False
    items = result.get("items")
    match result.get("kind"):
        case "none":
            return "array" not in result
        case "tensor" | "array" | "picture":
            return _has(result, {"array": str, "dtype": str}) and result["array"] in arrays
        case "number":
            return _has(result, {"type": str}) and _is_number(result.get("value")) and "array" not in result
        case "text":
            return _has(result, {"value": str}) and "array" not in result
        case "list" | "dict" if isinstance(items, list):
            keys = result.get("keys", []) if result["kind"] == "dict" else ["" for _ in items]
            return (
                _has(result, {"type": str})
                and "array" not in result
                and isinstance(keys, list)
                and len(keys) == len(items)
                and all(isinstance(key, str) for key in keys)
                and all(_is_result(item, arrays, nesting + 1) for item in items)
            )
        case "other":
            return _has(result, {"type": str}) and "array" not in result
        case _:
            return False


def _is_figure(figure: Any, arrays: Mapping[str, NumpyArray]) -> bool:
    """Return whether something is a figure as `grader.sandbox.figures` describes it: imshow takes (H, W[, 3 or 4])."""
    return (
        _has(figure, {"images": list, "titles": list})
        and all(isinstance(title, str) for title in figure["titles"])
        and all(
            _has(image, {"array": str}) and image["array"] in arrays and arrays[image["array"]].ndim in (2, 3)
            for image in figure["images"]
        )
    )


def _is_picture(values: NumpyArray) -> bool:
    return bool(values.dtype == "uint8" and values.size <= PICTURE_CAP and values.tobytes().startswith(_PNG))


def _is_number(value: Any) -> bool:
    """Return whether JSON gave a number that fits into a float; infinity and NaN are numbers here."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return isinstance(value, float) or math.log2(abs(value) + 1) < 1023


def _has(thing: Any, fields: Mapping[str, Any]) -> bool:
    """Return whether something is an object with these fields, each of its type."""
    return isinstance(thing, dict) and all(
        name in thing
        and isinstance(thing[name], kind)
        and (kind is bool or not isinstance(thing[name], bool))
        for name, kind in fields.items()
    )
