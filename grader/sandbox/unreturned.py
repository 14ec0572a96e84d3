"""Find what a student's function computed and did not return: a local variable, as the function leaves it."""

from __future__ import annotations

import dis
import inspect
import sys
import types
from collections.abc import Callable
from itertools import pairwise
from typing import Any


def returning_local(function: Callable[..., Any], name: str) -> Callable[..., Any]:
    """Return a function that hands back a local variable where the student's own returns nothing.

    A function that returns something on every way through it is itself returned: watching one costs as much as drawing
    a figure, since the interpreter stops at each call that is made within.

    Args:
        function: the student's.
        name: of the variable.
    """
    code = getattr(inspect.unwrap(function), "__code__", None)
    if code is None or not _may_return_nothing(code):
        return function

    def called(*arguments: Any, **keywords: Any) -> Any:
        kept: list[Any] = []

        def watch(frame: types.FrameType, _event: str, _argument: Any) -> Any:
            if frame.f_code is not code:
                return None  # nothing in it is looked at
            frame.f_trace_lines = False
            return leave

        def leave(frame: types.FrameType, event: str, _argument: Any) -> Any:
            if event == "return":
                kept.append(frame.f_locals.get(name))
            return leave

        sys.settrace(watch)
        try:
            result = function(*arguments, **keywords)
        finally:
            sys.settrace(None)
        return kept[-1] if result is None and kept else result

    return called


def _may_return_nothing(code: types.CodeType) -> bool:
    """Return whether a function has a `return` without a value, or an end without one."""
    steps = list(dis.get_instructions(code))
    nothing = any(
        step.opname == "RETURN_CONST" and step.argval is None for step in steps
    )  # Python 3.12 and 3.13
    return nothing or any(
        (before.opname, before.argval, step.opname) == ("LOAD_CONST", None, "RETURN_VALUE")
        for before, step in pairwise(steps)
    )
