"""Graded submissions as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class GradedSubmission:
    """One student's submission and what became of it.

    Attributes:
        student: as the folder, the export or the file's name says.
        submission: the path as it was handed in, beneath the folder of submissions.
        digest: hash of its files.
        result: what the json report writes, see docs/result.schema.json; empty where there is a problem.
        sources: text of its Python files, by their names.
        seconds: that grading took.
        graded_at: when, ISO 8601 in UTC.
        adjustments: points and reason of each, given by hand.
        problem: why it could not be graded, None where it was.
        remark: what else the instructor should know, such as that a later one was handed in.
        key: hash of all that the result depends on.
        times: how often it was graded under this key.
    """

    student: str
    submission: str
    digest: str
    result: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    graded_at: str = ""
    adjustments: tuple[tuple[float, str], ...] = ()
    problem: str | None = None
    remark: str = ""
    key: str = ""
    times: int = 1

    @property
    def automatic(self) -> float:
        """Points that the checks and the course's policies give."""
        return float((self.result.get("final") or self.result).get("score", 0.0))

    @property
    def score(self) -> float:
        """Points that count: the automatic ones, and what was adjusted by hand."""
        return round(self.automatic + sum(points for points, _ in self.adjustments), 2)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What grading one submission gave, before it is known whose it is.

    Attributes:
        result, sources, seconds, problem: as in GradedSubmission.
        final: False where the grader or the machine failed, so that a later run tries again.
        evidence: what a page shows of checks, by their ids.
    """

    result: dict[str, Any]
    sources: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    problem: str | None = None
    final: bool = True
    evidence: Mapping[str, bytes] = field(default_factory=dict)
