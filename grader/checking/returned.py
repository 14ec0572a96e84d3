"""What a function returned, as plain data: into its parts, and into words where it is not what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from grader.errors import StudentFault
from grader.language import phrase

Result: TypeAlias = Mapping[str, Any]  # as grader.sandbox.results encodes it


def look_inside(function: str, result: Result, key: str | int) -> Result:
    """Return the entry of a dict by its key, or of a list or tuple by its position.

    Args:
        function: the function's name, for the sentence.

    Raises:
        StudentFault: if there is no such entry.
    """
    kind = result["kind"]
    if kind != ("dict" if isinstance(key, str) else "list"):
        wanted = (
            phrase("a dict with the key {key!r}", key=key)
            if isinstance(key, str)
            else phrase("a list or tuple")
        )
        raise unlike(phrase("{function} returned", function=function), result, wanted)
    keys = list(result["keys"]) if kind == "dict" else list(range(len(result["items"])))
    if key not in keys:
        held = (
            phrase("only the keys {keys}", keys=", ".join(map(repr, keys[:6])))
            if kind == "dict"
            else phrase("{count} items", count=len(keys))
        )
        missing = (
            phrase("the key {key!r}", key=key)
            if kind == "dict"
            else phrase("item {key}, counted from 0,", key=key)
        )
        raise StudentFault(
            phrase(
                "{function} returned {what}, and {missing} is expected",
                function=function,
                what=held if keys else phrase("an empty {type}", type=result["type"]),
                missing=missing,
            )
        )
    entry: Result = result["items"][keys.index(key)]
    return entry


def unlike(beginning: str, result: Result, wanted: str) -> StudentFault:
    """Return what to say where something else came back than what is wanted."""
    if result["kind"] == "none":
        return StudentFault(
            phrase("{beginning} None", beginning=beginning),
            phrase("end the function with a return statement"),
        )
    return StudentFault(
        phrase(
            "{beginning} {what}, where {wanted} is expected",
            beginning=beginning,
            what=_in_words(result),
            wanted=wanted,
        )
    )


def _in_words(result: Mapping[str, Any]) -> str:
    match result["kind"]:
        case "number":
            return phrase("the number {value:g}", value=result["value"])
        case "text":
            return phrase("a piece of text")
        case "list" | "dict":
            count = len(result["items"])
            if count == 1:
                return phrase("a {type} of 1 thing", type=result["type"])
            return phrase("a {type} of {count} things", type=result["type"], count=count)
        case "tensor":
            return phrase("a tensor")
        case "array":
            return phrase("an array")
        case _:
            return phrase("an object of type {type}", type=str(result.get("type", "?"))[:80])
