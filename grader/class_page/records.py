"""What the page on a class is made from: one record per student, whoever keeps them."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from grader.sandbox.text import clean

Check: TypeAlias = Mapping[str, Any]  # as docs/result.schema.json has it

_UNNAMED = "(no name)"


class Record(Protocol):
    """One graded submission, as the store of a batch gives it."""

    @property
    def student(self) -> str:
        """Who handed it in."""

    @property
    def submission(self) -> str:
        """What was handed in, such as the name of a folder."""

    @property
    def result(self) -> Mapping[str, Any]:
        """The JSON report, see docs/result.schema.json; empty where there is none."""

    @property
    def sources(self) -> Mapping[str, str]:
        """Text of each file of Python, by its name."""

    @property
    def seconds(self) -> float:
        """Wall time of grading it."""

    @property
    def adjustments(self) -> Sequence[tuple[float, str]]:
        """Points that a person gave or took, each with the reason."""

    @property
    def problem(self) -> str | None:
        """Why it could not be graded; None where it could."""

    @property
    def remark(self) -> str:
        """What else to know, such as that an earlier one was handed in; often empty."""


@dataclass(frozen=True, slots=True)
class Student:
    """One row of the class.

    Attributes:
        name: shown; unlike that of every other student.
        known_as: the name as it was given, unseen letters and all.
        submission: what was handed in.
        checks: of the report, in its order; none where there is no report.
        automatic: points that the grader gave, after the course's policies where it has any; max_score: to be had.
        policies: what these policies did, each with its points.
        sources: text of each file, by its name.
        seconds: that grading took.
        adjustments: points with reasons.
        problem: why it could not be graded, or that the grader failed in part of it; empty where all is well.
        remark: what else to know.
    """

    name: str
    known_as: str
    submission: str
    checks: tuple[Check, ...]
    automatic: float
    max_score: float
    policies: tuple[tuple[str, float], ...]
    sources: Mapping[str, str]
    seconds: float
    adjustments: tuple[tuple[float, str], ...]
    problem: str
    remark: str = ""

    @property
    def graded(self) -> bool:
        """Whether there are points to speak of."""
        return bool(self.checks)

    @property
    def adjustment(self) -> float:
        """Points that people gave, less what they took."""
        return round(sum(points for points, _ in self.adjustments), 2)

    @property
    def score(self) -> float:
        """Points that count: the grader's, adjusted by hand."""
        return round(self.automatic + self.adjustment, 2)

    @property
    def by_exercise(self) -> dict[str, tuple[float, float]]:
        """Points earned and to be had, by exercise."""
        points: dict[str, tuple[float, float]] = {}
        for check in self.checks:
            earned, to_earn = points.get(check["exercise"], (0.0, 0.0))
            points[check["exercise"]] = (earned + check["points"], to_earn + points_to_have(check))
        return points


def read_class(records: Iterable[Record]) -> tuple[Student, ...]:
    """Return the class by name, one row per student; of two records of one student the later one counts."""
    latest = {record.student: record for record in records}
    students: dict[str, Student] = {}
    for record in latest.values():
        student = _read(record)
        name, number = student.name, 2
        while name in students:  # two names that look alike once unseen letters are gone
            name, number = f"{student.name} ({number})", number + 1
        students[name] = _named(student, name)
    return tuple(sorted(students.values(), key=lambda student: (student.name.casefold(), student.name)))


def points_to_have(check: Check) -> float:
    """Return the points that a check is worth; those of a bonus lie beyond what is to be had."""
    return 0.0 if check.get("bonus") else float(check["max_points"])


def _read(record: Record) -> Student:
    checks = tuple(record.result.get("checks", ()))
    final = record.result.get("final") or {}
    earned, to_earn = sum(float(check["points"]) for check in checks), sum(map(points_to_have, checks))
    return Student(
        name=" ".join(clean(record.student, 200).split()) or _UNNAMED,
        known_as=record.student,
        submission=record.submission,
        checks=checks,
        automatic=round(float(final.get("score", earned)), 2),
        max_score=round(float(final.get("max_score", to_earn)), 2),
        policies=tuple((str(one["policy"]), float(one["points"])) for one in final.get("effects", ())),
        sources=record.sources,
        seconds=record.seconds,
        adjustments=tuple((float(points), str(reason)) for points, reason in record.adjustments),
        problem=record.problem or _faults(checks),
        remark=record.remark,
    )


def _faults(checks: Sequence[Check]) -> str:
    """Return that the grader itself failed in part, and where."""
    if not checks:
        return "there is no report on it; grade it again"
    faulty = [check for check in checks if check["status"] in ("error", "not_run")]
    if not faulty:
        return ""
    exercises = ", ".join(dict.fromkeys(str(check["exercise"]) for check in faulty))
    count = "1 check was" if len(faulty) == 1 else f"{len(faulty)} checks were"
    return f"{count} not graded, through no fault of the student ({exercises}); grade it again"


def _named(student: Student, name: str) -> Student:
    return dataclasses.replace(student, name=name)
