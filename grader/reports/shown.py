"""What all platforms show of a result, as plain text; each report escapes it for its own format."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from grader.language import later, phrase
from grader.result import CheckResult, SubmissionResult
from grader.sandbox.text import clean

_CONCEALED = later("what this check found is not shown yet; its points count")
POINTS = later("{earned:g} of {most:g}")
HINT, AT, PRINTED = later("hint: {hint}"), later("at {place}"), later("it printed:")
DRAWN = later("what your code drew")
_LONGER = 4  # a text of megabytes is cut before it is cleaned, letter by letter: escapes and spaces go first
_NOT_RUN = later("the run ended before this check, which is not your fault")
_FAULTY = later(
    "the grader itself failed in some checks, which is not your fault: tell whoever runs the course"
)


def show(text: str, most: int = 20_000) -> str:
    """Return text without what cannot be seen, cut to a length; lines end in a newline only."""
    return clean(text[: _LONGER * most], most)


def show_line(text: str, most: int = 1000) -> str:
    """Return text in one line."""
    return clean(" ".join(clean(text[: _LONGER * most]).split()), most)


def show_message(check: CheckResult) -> str:
    """Return what is wrong, in one line; empty where the check passed."""
    if check.status == "not_run" and not check.message:
        return phrase(_NOT_RUN)
    return show_line(check.message)


def show_points(points: float, max_points: float) -> str:
    """Return points as "2.5 of 4"."""
    return phrase(POINTS, earned=round(points, 2), most=round(max_points, 2))


def show_prints(check: CheckResult, most: int = 4000) -> str:
    """Return what was printed, cut to a length."""
    return show(check.prints, most).strip("\n")


def show_remarks(result: SubmissionResult) -> list[str]:
    """Return sentences on the submission as a whole, one line each."""
    return [*(show_line(notice) for notice in result.notices), *([phrase(_FAULTY)] if result.faulty else [])]


def show_isolation(result: SubmissionResult) -> str:
    """Return in one line what stood between the student's code and the grader."""
    return show_line(str(result.isolation))


def conceal(result: SubmissionResult) -> SubmissionResult:
    """Return the result for places that show everything at once: checks to be shown later keep their points only."""
    return dataclasses.replace(result, checks=tuple(_conceal(check) for check in result.checks))


def by_exercise(checks: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    """Return the checks of each exercise, in order."""
    exercises: dict[str, list[CheckResult]] = {}
    for check in checks:
        exercises.setdefault(check.exercise, []).append(check)
    return exercises


def _conceal(check: CheckResult) -> CheckResult:
    if check.visibility == "visible":
        return check
    message = phrase(_CONCEALED) if check.status == "failed" else ""
    return dataclasses.replace(
        check, message=message, hint=None, prints="", picture=None, file=None, line=None
    )
