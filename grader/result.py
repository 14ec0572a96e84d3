"""The outcome of grading one submission: plain data that every report is written from."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

SCHEMA = "inside-cnns/result/v1"

Status: TypeAlias = Literal["passed", "failed", "error", "not_run"]
Visibility: TypeAlias = Literal["visible", "after_due_date", "after_published", "hidden"]


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The outcome of one check.

    Attributes:
        id: exercise and name, such as "saliency/takes_the_largest_absolute_gradient".
        exercise: the module that holds the function.
        title: one sentence, what the check asks for.
        status: "error" is the grader's or the machine's fault and costs no point that was earned; "not_run" means
            that the run ended before this check.
        points: earned; max_points: to be had.
        message: what is wrong, empty when passed.
        hint: what to do about it, None where nothing useful is known.
        seconds: wall time of the check.
        prints: what the student's code printed, capped.
        picture: the first figure that it drew, PNG; None where it drew none or nobody asked.
        evidence: what a page shows, by `grader.evidence.pack`; None where no page is asked for.
        file: the student's file that a failure lies in, beneath the submission's folder; None where that is not known.
        line: the line of that file, counted from 1.
        visibility: when a student sees the outcome, on platforms that can wait with it; points count in any case.
    """

    id: str
    exercise: str
    title: str
    status: Status
    points: float
    max_points: float
    message: str = ""
    hint: str | None = None
    seconds: float = 0.0
    prints: str = ""
    picture: bytes | None = None
    evidence: bytes | None = None
    file: str | None = None
    line: int | None = None
    visibility: Visibility = "visible"


@dataclass(frozen=True, slots=True)
class Protection:
    """One layer of the wall between the student's code and the grader.

    Attributes:
        name: such as "landlock".
        in_force: whether every worker's own probe has shown that it held.
        says: in force, what it does; otherwise why it was not.
    """

    name: str
    in_force: bool
    says: str


@dataclass(frozen=True, slots=True)
class SubmissionResult:
    """The outcome of grading one submission.

    Attributes:
        submission: its path as given.
        checks: in the order of the course's table.
        seconds: wall time of the whole run.
        isolation: which protections were in force, one line.
        protections: the same by layer, those that were not available included.
        notices: what the reader should know about the submission as a whole, such as a missing file.
        complete: False where a file or function that the course asks for cannot be used.
        measurements: processor seconds and peak memory by process, for the benchmark.
    """

    submission: str
    checks: tuple[CheckResult, ...]
    seconds: float
    isolation: str
    protections: tuple[Protection, ...] = ()
    notices: tuple[str, ...] = ()
    complete: bool = True
    measurements: Mapping[str, float] = field(default_factory=dict)

    @property
    def score(self) -> float:
        """Points earned."""
        return round(sum(check.points for check in self.checks), 2)

    @property
    def max_score(self) -> float:
        """Points to be had."""
        return round(sum(check.max_points for check in self.checks), 2)

    @property
    def faulty(self) -> bool:
        """Whether the grader itself failed in some check."""
        return any(check.status in ("error", "not_run") for check in self.checks)


def to_json(result: SubmissionResult) -> dict[str, Any]:
    """Return the result as JSON data; pictures are left out."""
    checks = []
    for check in result.checks:
        entry = dataclasses.asdict(check)
        del entry["picture"], entry["evidence"]
        entry["seconds"] = round(check.seconds, 3)
        checks.append(entry)
    return {
        "schema": SCHEMA,
        "submission": result.submission,
        "score": result.score,
        "max_score": result.max_score,
        "seconds": round(result.seconds, 3),
        "isolation": result.isolation,
        "protections": [dataclasses.asdict(protection) for protection in result.protections],
        "notices": list(result.notices),
        "complete": result.complete,
        "checks": checks,
    }
