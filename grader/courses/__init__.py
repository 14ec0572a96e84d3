"""The courses whose files are known, one table each: what they call their functions, and what their files import.

A course is a file of this folder, `<name>.toml`, or one that is named; CONTRIBUTING.md says what stands in it. Ours is
`ours.toml`, which also names the arguments that the checks pass.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.errors import Unusable
from grader.language import phrase

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

OURS = "ours"
FOLDER = Path(__file__).parent
STAND_INS = Path(__file__).parents[1] / "sandbox" / "stand_ins"
ROOT = Path(__file__).parents[2]

RESULTS = ("returned", "in place", "both", "drawn")
CONVENTIONS = {
    "step": ("plain", "normalised", "either"),
    "norm": ("squared", "plain"),
    "gradient of": ("score", "loss"),
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way in which a course writes a function.

    Attributes:
        name: its name there.
        positional: our names of its arguments, in its order.
        keywords: what it takes by name: our name of the value, or the value itself as a 1-tuple.
    """

    name: str
    positional: tuple[str, ...]
    keywords: Mapping[str, str | tuple[Any]]


@dataclass(frozen=True, slots=True)
class Asked:
    """One function that a course asks for: how it may be written, and where its result comes back."""

    spellings: tuple[Spelling, ...]
    result: str


@dataclass(frozen=True, slots=True)
class CourseExercise:
    """What a course asks for of one exercise.

    Attributes:
        points: what it is worth there; None keeps those of `exercises.toml`.
        file: the course's own file for it, "" where there is no fixed one.
        functions: by our name.
    """

    points: float | None
    file: str
    functions: Mapping[str, Asked]


@dataclass(frozen=True, slots=True)
class Course:
    """One course.

    Attributes:
        name: of its file, and of --course.
        title: what a person calls it.
        exercises: by our names.
        files, imports, functions: what its files are recognised by.
        support: modules that its files import; our stand-in for each, see `support_sources`.
        before: what the cells that are not run would have set, as Python.
        folders: that its code writes pictures into, made beside the submission.
        cuda_on_cpu: whether its own templates ask for a GPU, so that doing so must work without one.
        conventions: of its formulas, by the keys of `CONVENTIONS`.
    """

    name: str
    title: str
    exercises: Mapping[str, CourseExercise]
    files: tuple[str, ...]
    imports: tuple[str, ...]
    functions: tuple[str, ...]
    support: Mapping[str, str]
    before: str
    folders: tuple[str, ...]
    cuda_on_cpu: bool
    conventions: Mapping[str, str]


def course_names(folder: Path = FOLDER) -> tuple[str, ...]:
    """Return the names of all courses, ours first."""
    names = sorted(file.stem for file in folder.glob("*.toml"))
    return tuple(sorted(names, key=lambda name: name != OURS))


def read_course(name: str, folder: Path = FOLDER) -> Course:
    """Return a course by its name, or by the path of its file.

    Raises:
        Unusable: if there is none, or its file is not as it should be.
    """
    file = Path(name) if name.endswith(".toml") else folder / f"{name}.toml"
    if not file.is_file():
        raise Unusable(
            phrase(
                "there is no course {name!r}; there are {names}, or give the path of a .toml file",
                name=name,
                names=", ".join(course_names(folder)),
            )
        )
    try:
        return _read(file.stem, tomllib.loads(file.read_text("utf-8")))
    except (OSError, tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"the course {file} cannot be used: {error}") from None


def support_sources(course: Course) -> dict[str, str]:
    """Return the source of each support module of a course, by the name that its files import it by."""
    return {
        module: (ROOT / held if "/" in held else STAND_INS / f"{held}.py").read_text("utf-8")
        for module, held in course.support.items()
        if (ROOT / held if "/" in held else STAND_INS / f"{held}.py").is_file()
    }


def read_spelling(written: str) -> Spelling:
    """Return what a line of a table such as "step(img, y, model, l2_reg=l2_reg, verbose=False)" says.

    Raises:
        ValueError: if it is not a call with plain arguments.
    """
    try:
        call = ast.parse(written, mode="eval").body
    except SyntaxError:
        call = None
    match call:
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if all(
            isinstance(argument, ast.Name) for argument in args
        ):
            return Spelling(
                name,
                tuple(ast.unparse(argument) for argument in args),
                {str(keyword.arg): _keyword(keyword.value) for keyword in keywords},
            )
        case _:
            raise ValueError(f"{written!r} is not a call such as f(X, y, model)")


def _keyword(value: ast.expr) -> str | tuple[Any]:
    return value.id if isinstance(value, ast.Name) else (ast.literal_eval(value),)


def _read(name: str, table: Mapping[str, Any]) -> Course:
    known = {"title", "recognised", "exercises", "support", "before", "folders", "cuda_on_cpu", "conventions"}
    if set(table) - known:
        raise ValueError(f"{', '.join(sorted(set(table) - known))} means nothing here")
    conventions = dict(table.get("conventions", {}))
    for key, value in conventions.items():
        if value not in CONVENTIONS.get(key, ()):
            raise ValueError(f"the convention {key} = {value!r} is not known; there are {CONVENTIONS}")
    recognised = table.get("recognised", {})
    return Course(
        name=name,
        title=str(table["title"]),
        exercises={exercise: _read_exercise(row) for exercise, row in table["exercises"].items()},
        files=tuple(recognised.get("files", ())),
        imports=tuple(recognised.get("imports", ())),
        functions=tuple(recognised.get("functions", ())),
        support=dict(table.get("support", {})),
        before=str(table.get("before", "")),
        folders=tuple(table.get("folders", ())),
        cuda_on_cpu=bool(table.get("cuda_on_cpu", False)),
        conventions=conventions,
    )


def _read_exercise(row: Mapping[str, Any]) -> CourseExercise:
    points = row.get("points")
    return CourseExercise(
        points=None if points is None else float(points),
        file=str(row.get("file", "")),
        functions={function: _read_asked(entry) for function, entry in row["functions"].items()},
    )


def _read_asked(entry: Mapping[str, Any]) -> Asked:
    result = entry.get("result", "returned")
    if result not in RESULTS:
        raise ValueError(f"results are {', '.join(RESULTS)}, not {result!r}")
    return Asked(tuple(read_spelling(written) for written in entry["calls"]), result)
