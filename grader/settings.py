"""How submissions are graded on this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from grader.checking.student import CALL_SECONDS, CPU_SECONDS


@dataclass(frozen=True, slots=True)
class Settings:
    """How to grade.

    Attributes:
        jobs: exercises judged at once.
        seconds: deadline of one call of a student's function.
        cpu_seconds: processor time of one worker, all its calls together.
        record: folder that every request to a student worker is written to, for the benchmark.
        evidence: whether to keep what a page shows.
        withhold: whether those who read the results must not learn what is expected.
        pictures: whether the figures that the code draws are kept as pictures too.
        whole: whether an exercise has one judge only, which announces all its checks at once, as partial results want.
    """

    jobs: int = 1
    seconds: float = CALL_SECONDS
    record: Path | None = None
    cpu_seconds: int = CPU_SECONDS
    evidence: bool = False
    withhold: bool = False
    pictures: bool = True
    whole: bool = False
