"""What of the reference is solution, function by function, and which exercises grade it."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.exercises import read_exercises
from reference.strip import BEGIN, END

REFERENCE = Path(__file__).parents[2] / "reference"


@dataclass(frozen=True, slots=True)
class Solution:
    """A function of the reference, or a helper that is all solution.

    Attributes:
        name: such as "saliency.compute_saliency_maps" or "embedding._kl_gradient".
        exercises: those whose points depend on it.
        tree: the module that holds it.
        place: where its definition stands in the module's body.
        lines: numbers of the lines that are solution.
    """

    name: str
    exercises: tuple[str, ...]
    tree: ast.Module
    place: int
    lines: frozenset[int]

    @property
    def module(self) -> str:
        """The exercise's file, without ".py"."""
        return self.name.partition(".")[0]

    @property
    def definition(self) -> ast.stmt:
        """The function or class in the module."""
        return self.tree.body[self.place]


def find_solutions() -> list[Solution]:
    """Return all solutions in the order of the course's table, helpers behind the functions of their file."""
    exercises = read_exercises()
    order = {f"{row.module}.{name}": row.name for row in exercises for name in row.functions}
    found = {
        solution.name: solution
        for module in dict.fromkeys(row.module for row in exercises)
        for solution in _solutions_of(module, order)
    }
    helpers = [name for name in found if name not in order]
    return [found[name] for name in (*order, *helpers)]


def _solutions_of(module: str, order: dict[str, str]) -> Iterator[Solution]:
    source = (REFERENCE / f"{module}.py").read_text(encoding="utf-8")
    tree, lines = ast.parse(source), frozenset(_solution_lines(source.splitlines()))
    all_of_them = tuple(dict.fromkeys(order[name] for name in order if name.startswith(f"{module}.")))
    for place, node in enumerate(tree.body):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            name = f"{module}.{node.name}"
            if name in order:
                yield Solution(name, (order[name],), tree, place, lines)
            elif node.lineno in lines:
                yield Solution(name, all_of_them, tree, place, lines)


def _solution_lines(lines: Sequence[str]) -> Iterator[int]:
    inside = False
    for number, line in enumerate(lines, start=1):
        if line.strip() in (BEGIN, END):
            inside = line.strip() == BEGIN
        elif inside:
            yield number
