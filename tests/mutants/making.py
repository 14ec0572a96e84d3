"""Make mutants: the reference with one place of a solution changed."""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from reference.variants.submission import FROM_REFERENCE
from tests.mutants.expressions import other_expressions
from tests.mutants.solutions import Solution
from tests.mutants.statements import NEVER_CHANGED, other_statements

Way: TypeAlias = tuple[
    tuple[str, int | None], ...
]  # steps from a node to one below: a field, and a place in a list

NOT_ENTERED = ("annotation", "returns", "decorator_list", "ctx")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed solution.

    Attributes:
        solution: whose.
        source: text of the module, solved but for the change, as a submission.
        diff: the lines that change, as `ast.unparse` writes them: "- " before the old ones, "+ " before the new ones.
    """

    solution: Solution
    source: str
    diff: str


def make_mutants(solution: Solution) -> list[Mutant]:
    """Return the mutants of a solution, each different from the others and from the reference."""
    before, behind = _around(solution)
    original = ast.unparse(solution.definition)
    mutants: dict[str, Mutant] = {}
    for path, node, parent in _nodes_in(solution):
        for other in _others(node, parent):
            changed = ast.unparse(_exchanged(solution.definition, path, other))
            if changed != original and changed not in mutants:
                source = as_submission(before + changed + behind)
                mutants[changed] = Mutant(solution, source, write_diff(original, changed))
    return list(mutants.values())


def untouched(solution: Solution) -> Mutant:
    """Return the reference itself as if it were a mutant, to be graded like one: nothing may kill it."""
    return Mutant(solution, as_submission(ast.unparse(solution.tree)), "")


def as_submission(source: str) -> str:
    """Return the text of a reference module so that it imports what is handed out."""
    return FROM_REFERENCE.sub(r"from \1 import", source)


def write_diff(before: str, after: str) -> str:
    """Return the lines in which two texts differ, from the first to the last of them.

    Lines that are only added stand below the one that they follow.
    """
    old, new, above = before.splitlines(), after.splitlines(), [""]
    while old and new and old[0] == new[0]:
        above = [old.pop(0)]
        del new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    context = above if not old else []
    lines = textwrap.dedent("\n".join([*context, *old, *new])).splitlines()
    signs = ["  "] * len(context) + ["- "] * len(old) + ["+ "] * len(new)
    return "\n".join(sign + line for sign, line in zip(signs, lines, strict=True))


def _around(solution: Solution) -> tuple[str, str]:
    """Return the text of the module before and behind the definition; only that is written anew for each mutant."""
    placeholder = ast.parse("__definition__").body
    body = [*solution.tree.body[: solution.place], *placeholder, *solution.tree.body[solution.place + 1 :]]
    before, _, behind = ast.unparse(ast.Module(body, [])).partition("__definition__")
    return before + "\n", behind


def _nodes_in(solution: Solution) -> Iterator[tuple[Way, ast.AST, ast.AST]]:
    """Yield what may be changed in a solution: the way to it from its definition, the node, and the one above it."""
    for path, node, parent in _below(solution.definition, ()):
        if getattr(node, "lineno", 0) in solution.lines:
            yield path, node, parent


def _below(node: ast.AST, path: Way) -> Iterator[tuple[Way, ast.AST, ast.AST]]:
    for field, value in ast.iter_fields(node):
        if field in NOT_ENTERED:
            continue
        for place, child in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(child, ast.AST) or isinstance(
                child, (*NEVER_CHANGED, ast.arguments, ast.JoinedStr)
            ):
                continue
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                continue  # a docstring
            step: Way = (*path, (field, place if isinstance(value, list) else None))
            yield step, child, node
            yield from _below(child, step)


def _others(node: ast.AST, parent: ast.AST) -> Iterator[ast.expr | list[ast.stmt]]:
    if isinstance(node, ast.stmt):
        yield from other_statements(node)
    elif isinstance(node, ast.expr) and not _is_stored(node):
        for other in other_expressions(node):
            # a call that is a statement of its own is left out as such; its argument alone would say the same
            if not isinstance(parent, ast.Expr) or isinstance(other, ast.Call):
                yield other


def _is_stored(node: ast.expr) -> bool:
    return isinstance(getattr(node, "ctx", None), ast.Store | ast.Del)


def _exchanged(definition: ast.stmt, path: Way, other: ast.expr | list[ast.stmt]) -> ast.stmt:
    """Return a copy of a definition with another node at the end of a way."""
    changed = copy.deepcopy(definition)
    node: Any = changed
    for field, place in path[:-1]:
        node = getattr(node, field) if place is None else getattr(node, field)[place]
    field, place = path[-1]
    if place is None:
        setattr(node, field, copy.deepcopy(other))
    else:
        new = other if isinstance(other, list) else [other]
        getattr(node, field)[place : place + 1] = copy.deepcopy(new)
    return ast.fix_missing_locations(changed)
