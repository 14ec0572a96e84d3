"""A class in numbers: what each check cost, which mistakes were made how often, and what took long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, median

from grader.class_page.records import Check, Student, points_to_have
from grader.errors import NOT_WRITTEN
from grader.language import heard

_MISSING = (".py is missing;", " has no function ")
_STOPPED = "seconds and was stopped"
_PLACES = re.compile(r" \([^()]*\bline \d+[^()]*(\([^()]*\)[^()]*)*\)?")
_NUMBERS = re.compile(r"[-−+]?\d[\d,.]*(e[-+]?\d+)?")


@dataclass(frozen=True, slots=True)
class CheckTally:
    """What became of one check in the class.

    Attributes:
        id, exercise, title: as in the report.
        points: that a student can have, on average.
        asked: students whom it was asked of.
        failed: students who did not pass, those who have written nothing included.
        unwritten: of these, students whose function or file is not there.
        unexplained: of these, students who have written something and were given no hint.
        faults: students with whom the grader itself failed.
        timeouts: students whose code was stopped.
        lost: points, all students together; a bonus that was not earned is no loss.
        seconds: median of what it took; slowest: the most.
    """

    id: str
    exercise: str
    title: str
    points: float
    asked: int
    failed: int
    unwritten: int
    unexplained: int
    faults: int
    timeouts: int
    lost: float
    seconds: float
    slowest: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """One reason for which students lost points.

    Attributes:
        exercise: it belongs to.
        hint: what they were told to do; None where nothing was known.
        message: what they were told is wrong, with numbers and places left out.
        cases: each student with the check that shows it; one check per student, the first.
        checks: titles of the checks that it failed.
        lost: points, all students together.
    """

    exercise: str
    hint: str | None
    message: str
    cases: tuple[tuple[Student, Check], ...]
    checks: tuple[str, ...]
    lost: float


def tally_checks(students: Sequence[Student]) -> tuple[CheckTally, ...]:
    """Return what became of each check, the costliest first."""
    by_id: dict[str, list[Check]] = {}
    for student in students:
        for check in student.checks:
            by_id.setdefault(str(check["id"]), []).append(check)
    found = [_tally(name, checks) for name, checks in by_id.items()]
    return tuple(sorted(found, key=lambda tally: (-tally.lost, tally.id)))


def tally_mistakes(students: Sequence[Student]) -> tuple[Mistake, ...]:
    """Return the reasons for lost points, the most frequent first; code that is not written has none."""
    cases: dict[tuple[str, str | None, str], list[tuple[Student, Check]]] = {}
    for student, check in _failures(students):
        if not is_unwritten(check):
            hint = check["hint"] or None
            said = "" if hint else skeleton(check["message"])
            cases.setdefault((check["exercise"], hint, said), []).append((student, check))
    mistakes = [
        Mistake(
            exercise=exercise,
            hint=hint,
            message=said,
            cases=tuple({student.name: (student, check) for student, check in reversed(shown)}.values())[
                ::-1
            ],
            checks=tuple(dict.fromkeys(str(check["title"]) for _, check in shown)),
            lost=round(sum(_lost(check) for _, check in shown), 2),
        )
        for (exercise, hint, said), shown in cases.items()
    ]
    return tuple(sorted(mistakes, key=lambda one: (-len(one.cases), -one.lost, one.hint or one.message)))


def is_unwritten(check: Check) -> bool:
    """Return whether a check failed because there is nothing to check."""
    message = str(check["message"])
    return heard(NOT_WRITTEN, message) is not None or any(words in message for words in _MISSING)


def is_timeout(check: Check) -> bool:
    """Return whether a check failed because the student's code was stopped."""
    return check["status"] == "failed" and _STOPPED in str(check["message"])


def skeleton(message: str) -> str:
    """Return a message without numbers and places, which differ where the reason is the same."""
    return _NUMBERS.sub("…", _PLACES.sub("", message))


def _failures(students: Sequence[Student]) -> Iterator[tuple[Student, Check]]:
    for student in students:
        for check in student.checks:
            if check["status"] == "failed":
                yield student, check


def _tally(name: str, checks: Sequence[Check]) -> CheckTally:
    failed = [check for check in checks if check["status"] == "failed"]
    written = [check for check in failed if not is_unwritten(check)]
    seconds = [float(check["seconds"]) for check in checks]
    return CheckTally(
        id=name,
        exercise=str(checks[0]["exercise"]),
        title=str(checks[0]["title"]),
        points=round(fmean(float(check["max_points"]) for check in checks), 2),
        asked=len(checks),
        failed=len(failed),
        unwritten=len(failed) - len(written),
        unexplained=sum(not check["hint"] for check in written),
        faults=sum(check["status"] in ("error", "not_run") for check in checks),
        timeouts=sum(is_timeout(check) for check in failed),
        lost=round(sum(_lost(check) for check in failed), 2),
        seconds=median(seconds),
        slowest=max(seconds),
    )


def _lost(check: Check) -> float:
    return max(points_to_have(check) - float(check["points"]), 0.0)
