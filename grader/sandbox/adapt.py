"""Find a function of a submission where it lies, and call it with the arguments that it takes."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from typing import Any


class WrongSignature(Exception):
    """The function takes other arguments than the course says."""


def find_attribute(module: types.ModuleType, dotted: str, instances: dict[str, Any]) -> Any:
    """Return a function of a module, or a method of one of its classes; None where there is none.

    Args:
        module: of the submission.
        dotted: "function" or "Class.method".
        instances: of the classes built so far, so that a class is built once.
    """
    owner, _, name = dotted.rpartition(".")
    if not owner:
        return getattr(module, name, None)
    if owner not in instances:
        instances[owner] = getattr(module, owner)()
    return getattr(instances[owner], name, None)


def adapt(function: Callable[..., Any], place: Mapping[str, Any]) -> Callable[..., Any]:
    """Return the function as the checks call it.

    Args:
        place: "parameters", our names of the arguments in our order; "positional" and "keywords", how the submission
            takes them, see `grader.courses.Spelling`. Without "parameters" nothing is known about its arguments.
    """
    parameters: Sequence[str] = place.get("parameters") or ()

    @functools.wraps(function)
    def called(*arguments: Any, **keywords: Any) -> Any:
        given = dict(zip(parameters, arguments, strict=False)) | keywords
        if parameters and place.get("positional") is not None:
            arguments, keywords = _as_written(given, place["positional"], place["keywords"])
        _require_fit(function, arguments, keywords, list(given))
        return function(*arguments, **keywords)

    return called


def _as_written(
    given: Mapping[str, Any], positional: Sequence[str], keywords: Mapping[str, Any]
) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """Return our arguments in the order, and under the names, that the submission takes them by."""
    inverse = {ours: theirs for theirs, ours in keywords.items() if isinstance(ours, str)}
    constants = {theirs: value[0] for theirs, value in keywords.items() if not isinstance(value, str)}
    ordered = [name for name in positional if name in given]
    named = {inverse[name]: value for name, value in given.items() if name in inverse}
    return tuple(given[name] for name in ordered), named | constants


def _require_fit(
    function: Callable[..., Any], arguments: Sequence[Any], keywords: Mapping[str, Any], names: Sequence[str]
) -> None:
    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):
        return  # a call will tell
    try:
        signature.bind(*arguments, **keywords)
    except TypeError:
        shown = ", ".join(str(parameter).partition(":")[0] for parameter in signature.parameters.values())
        raise WrongSignature(f"takes ({shown}) and is called with ({', '.join(names)})") from None
