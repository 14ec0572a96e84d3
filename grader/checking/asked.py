"""Which functions of the student's a check calls, read off its code, so that a course may ask for some of them only."""

from __future__ import annotations

import types
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any


def functions_called(check: Callable[..., Any], known: Collection[str], cases: Mapping[str, str]) -> set[str]:
    """Return which functions a check calls: those it names, and those of the stored cases that it names.

    Args:
        check: a test function, also one that hypothesis has wrapped.
        known: names of the functions that matter.
        cases: "module.function" of each stored case, by its name.
    """
    inner = getattr(getattr(check, "hypothesis", None), "inner_test", check)
    found: set[str] = set()
    for code in _codes(inner, set()):
        found.update(name for name in code.co_names if name in known)
        found.update(text for text in _texts(code) if text in known)
        found.update(cases[text].rpartition(".")[2] for text in _texts(code) if text in cases)
    return found & set(known)


def _texts(code: types.CodeType) -> Iterator[str]:
    for constant in code.co_consts:
        items = constant if isinstance(constant, tuple) else (constant,)
        yield from (item for item in items if isinstance(item, str))


def _codes(function: Any, seen: set[str]) -> Iterator[types.CodeType]:
    """Yield the code of a function, of the functions in it, and of those of its own module that it names."""
    waiting = [function.__code__]
    while waiting:
        code = waiting.pop()
        yield code
        waiting += [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]
        for name in code.co_names:
            other = function.__globals__.get(name)
            if (
                isinstance(other, types.FunctionType)
                and other.__module__ == function.__module__
                and name not in seen
            ):
                seen.add(name)
                waiting.append(other.__code__)
