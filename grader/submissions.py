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
from grader.sandbox.handed_in import read_files

DEFAULT_FOLDER = "assignment"

# Each imports torch's compiler when it is used; `zero_grad` and `step` of every optimiser do.
_USES_COMPILER = re.compile(
    rb"\b(optim|functorch|checkpoint|_dynamo|torch\.(func|compile|compiler|export))\b"
)


@dataclass(frozen=True, slots=True)
class FoundSubmission:
    """A submission that can be graded, at least in part.

    Attributes:
        name: the path as it was given.
        submission: where its files lie and what they must define.
        notices: one sentence for each file or function that is missing or cannot be read.
        left_out: one sentence for each other file that the student's code will not find.
        wants_compiler: whether it looks as if it used what imports torch's compiler. Workers that find it imported
            save over a second each; where this guesses wrongly, only time is lost.
    """

    name: str
    submission: Submission
    notices: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    wants_compiler: bool = True


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
    wanted = list(dict.fromkeys(f"{exercise.module}.py" for exercise in exercises))
    if not any((folder / name).is_file() for name in wanted):
        raise Unusable(
            f"{folder} holds none of the files that are graded ({', '.join(wanted)}); give the folder with your files"
        )
    handed_in = read_files(folder.resolve())
    left_out = [sentence for sentence in handed_in.left_out if sentence.partition(" ")[0] in wanted]
    told = {sentence.partition(" ")[0] for sentence in left_out}
    found = [
        notice
        for exercise in exercises
        if f"{exercise.module}.py" not in told
        for notice in _notices(exercise, handed_in.files.get(f"{exercise.module}.py"))
    ]
    notices = dict.fromkeys([*left_out, *found])  # two exercises may miss the same file
    functions = {name: f"{exercise.module}.{name}" for exercise in exercises for name in exercise.functions}
    programs = [content for name, content in handed_in.files.items() if name.endswith(".py")]
    return FoundSubmission(
        str(folder),
        Submission(folder.resolve(), functions, handed_in.files),
        tuple(notices),
        tuple(sentence for sentence in handed_in.left_out if sentence not in left_out),
        wants_compiler=any(_USES_COMPILER.search(program) for program in programs),
    )


def _notices(exercise: Exercise, content: bytes | None) -> list[str]:
    """Return what keeps an exercise's file from being graded in full.

    Args:
        content: the file's bytes, None where there is no such file.
    """
    name = f"{exercise.module}.py"
    if content is None:
        return [f"{name} is missing; hand in the file even where its functions are not written yet."]
    try:
        source = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        return [f"{name} is not UTF-8 text (line {line}); save it again with the encoding UTF-8."]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of an invalid escape sequence, say
            defined = _defined_names(ast.parse(source))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []  # each check of this file says where
    missing = (
        [] if "*" in defined else [function for function in exercise.functions if function not in defined]
    )
    return [
        f"{name} has no function {function}; functions keep the names that the handout gives them."
        for function in missing
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
