"""An example of a mistake: the lines of a student who is not named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from grader.class_page.pieces import parse_code
from grader.class_page.records import Check, Student
from grader.class_page.tally import Mistake

_LOOKED_AT = 20  # students; the shortest example of so many is short enough
_LONGEST = 30  # lines
_CUT = "…"


@dataclass(frozen=True, slots=True)
class Example:
    """What one student was told, and of what.

    Attributes:
        message: what is wrong with it.
        code: the function, without comments and docstring; empty where the lines are not at hand.
    """

    message: str
    code: str


class Examples:
    """Finds examples; a file is parsed once, however many mistakes are in it."""

    def __init__(self) -> None:
        self._trees: dict[str, ast.Module | None] = {}

    def of(self, mistake: Mistake) -> Example:
        """Return the shortest example that does not mention its writer, else the first without what mentions them."""
        found = [(student, self._example(student, check)) for student, check in mistake.cases[:_LOOKED_AT]]
        nameless = [one for student, one in found if not _mentions(one, student)]
        if nameless:
            return min(nameless, key=lambda one: (not one.code, one.code.count("\n"), len(one.code)))
        student, first = found[0]
        names = _words(student)
        return Example(_without(first.message, names), _without(first.code, names))

    def _example(self, student: Student, check: Check) -> Example:
        return Example(str(check["message"]), self._code(student.sources, check["file"], check["line"]))

    def _code(self, sources: Mapping[str, str], file: str | None, line: int | None) -> str:
        name = next((one for one in sources if file and PurePath(one).name == PurePath(file).name), None)
        if name is None or line is None or not name.endswith(".py"):
            return ""
        text = sources[name]
        if text not in self._trees:
            self._trees[text] = parse_code(text)
        tree = self._trees[text]
        around = None if tree is None else next(_functions_at(tree, line), None)
        return "" if around is None else _plain(around)


def _functions_at(tree: ast.Module, line: int) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield the functions and methods that a line lies in, the outermost first."""
    for node in tree.body:
        for one in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef):
                first = min([one.lineno, *(decorator.lineno for decorator in one.decorator_list)])
                if first <= line <= (one.end_lineno or line):
                    yield one


def _plain(function: ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    """Return a function as text without comments and docstring, where names of people would stand."""
    body = function.body[1:] if ast.get_docstring(function, clean=False) is not None else function.body
    bare = type(function)(**{**dict(ast.iter_fields(function)), "body": body or [ast.Pass()]})
    try:
        lines = ast.unparse(ast.fix_missing_locations(bare)).splitlines()
    except (RecursionError, ValueError):
        return ""
    return "\n".join(lines if len(lines) <= _LONGEST else [*lines[:_LONGEST], _CUT])


def _words(student: Student) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", student.name) if len(word) > 2 or not word.isascii()]


def _mentions(example: Example, student: Student) -> bool:
    text = f"{example.message}\n{example.code}".casefold()
    return any(word.casefold() in text for word in _words(student))


def _without(text: str, words: list[str]) -> str:
    return re.sub("|".join(map(re.escape, words)), _CUT, text, flags=re.IGNORECASE) if words else text
