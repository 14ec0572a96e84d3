"""`checks.csv`: one row per check, for spreadsheets, in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from grader.language import phrase
from grader.reports.files import write_whole
from grader.reports.shown import show_isolation, show_line, show_message
from grader.result import SubmissionResult

COLUMNS = (
    "submission", "exercise", "check", "title", "status", "points", "max_points", "seconds",
    "message", "hint", "file", "line", "isolation",
)  # fmt: skip

# Where a cell begins, also for a spreadsheet that takes semicolons for separators; some drop spaces and quotes first.
_FORMULA = re.compile(r"(^|;)([\s\"']*)(?=[=+\-@|%\uff0b\uff0d\uff1d\uff20])")


def write(result: SubmissionResult, folder: Path) -> None:
    """Write `checks.csv`, whole or not at all.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    write_whole(folder, "checks.csv", "\ufeff" + render(result))  # without the mark Excel reads Latin-1


def render(result: SubmissionResult) -> str:
    """Return the rows, with a head."""
    lines = io.StringIO()
    rows = csv.writer(lines, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")  # RFC 4180
    rows.writerow(COLUMNS)
    for check in result.checks:
        rows.writerow(
            (
                cell(result.submission), cell(check.exercise), cell(check.id), cell(check.title), check.status,
                check.points, check.max_points, round(check.seconds, 3),
                cell(show_message(check)), cell(check.hint or ""), cell(check.file or ""), check.line or "",
                cell(show_isolation(result)),
            )
        )  # fmt: skip
    if result.final is not None:
        beyond = sum(check.max_points for check in result.checks if check.bonus)
        for effect in result.final.effects:
            not_asked = -beyond if effect.policy == "bonus" else 0.0
            rows.writerow(_line(result, effect.policy, effect.exactly, effect.points, not_asked))
        rows.writerow(_line(result, "final", phrase("The score that counts."), *result.graded))
    return lines.getvalue()


def _line(
    result: SubmissionResult, name: str, says: str, points: float, max_points: float
) -> tuple[str | float, ...]:
    """Return a row below the checks, which with them adds up to the last one."""
    about = (cell(result.submission), "policies", f"policies/{name}", cell(says), "")
    return (*about, points, max_points, 0.0, "", "", "", "", cell(show_isolation(result)))


def cell(text: str) -> str:
    """Return text in one line that no spreadsheet takes for a formula: an apostrophe stands before one."""
    return _FORMULA.sub(r"\1'\2", show_line(text))
