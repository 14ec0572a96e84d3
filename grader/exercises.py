"""The course's table: exercises, their points and their functions."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

TABLE = Path(__file__).with_name("exercises.toml")


@dataclass(frozen=True, slots=True)
class Exercise:
    """One row of the table.

    Attributes:
        name: of the module and of its checks.
        points: what all its checks together are worth.
        functions: the axes of what each function returns, by its name.
    """

    name: str
    points: float
    functions: Mapping[str, str]


def read_exercises(table: Path = TABLE) -> tuple[Exercise, ...]:
    """Return the exercises of a course in the order of its table.

    Raises:
        Unusable: if the table cannot be read or an entry is not as it should be.
    """
    try:
        rows = tomllib.loads(table.read_text("utf-8"))["exercises"]
        return tuple(
            Exercise(name, float(row["points"]), dict(row["functions"])) for name, row in rows.items()
        )
    except (OSError, tomllib.TOMLDecodeError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"the table of exercises {table} cannot be used: {error}") from None


def select_exercises(exercises: Sequence[Exercise], names: Sequence[str]) -> tuple[Exercise, ...]:
    """Return the named exercises, all of them where no name is given, in the order of the table.

    Raises:
        Unusable: if a name is unknown.
    """
    known = [exercise.name for exercise in exercises]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f"did you mean {near[0]}?" if near else f"there are {', '.join(known)}."
            raise Unusable(f"there is no exercise {name!r}; {meant}")
    return tuple(exercise for exercise in exercises if not names or exercise.name in names)
