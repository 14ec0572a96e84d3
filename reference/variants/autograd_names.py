"""Wrong answers to `operation_names`."""

from typing import Any

from torch import Tensor

from reference.variants import mistake

NAMES = "autograd.operation_names"


@mistake(
    of=NAMES,
    says="It looks like only the last operation is named: t.grad_fn.next_functions leads to the ones before it, and "
    "so on.",
)
def last_operation_only(t: Tensor) -> list[str]:
    return [type(t.grad_fn).__name__] if t.grad_fn is not None else []


@mistake(
    of=NAMES,
    says="It looks like only the first input of each operation is followed: next_functions has an entry for every "
    "input, so go through all of them.",
)
def first_input_only(t: Tensor) -> list[str]:
    names = []
    function: Any = t.grad_fn
    while function is not None:
        if type(function).__name__ != "AccumulateGrad":
            names.append(type(function).__name__)
        function = function.next_functions[0][0] if function.next_functions else None
    return names


@mistake(
    of=NAMES,
    says="It looks like AccumulateGrad is listed too: it is no operation but the place where a leaf keeps its "
    "gradient, so leave it out.",
)
def leaves_listed(t: Tensor) -> list[str]:
    return walk(t.grad_fn, [], [], keep_leaves=True)


@mistake(
    of=NAMES,
    says="It looks like the operations are listed level by level: follow the first input to its end before you begin "
    "the second.",
)
def level_by_level(t: Tensor) -> list[str]:
    names: list[str] = []
    seen: list[Any] = []
    level: list[Any] = [t.grad_fn]
    while level:
        function = level.pop(0)
        if function is None or function in seen:
            continue
        seen.append(function)
        if type(function).__name__ != "AccumulateGrad":
            names.append(type(function).__name__)
        level.extend(before for before, _ in function.next_functions)
    return names


@mistake(
    of=NAMES,
    says="It looks like the list runs forwards: start with the operation that came last, t.grad_fn, and go back.",
)
def from_first_to_last(t: Tensor) -> list[str]:
    return walk(t.grad_fn, [], [])[::-1]


@mistake(
    of=NAMES,
    says="It looks like an operation whose result is used twice is named twice: remember which ones you have reached, "
    "and name each once.",
)
def named_twice(t: Tensor) -> list[str]:
    names: list[str] = []

    def go(function: Any) -> None:
        if function is None or type(function).__name__ == "AccumulateGrad":
            return
        names.append(type(function).__name__)
        for before, _ in function.next_functions:
            go(before)

    go(t.grad_fn)
    return names


@mistake(
    of=NAMES,
    says="It looks like operations of one kind are named once only: two multiplications are two operations, so "
    "remember the operations that you have reached, not their names.",
)
def one_of_each_kind(t: Tensor) -> list[str]:
    return list(dict.fromkeys(walk(t.grad_fn, [], [])))


@mistake(
    of=NAMES,
    says="It looks like the operations themselves were turned into text: take the name of their type, "
    "type(function).__name__.",
)
def objects_as_text(t: Tensor) -> list[str]:
    names = []
    stack: list[Any] = [t.grad_fn]
    while stack:
        function = stack.pop()
        if function is None or "AccumulateGrad" in str(function) or str(function) in names:
            continue
        names.append(str(function))
        stack += [before for before, _ in function.next_functions][::-1]
    return names


@mistake(
    of=NAMES,
    says="It looks like a tensor without a history was not expected: its grad_fn is None, and its list is empty.",
)
def history_expected(t: Tensor) -> list[str]:
    names: list[str] = []
    seen: list[Any] = []

    def go(function: Any) -> None:
        if function in seen or function.name().endswith("AccumulateGrad"):
            return
        seen.append(function)
        names.append(function.name())
        for before, _ in function.next_functions:
            if before is not None:
                go(before)

    go(t.grad_fn)
    return names


def walk(function: Any, seen: list[Any], names: list[str], keep_leaves: bool = False) -> list[str]:
    """Return the names of the operations from a function on, depth first, each operation once."""
    if function is None or function in seen:
        return names
    seen.append(function)
    if keep_leaves or type(function).__name__ != "AccumulateGrad":
        names.append(type(function).__name__)
    for before, _ in function.next_functions:
        walk(before, seen, names, keep_leaves)
    return names
