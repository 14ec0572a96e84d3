"""Each student's page, drawn from what the grades hold."""

from __future__ import annotations

import dataclasses
import hashlib
import re
from pathlib import Path

from grader.batch.graded import GradedSubmission
from grader.batch.store import Grades
from grader.language import phrase
from grader.reports.files import write_whole
from grader.reports.page import render
from grader.reports.shown import conceal
from grader.result import SubmissionResult, from_json

_LONGEST_NAME = 60


def write_pages(grades: Grades, folder: Path, *, official: bool) -> int:
    """Write a page for each student whose submission was graded, and return how many.

    Args:
        official: whether what is expected is withheld.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    written = 0
    for row in grades.rows():
        if row.result:
            write_whole(
                folder,
                page_name(row.student),
                render(conceal(result_of(row, grades.evidence(row.key))), official=official),
            )
            written += 1
    return written


def page_name(student: str) -> str:
    """Return the name of a student's page: readable, safe on every system, and nobody else's."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", student).strip("._")[:_LONGEST_NAME]
    return f"{plain or 'student'}-{hashlib.sha256(student.encode('utf-8', 'replace')).hexdigest()[:6]}.html"


def result_of(row: GradedSubmission, evidence: dict[str, bytes]) -> SubmissionResult:
    """Return the result as it was before it was kept, with a notice on each adjustment.

    Args:
        row: that has a result.
        evidence: of its checks, by their ids.
    """
    told = from_json(row.result, evidence)
    adjusted = [
        phrase(
            "{points:+g} points by hand: {reason}; {score:g} points count.",
            points=points,
            reason=reason.rstrip("."),
            score=row.score,
        )
        for points, reason in row.adjustments
    ]
    return dataclasses.replace(told, submission=row.submission, notices=(*adjusted, *told.notices))
