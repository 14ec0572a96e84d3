"""An exercise's checks in parts, for judges that work side by side where there are more cores than exercises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grader.checking.collected import CHECKS
from grader.exercises import Exercise
from grader.result import CheckResult

_CHECK = re.compile(r"^def test_(\w+)\(", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """What one judge judges: an exercise, and the names of the checks of it, None for all."""

    exercise: Exercise
    only: frozenset[str] | None = None


def split(exercises: Sequence[Exercise], judges: int, seconds: Mapping[str, float]) -> dict[str, Part]:
    """Return the parts of some exercises by what they are called: each exercise is one, unless there are judges left.

    Args:
        exercises: in the order in which they are begun.
        judges: how many can work at once.
        seconds: what each check took earlier, by its id, as far as that is known.
    """
    parts: dict[str, Part] = {}
    for exercise in exercises:
        shares: list[frozenset[str]] = []
        if judges >= 2 * len(exercises) and not exercise.left_out:
            names = check_names(exercise.name)
            own = {
                name: seconds[f"{exercise.name}/{name}"]
                for name in names
                if f"{exercise.name}/{name}" in seconds
            }
            shares = share_out(names, own, judges // len(exercises))
        if len(shares) < 2:
            parts[exercise.name] = Part(exercise)
        for number, share in enumerate(shares if len(shares) > 1 else [], start=1):
            parts[f"{exercise.name}, part {number}"] = Part(exercise, share)
    return parts


def in_order(checks: Iterable[CheckResult], exercises: Sequence[Exercise]) -> list[CheckResult]:
    """Return checks by exercise and, within one, as they stand in its file; what has no place there comes last."""
    places = {
        f"{exercise.name}/{name}": (row, place)
        for row, exercise in enumerate(exercises)
        for place, name in enumerate(check_names(exercise.name))
    }
    rows = {exercise.name: (row, len(places)) for row, exercise in enumerate(exercises)}
    return sorted(checks, key=lambda check: places.get(check.id, rows[check.exercise]))


def check_names(exercise: str) -> tuple[str, ...]:
    """Return the names of an exercise's checks, as they stand in its file."""
    return tuple(_CHECK.findall((CHECKS / f"test_{exercise}.py").read_text("utf-8")))


def share_out(names: Sequence[str], seconds: Mapping[str, float], parts: int) -> list[frozenset[str]]:
    """Return the names in parts that take about as long as each other: always the longest to who has least.

    Args:
        names: of checks.
        seconds: what each took earlier; where nothing is known, all are taken to be alike.
        parts: at most how many.
    """
    usual = sum(seconds.values()) / len(seconds) if seconds else 1.0
    shares: list[list[str]] = [[] for _ in range(max(min(parts, len(names)), 1))]
    loads = [0.0] * len(shares)
    for name in sorted(names, key=lambda name: -seconds.get(name, usual)):
        least = loads.index(min(loads))
        shares[least].append(name)
        loads[least] += seconds.get(name, usual)
    return [frozenset(share) for share in shares]
