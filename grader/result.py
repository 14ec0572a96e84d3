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
        visibility: when a student sees the outcome; points count in any case.
        bonus: whether its points count beyond the points to be had.
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
    bonus: bool = False


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
class Effect:
    """What one policy of the course did.

    Attributes:
        policy: its name in the table, such as "late".
        points: that it added to the score, or took off where negative.
        says: one sentence in which nothing lets guess what a check found; empty where only the other one is known.
        exactly: the same with the numbers, for those who see every check.
    """

    policy: str
    points: float
    says: str
    exactly: str


@dataclass(frozen=True, slots=True)
class FinalScore:
    """The score after the course's policies.

    Attributes:
        score: what counts; may lie above `max_score` by bonus points.
        max_score: as it is without policies.
        effects: in the order in which they were applied; the score of the checks and these add up to `score`.
    """

    score: float
    max_score: float
    effects: tuple[Effect, ...]


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
        final: the score after the course's policies, None where the course has none.
        due_passed: whether what is to be seen after the due date may be seen.
    """

    submission: str
    checks: tuple[CheckResult, ...]
    seconds: float
    isolation: str
    protections: tuple[Protection, ...] = ()
    notices: tuple[str, ...] = ()
    complete: bool = True
    measurements: Mapping[str, float] = field(default_factory=dict)
    final: FinalScore | None = None
    due_passed: bool = False

    @property
    def score(self) -> float:
        """Points earned in the checks, before any policy; bonus points are among them."""
        return round(sum(check.points for check in self.checks), 2)

    @property
    def max_score(self) -> float:
        """Points to be had; bonus points lie beyond."""
        return round(sum(check.max_points for check in self.checks if not check.bonus), 2)

    @property
    def graded(self) -> tuple[float, float]:
        """The score that counts, and of how many points: after the policies where there are any."""
        if self.final is not None:
            return self.final.score, self.final.max_score
        return self.score, self.max_score

    @property
    def full(self) -> bool:
        """Whether every point that is no bonus was earned."""
        earned = sum(check.points for check in self.checks if not check.bonus)
        return round(earned, 2) == self.max_score

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
        if not check.bonus:
            del entry["bonus"]
        entry["seconds"] = round(check.seconds, 3)
        checks.append(entry)
    return {
        "schema": SCHEMA,
        "submission": result.submission,
        "score": result.score,
        "max_score": result.max_score,
        **({} if result.final is None else {"final": _final_to_json(result.final)}),
        "seconds": round(result.seconds, 3),
        "isolation": result.isolation,
        "protections": [dataclasses.asdict(protection) for protection in result.protections],
        "notices": list(result.notices),
        "complete": result.complete,
        "checks": checks,
    }


def from_json(data: Mapping[str, Any], evidence: Mapping[str, bytes]) -> SubmissionResult:
    """Return a result as it was before `to_json`, without its pictures.

    Args:
        data: as `to_json` returns it.
        evidence: of its checks, by their ids.
    """
    final = data.get("final")
    return SubmissionResult(
        submission=data["submission"],
        checks=tuple(CheckResult(**check, evidence=evidence.get(check["id"])) for check in data["checks"]),
        seconds=data["seconds"],
        isolation=data["isolation"],
        protections=tuple(Protection(**protection) for protection in data["protections"]),
        notices=tuple(data["notices"]),
        complete=data["complete"],
        final=None if final is None else _final_from_json(final),
    )


def _final_from_json(data: Mapping[str, Any]) -> FinalScore:
    effects = (Effect(entry["policy"], entry["points"], "", entry["says"]) for entry in data["effects"])
    return FinalScore(data["score"], data["max_score"], tuple(effects))


def _final_to_json(final: FinalScore) -> dict[str, Any]:
    effects = [
        {"policy": effect.policy, "points": effect.points, "says": effect.exactly} for effect in final.effects
    ]
    return {"score": final.score, "max_score": final.max_score, "effects": effects}
