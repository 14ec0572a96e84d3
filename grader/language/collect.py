"""Every sentence that a student may read, found in the code without running it, and among the fixtures' mistakes.

`phrase("...")`, `reason("...")`, `wrong("...")` and `later("...")` mark them; the docstring of a check is its title,
and `pytest.mark.hint("...")` is a hint unless it names a mistake.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from fixtures.store import open_store
from grader.exercises import TABLE, read_exercises

ROOT = Path(__file__).parents[2]
MARKS = ("phrase", "reason", "wrong", "later")
CHECKS = "grader/checks"
MISTAKES = "reference/variants"  # where the sentences in the fixtures come from


def collect() -> dict[str, list[str]]:
    """Return the sentences in the order of files and lines, and where each is said."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "grader").rglob("*.py")):
        name = file.relative_to(ROOT).as_posix()
        for sentence in sentences_of(ast.parse(file.read_text("utf-8")), checks=name.startswith(CHECKS)):
            _add(found, sentence, name)
    for exercise in read_exercises():
        for axes in exercise.functions.values():
            if " " in axes and not axes.startswith("("):  # in words, for "expected ..., which is ..."
                _add(found, axes, TABLE.relative_to(ROOT).as_posix())
    for function, sentences in sorted(open_store().sentences.items()):
        for sentence in sentences.values():
            _add(found, sentence, f"{MISTAKES}/{function.partition('.')[0]}.py")
    return found


def sentences_of(module: ast.Module, *, checks: bool) -> Iterator[str]:
    """Yield the sentences of a module.

    Args:
        module: its tree.
        checks: whether its tests are checks, whose docstrings are titles.
    """
    for node in sorted(ast.walk(module), key=_place):
        match node:
            case ast.FunctionDef(name=name) if checks and name.startswith("test_"):
                yield " ".join((ast.get_docstring(node) or "").partition("\n\n")[0].split())
            case ast.Call(func=ast.Name(id=name), args=args) if name in MARKS:
                yield from (text for argument in args for text in _texts(argument))
                yield from (text for key in node.keywords if key.arg == "hint" for text in _texts(key.value))
            case ast.Call(func=ast.Attribute(attr="hint"), args=[ast.Constant(value=str(text))]) if (
                " " in text
            ):
                yield text


def names_in(template: str) -> list[str]:
    """Return the places of a template, each with its format, sorted: what a translation must have as well.

    Raises:
        ValueError: if it is none.
    """
    parts = string.Formatter().parse(template)
    return sorted(f"{name}!{kind}:{form}" for _, name, form, kind in parts if name is not None)


def _place(node: ast.AST) -> tuple[int, int]:
    return getattr(node, "lineno", 0), getattr(node, "col_offset", 0)


def _texts(node: ast.expr) -> Iterator[str]:
    """Yield what an argument says: a text, or either of two."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=first, orelse=second):
            yield from _texts(first)
            yield from _texts(second)


def _add(found: dict[str, list[str]], sentence: str, place: str) -> None:
    places = found.setdefault(sentence, [])
    if place not in places:
        places.append(place)
