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
WATCH_RATIO, WATCH_SECONDS = (
    1.5,
    0.150,
)  # from save to verdict: so many times the bare calls, and so much more
PAGE_SECONDS, PAGE_BYTES = 1.0, 3_000_000  # until the page of a perfect submission is open, and its weight


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


@dataclass(frozen=True, slots=True)
class Watched:
    """Saves of one exercise under --watch, each with the bare cost of its calls right before or after.

    Attributes:
        exercise: its name.
        seconds: from the save to the verdict.
        bare: of its calls, one after the other, in a script of their own.
    """

    exercise: str
    seconds: Sequence[float]
    bare: Sequence[float]

    @property
    def limits(self) -> list[float]:
        """What each save may take."""
        return [WATCH_RATIO * bare + WATCH_SECONDS for bare in self.bare]

    @property
    def excess(self) -> float:
        """Seconds by which the median pair is over its limit; below 0 where it is kept."""
        return median(second - limit for second, limit in zip(self.seconds, self.limits, strict=True))


@dataclass(frozen=True, slots=True)
class Opened:
    """The page of a perfect submission in a browser.

    Attributes:
        seconds: until it is loaded and laid out, by the browser's clock.
        size: in bytes.
    """

    seconds: Sequence[float]
    size: int


def ratio(pairs: Sequence[Pair], quantity: str) -> tuple[float, float, float]:
    """Return median, smallest and largest over the pairs of the grader's share of a quantity, "wall" or "cpu"."""
    ratios = [getattr(pair.grader, quantity) / getattr(pair.bare, quantity) for pair in pairs]
    return median(ratios), min(ratios), max(ratios)
