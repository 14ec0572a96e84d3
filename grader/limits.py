"""The course's limits on what one call and one worker may use, from the table that instructors edit."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable
from grader.exercises import TABLE, read_table
from grader.sandbox.cgroup import machine_memory
from grader.sandbox.layers import CGROUP
from grader.sandbox.remote import Source
from grader.sandbox.rlimits import MEMORY_BYTES

MOST_PATIENCE = 8  # a machine that is slower than this cannot be graded on in any sensible time


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call and one worker may use.

    Attributes:
        seconds_per_call: wall time, on a machine as fast as the one that the figure was recorded on.
        cpu_seconds_per_check: processor time of one check's worker, all its calls together.
        workers_gb: memory of all workers together; 0 stands for three quarters of the machine's.
    """

    seconds_per_call: float = 20.0
    cpu_seconds_per_check: int = 130
    workers_gb: float = 0.0

    @property
    def memory(self) -> int:
        """Bytes of memory for all workers together; 0 where the machine does not say what it has."""
        return int(self.workers_gb * (1 << 30)) or machine_memory() * 3 // 4

    def scaled(self, slowness: float) -> Limits:
        """Return the limits for a machine that takes so many times as long as the recorded one, in whole steps."""
        patience = min(max(round(slowness), 1), MOST_PATIENCE)
        return dataclasses.replace(
            self,
            seconds_per_call=self.seconds_per_call * patience,
            cpu_seconds_per_check=self.cpu_seconds_per_check * patience,
        )


def read_limits(table: Path = TABLE) -> Limits:
    """Return the limits of a course; those that its table does not name are the usual ones.

    Raises:
        Unusable: if the table cannot be read or an entry is not as it should be.
    """
    known = {field.name for field in dataclasses.fields(Limits)}
    try:
        rows = read_table(table).get("limits", {})
        unknown = sorted(set(rows) - known)
        if unknown:
            raise ValueError(
                f"limits has {unknown[0]}, which means nothing; there are {', '.join(sorted(known))}"
            )
        limits = Limits(**{name: type(getattr(Limits(), name))(value) for name, value in rows.items()})
        if limits.seconds_per_call <= 0 or limits.cpu_seconds_per_check <= 0 or limits.workers_gb < 0:
            raise ValueError("a limit is not above 0")
    except (AttributeError, TypeError, ValueError) as error:
        raise Unusable(f"the table of exercises {table} cannot be used: {error}") from None
    return limits


def affordable_jobs(wanted: int, source: Source, limits: Limits) -> int:
    """Return how many exercises may be judged at once: without a bound on the sum, as many workers as would fit."""
    bounded = any(layer.name == CGROUP and layer.in_force for layer in source.layers)
    if bounded or not limits.memory:
        return wanted
    return max(min(wanted, limits.memory // MEMORY_BYTES), 1)
