"""What all platforms show of a result, as plain text; each report escapes it for its own format."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from grader.language import later, phrase
from grader.result import CheckResult, Effect, Status, SubmissionResult
from grader.sandbox.text import clean

NOT_SHOWN = "not_shown"  # exercise of what stands for concealed checks where their points are needed
_CONCEALED = later("what these checks found is not shown; their points count")
_MORE_COUNT = later("more checks count than are shown here; the points here are those of the checks shown")
_COUNT = later("Checks count that are not shown.")
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
    said = [*(show_line(notice) for notice in result.notices), *show_policies(result)]
    return [*said, *([phrase(_FAULTY)] if result.faulty else [])]


def show_policies(result: SubmissionResult) -> list[str]:
    """Return how the score came about, a line each: of the checks, by each policy, in the end; nothing without any."""
    if result.final is None:
        return []
    return [
        phrase("score of the checks: {points}", points=show_points(result.score, result.max_score)),
        *(show_effect(effect) for effect in result.final.effects),
        phrase("final score: {points}", points=show_points(result.final.score, result.final.max_score)),
    ]


def show_effect(effect: Effect) -> str:
    """Return what a policy did, with the points that it gave or took where it did."""
    change = f"{effect.points:+g}: " if effect.points else ""
    return change.replace("-", "\N{MINUS SIGN}") + show_line(effect.exactly)


def show_isolation(result: SubmissionResult) -> str:
    """Return in one line what stood between the student's code and the grader."""
    return show_line(str(result.isolation))


def conceal(result: SubmissionResult, *, counted: bool = False) -> SubmissionResult:
    """Return the result for students to read: without checks that are not to be seen, and without sums they count in.

    The same value comes back where every check is to be seen.

    Args:
        result: with all checks.
        counted: whether one entry stands for all concealed checks, as where a platform adds up the points. A student
            who sees that platform's total can tell what they gave together, and nothing of each.
    """
    hidden = [check for check in result.checks if not _to_be_seen(check, result)]
    if not hidden:
        return result
    seen = [check for check in result.checks if _to_be_seen(check, result)]
    told = [effect.says for effect in result.final.effects if effect.says] if result.final else []
    if result.faulty and not counted and all(check.status in ("passed", "failed") for check in seen):
        told.append(_FAULTY)
    return dataclasses.replace(
        result,
        checks=(*seen, *([_merge(hidden)] if counted else [])),
        notices=(*result.notices, *([] if counted else [phrase(_MORE_COUNT)]), *told),
        final=None,
    )


def by_exercise(checks: Sequence[CheckResult]) -> dict[str, list[CheckResult]]:
    """Return the checks of each exercise, in order."""
    exercises: dict[str, list[CheckResult]] = {}
    for check in checks:
        exercises.setdefault(check.exercise, []).append(check)
    return exercises


def _to_be_seen(check: CheckResult, result: SubmissionResult) -> bool:
    return check.visibility == "visible" or (check.visibility == "after_due_date" and result.due_passed)


def _merge(checks: Sequence[CheckResult]) -> CheckResult:
    """Return one entry for several checks, which tells nothing of any."""
    found = {check.status for check in checks}
    status: Status = next((word for word in ("not_run", "error", "failed") if word in found), "passed")
    return CheckResult(
        id=f"{NOT_SHOWN}/all",
        exercise=NOT_SHOWN,
        title=phrase(_COUNT),
        status=status,
        points=round(sum(check.points for check in checks), 2),
        max_points=round(sum(check.max_points for check in checks if not check.bonus), 2),
        message="" if status == "passed" else phrase(_CONCEALED),
    )
