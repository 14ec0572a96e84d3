"""The course's table: exercises, their points and their functions."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast, get_args

from grader.errors import Unusable
from grader.language import later, phrase
from grader.result import Visibility

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

if TYPE_CHECKING:
    from grader.options import Options

TABLE = Path(__file__).with_name("exercises.toml")

_MOST_BONUS = 1000


@dataclass(frozen=True, slots=True)
class Exercise:
    """One row of the table.

    Attributes:
        name: of the exercise and of its checks.
        module: the student's file, without ".py"; several exercises may share one.
        further: whether it is graded only with --all or by its name.
        points: what all its checks together are worth.
        functions: the axes of what each function returns, by its name.
        visibility: when students see the outcome of a check, by its name; "*" is for those that are not named.
        extra: whether all its points count beyond the total.
        bonus: points of the checks that are worth some beyond those of the exercise, by name.
        left_out: those that the submission's course does not ask for; the checks that call them are not run.
    """

    name: str
    module: str
    further: bool
    points: float
    functions: Mapping[str, str]
    visibility: Mapping[str, Visibility] = field(default_factory=dict)
    extra: bool = False
    bonus: Mapping[str, float] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()


def read_exercises(table: Path = TABLE) -> tuple[Exercise, ...]:
    """Return the exercises of a course in the order of its table.

    Raises:
        Unusable: if the table cannot be read or an entry is not as it should be.
    """
    try:
        return tuple(_read(name, row) for name, row in read_table(table)["exercises"].items())
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"the table of exercises {table} cannot be used: {error}") from None


def read_table(table: Path = TABLE) -> dict[str, Any]:
    """Return a course's table as it stands in its file.

    Raises:
        Unusable: if the file cannot be read.
    """
    try:
        return tomllib.loads(table.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Unusable(f"the table of exercises {table} cannot be used: {error}") from None


def exercises_of(options: Options) -> tuple[Exercise, ...]:
    """Return the exercises that the options ask for.

    Raises:
        Unusable: if there is no exercise of such a name.
    """
    return select_exercises(read_exercises(), options.exercises, all_of_them=options.all_exercises)


def select_exercises(
    exercises: Sequence[Exercise], names: Sequence[str], *, all_of_them: bool = False
) -> tuple[Exercise, ...]:
    """Return the named exercises, in the order of the table.

    Args:
        names: of exercises; none asks for the core, those not marked `further`.
        all_of_them: where no name is given, return the further ones as well.
    Raises:
        Unusable: if a name is unknown.
    """
    known = [exercise.name for exercise in exercises]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            none = later("there is no exercise {name!r}; there are {names}.")
            if near:
                none = later("there is no exercise {name!r}; did you mean {names}?")
            raise Unusable(phrase(none, name=name, names=", ".join(near or known)))
    if names:
        return tuple(exercise for exercise in exercises if exercise.name in names)
    return tuple(exercise for exercise in exercises if all_of_them or not exercise.further)


def _read(name: str, row: Mapping[str, Any]) -> Exercise:
    unknown = set(row) - {"module", "further", "points", "functions", "visibility", "bonus"}
    if unknown:
        raise ValueError(f"{name} has {', '.join(sorted(unknown))}, which means nothing")
    return Exercise(
        name=name,
        module=str(row.get("module", name)),
        further=bool(row.get("further", False)),
        points=float(row["points"]),
        functions=dict(row["functions"]),
        visibility=_read_visibility(name, row.get("visibility", {})),
        extra=row.get("bonus") is True,
        bonus=_read_bonus(name, row.get("bonus", {})),
    )


def _read_visibility(name: str, given: Any) -> dict[str, Visibility]:
    """Return the visibility of checks by their names, from one word for all or a table."""
    by_check: dict[str, Any] = {"*": given} if isinstance(given, str) else dict(given)
    for word in by_check.values():
        if word not in get_args(Visibility):
            raise ValueError(
                f"{name} has the visibility {word!r}; there are {', '.join(get_args(Visibility))}"
            )
    return cast(dict[str, Visibility], by_check)


def _read_bonus(name: str, given: Any) -> dict[str, float]:
    """Return the points of bonus checks by their names, from a table; true stands for the whole exercise."""
    if isinstance(given, bool):
        return {}
    if not isinstance(given, dict):
        raise ValueError(f"{name}.bonus is {given!r}, which is neither true nor a table of checks and points")
    for check, points in given.items():
        if isinstance(points, bool) or not isinstance(points, int | float) or not 0 < points <= _MOST_BONUS:
            raise ValueError(
                f"{name}.bonus.{check} is {points!r}, which is no number of points above 0 and up to {_MOST_BONUS}"
            )
    return {check: float(points) for check, points in given.items()}
