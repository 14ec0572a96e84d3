"""What was measured, as plain data, and the numbers that follow from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median

from tests.peers.measuring import Cost

FULL = 0.999  # of the points; shares are sums of floating numbers


@dataclass(slots=True)
class Row:
    """What is known of a grader.

    Attributes:
        title: its name with the version.
        alone_by, class_by: what was run.
        side_by_side: submissions of a class that it grades at once.
        alone, class_: costs, one of each round.
        right, wrong: shares that the submissions of a class earned, None where nothing was said.
        attacks: verdict by attack.
        missing: why there is nothing of it; empty otherwise.
    """

    title: str
    alone_by: str = ""
    class_by: str = ""
    side_by_side: int = 1
    alone: list[Cost] = field(default_factory=list)
    class_: list[Cost] = field(default_factory=list)
    right: Sequence[float | None] = ()
    wrong: Sequence[float | None] = ()
    attacks: dict[str, str] = field(default_factory=dict)
    missing: str = ""

    @property
    def size(self) -> int:
        """Submissions of the class."""
        return len(self.right) + len(self.wrong)

    @property
    def right_full(self) -> int:
        """Right submissions that earned every point."""
        return sum(share is not None and share > FULL for share in self.right)

    @property
    def wrong_lost(self) -> int:
        """Wrong submissions that lost points."""
        return sum(share is not None and share <= FULL for share in self.wrong)


@dataclass(frozen=True, slots=True)
class Per:
    """Seconds for one submission, and the most memory that was held.

    Attributes:
        wall, cpu: seconds.
        peak_mb: of all processes together.
    """

    wall: float
    cpu: float
    peak_mb: float


def alone(row: Row) -> Per:
    """Return the medians of the cold runs."""
    return _medians(row.alone, 1)


def in_class(row: Row) -> Per:
    """Return the medians of the runs of a class, divided by its size."""
    return _medians(row.class_, row.size)


def beyond_calls(row: Row, calls: Per) -> Per:
    """Return what a submission of a class costs beyond the student's own calls.

    Args:
        row: of a grader.
        calls: seconds that the calls of one submission take, alone on a core.
    """
    per = in_class(row)
    return Per(per.wall - calls.wall / row.side_by_side, per.cpu - calls.cpu, per.peak_mb)


def best_peer(rows: Mapping[str, Row], calls: Per) -> dict[str, float]:
    """Return the smallest overhead of a peer, "wall" and "cpu"; empty where no peer ran."""
    found = [beyond_calls(row, calls) for name, row in rows.items() if name != "ours" and row.class_]
    return {what: min(getattr(per, what) for per in found) for what in ("wall", "cpu") if found}


def _medians(costs: Sequence[Cost], count: int) -> Per:
    return Per(
        median(cost.wall for cost in costs) / count,
        median(cost.cpu for cost in costs) / count,
        median(cost.peak_mb for cost in costs),
    )
