"""What a function returned, as plain data: into its parts, and into words where it is not what was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from grader.errors import StudentFault

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
        wanted = f"a dict with the key {key!r}" if isinstance(key, str) else "a list or tuple"
        raise unlike(f"{function} returned", result, wanted)
    keys = list(result["keys"]) if kind == "dict" else list(range(len(result["items"])))
    if key not in keys:
        held = f"only the keys {', '.join(map(repr, keys[:6]))}" if kind == "dict" else f"{len(keys)} items"
        missing = f"the key {key!r}" if kind == "dict" else f"item {key}, counted from 0,"
        returned = held if keys else f"an empty {result['type']}"
        raise StudentFault(f"{function} returned {returned}, and {missing} is expected")
    entry: Result = result["items"][keys.index(key)]
    return entry


def unlike(beginning: str, result: Result, wanted: str) -> StudentFault:
    """Return what to say where something else came back than what is wanted."""
    if result["kind"] == "none":
        return StudentFault(f"{beginning} None", "end the function with a return statement")
    return StudentFault(f"{beginning} {_in_words(result)}, where {wanted} is expected")


def _in_words(result: Mapping[str, Any]) -> str:
    match result["kind"]:
        case "number":
            return f"the number {result['value']:g}"
        case "text":
            return "a piece of text"
        case "list" | "dict":
            count = len(result["items"])
            return f"a {result['type']} of {count} thing{'s' * (count != 1)}"
        case "tensor" | "array":
            return f"a {result['kind']}"
        case _:
            return f"an object of type {str(result.get('type', '?'))[:80]}"
