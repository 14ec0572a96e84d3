"""The tables of the page as files for spreadsheets, in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import TypeAlias

from grader.class_page.examples import Example
from grader.class_page.lookalikes import Group
from grader.class_page.records import Student
from grader.class_page.tally import CheckTally, Mistake
from grader.reports.csv_file import cell

Value: TypeAlias = str | float | None

SCORES, CHECKS, MISCONCEPTIONS, LOOKALIKES = (
    "scores.csv",
    "checks.csv",
    "misconceptions.csv",
    "lookalikes.csv",
)


def scores_csv(students: Sequence[Student]) -> str:
    """Return one row per student."""
    exercises = list(dict.fromkeys(name for student in students for name in student.by_exercise))
    head = (
        "student", "submission", "score", "max_score", "automatic", "policies", "adjustment", "reasons", "seconds",
        "problem", "remark",
    )  # fmt: skip
    rows: list[Sequence[Value]] = []
    for student in students:
        points = student.by_exercise
        reasons = ", ".join(f"{reason} ({given:+g})" for given, reason in student.adjustments)
        totals: tuple[Value, ...] = (
            (student.score, student.max_score, student.automatic) if student.graded else (None, None, None)
        )
        by_exercise = [round(points[name][0], 2) if name in points else None for name in exercises]
        policies = ", ".join(f"{name} ({points:+g})" for name, points in student.policies)
        about = (
            policies,
            student.adjustment,
            reasons,
            round(student.seconds, 3),
            student.problem,
            student.remark,
        )
        rows.append((student.name, student.submission, *totals, *about, *by_exercise))
    return _file((*head, *exercises), rows)


def checks_csv(tallies: Sequence[CheckTally]) -> str:
    """Return one row per check."""
    head = (
        "exercise", "check", "title", "points", "students", "failed", "not_written", "without_hint", "not_graded",
        "timeouts", "points_lost", "seconds_median", "seconds_most",
    )  # fmt: skip
    rows = [
        (
            one.exercise, one.id, one.title, one.points, one.asked, one.failed, one.unwritten, one.unexplained,
            one.faults, one.timeouts, one.lost, round(one.seconds, 3), round(one.slowest, 3),
        )
        for one in tallies
    ]  # fmt: skip
    return _file(head, rows)


def misconceptions_csv(mistakes: Sequence[tuple[Mistake, Example]]) -> str:
    """Return one row per reason for which points were lost; nobody is named."""
    head = ("exercise", "students", "points_lost", "hint", "message", "checks")
    rows = [
        (mistake.exercise, len(mistake.cases), mistake.lost, mistake.hint, example.message, " ".join(mistake.checks))
        for mistake, example in mistakes
    ]  # fmt: skip
    return _file(head, rows)


def lookalikes_csv(groups: Sequence[Group]) -> str:
    """Return one row per student of each group."""
    rows = [
        (number, student, len(group.students), group.statements, _in_words(group))
        for number, group in enumerate(groups, start=1)
        for student in group.students
    ]
    return _file(("group", "student", "students", "statements", "what_is_the_same"), rows)


def _in_words(group: Group) -> str:
    how = {"bytes": " (every byte)", "all": " (all of it)", "part": ""}
    return "; ".join(
        f"{shared.file}{how[shared.extent]}: {', '.join(shared.functions)}" for shared in group.common
    )


def _file(head: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    lines = io.StringIO()
    written = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")  # RFC 4180
    written.writerows(
        [cell(value or "") if isinstance(value, str | None) else value for value in row]
        for row in (head, *rows)
    )
    return "\ufeff" + lines.getvalue()  # without the mark Excel reads Latin-1
