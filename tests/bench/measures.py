"""What was measured, and the limits that it is held to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from tests.bench.commands import Cost

WALL_LIMIT = 1.0  # a graded run is over before the bare script would be
CPU_LIMIT = 1.25  # judging, forking and comparing are at most a quarter on top
LOCK_LIMIT = 0.060  # seconds that the wall adds to a worker until it has imported a submission
CHECKS_LIMIT = 6.0  # all checks together, in calls of each function's main case
# Of the reference's Grad-CAM maps, how many must favour and how many must point at the object asked for.
FAVOURS_LIMIT, POINTS_LIMIT = 0.98, 0.95


@dataclass(frozen=True, slots=True)
class Pair:
    """The grader and the bare script, one right after the other."""

    grader: Cost
    bare: Cost


@dataclass(frozen=True, slots=True)
class Checks:
    """Seconds of each check by its id, with nothing beside it, and of each function's main case by its name."""

    seconds: Mapping[str, float]
    alone: Mapping[str, float]

    @property
    def ratio(self) -> float:
        """All checks over one call of each function."""
        return sum(self.seconds.values()) / sum(self.alone.values())


@dataclass(frozen=True, slots=True)
class Processes:
    """What a forked worker costs until it has imported a submission, and memory by process.

    Attributes:
        locked, unlocked: seconds of each, with all layers of the wall that there are and without any.
        layers: those that were in force.
        kilobytes: peak resident memory in kB by process.
    """

    locked: Sequence[float]
    unlocked: Sequence[float]
    layers: Sequence[str]
    kilobytes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Localisation:
    """How well the maps of one method lie on the object asked for; see `tests.bench.localisation`.

    Attributes:
        method: its name.
        maps: how many were made.
        favours, points: shares of them, in [0, 1].
    """

    method: str
    maps: int
    favours: float
    points: float


def ratio(pairs: Sequence[Pair], quantity: str) -> tuple[float, float, float]:
    """Return median, smallest and largest over the pairs of the grader's share of a quantity, "wall" or "cpu"."""
    ratios = [getattr(pair.grader, quantity) / getattr(pair.bare, quantity) for pair in pairs]
    return median(ratios), min(ratios), max(ratios)
