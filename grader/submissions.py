"""Find a submission and look at it without running any of it."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checking.student import Submission
from grader.errors import Unusable
from grader.exercises import Exercise

DEFAULT_FOLDER = "assignment"

# Each imports torch's compiler when it is used; `zero_grad` and `step` of every optimiser do.
_USES_COMPILER = re.compile(r"\b(optim|functorch|checkpoint|_dynamo|torch\.(func|compile|compiler|export))\b")


@dataclass(frozen=True, slots=True)
class FoundSubmission:
    """A submission that can be graded, at least in part.

    Attributes:
        name: the path as it was given.
        submission: where its files lie and what they must define.
        notices: one sentence for each file or function that is missing or cannot be read.
    """

    name: str
    submission: Submission
    notices: tuple[str, ...]


def find_submission(path: str | None, exercises: Sequence[Exercise]) -> FoundSubmission:
    """Return the submission at a path, by default the folder `assignment` here.

    Args:
        path: a folder that holds one file per exercise.
        exercises: those that will be graded.

    Raises:
        Unusable: if there is nothing that could be graded.
    """
    folder = Path(path if path is not None else DEFAULT_FOLDER)
    if not folder.exists():
        raise Unusable(
            f"there is no {folder}; give the folder that holds your files: python -m grader FOLDER"
        )
    if not folder.is_dir():
        raise Unusable(f"{folder} is a file; give the folder that holds it: python -m grader {folder.parent}")
    files = [folder / f"{exercise.module}.py" for exercise in exercises]
    if not any(file.is_file() for file in files):
        wanted = ", ".join(dict.fromkeys(file.name for file in files))
        raise Unusable(
            f"{folder} holds none of the files that are graded ({wanted}); give the folder with your files"
        )
    found = [
        notice for exercise, file in zip(exercises, files, strict=True) for notice in _notices(exercise, file)
    ]
    notices = dict.fromkeys(found)  # two exercises may miss the same file
    functions = {name: f"{exercise.module}.{name}" for exercise in exercises for name in exercise.functions}
    return FoundSubmission(str(folder), Submission(folder.resolve(), functions), tuple(notices))


def wants_compiler(found: FoundSubmission) -> bool:
    """Return whether a submission looks as if it used what imports torch's compiler.

    Workers that find it imported save over a second each. Where this guesses wrongly, only time is lost.
    """
    return any(_USES_COMPILER.search(_text(file)) for file in found.submission.folder.glob("*.py"))


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _notices(exercise: Exercise, file: Path) -> list[str]:
    """Return what keeps an exercise's file from being graded in full."""
    if not file.is_file():
        return [f"{file.name} is missing; hand in the file even where its functions are not written yet."]
    try:
        source = file.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        line = file.read_bytes()[: error.start].count(b"\n") + 1
        return [f"{file.name} is not UTF-8 text (line {line}); save it again with the encoding UTF-8."]
    except OSError as error:
        return [f"{file.name} cannot be read ({error.strerror}); check its permissions."]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an invalid escape sequence, say
            defined = _defined_names(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # each check of this file says where
    missing = [] if "*" in defined else [name for name in exercise.functions if name not in defined]
    return [
        f"{file.name} has no function {name}; functions keep the names that the handout gives them."
        for name in missing
    ]


def _defined_names(module: ast.Module) -> set[str]:
    """Return the names that a module binds at its top level, also inside if and try; "*" for a star import."""
    names: set[str] = set()
    waiting: list[ast.stmt] = list(module.body)
    while waiting:
        statement = waiting.pop()
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update(alias.asname or alias.name for alias in aliases)
            case _:
                for node in ast.walk(statement) if not hasattr(statement, "body") else ():
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        names.add(node.id)
                for block in ("body", "orelse", "finalbody", "handlers"):
                    for inner in getattr(statement, block, []):
                        waiting.extend(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])
    return names
