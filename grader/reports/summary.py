"""The result as a page of GitHub's Markdown: points by exercise, then what failed and why."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from grader.language import phrase
from grader.reports.markdown import block, inline
from grader.reports.shown import (
    DRAWN,
    by_exercise,
    show_isolation,
    show_message,
    show_points,
    show_prints,
    show_remarks,
)
from grader.result import CheckResult, Status, SubmissionResult

MOST_BYTES = 1000 << 10  # a step's summary may have 1024 KiB; one that is longer is dropped as a whole

_MARKS: dict[Status, str] = {"passed": "✅", "failed": "❌", "error": "⚠️", "not_run": "⚠️"}


def render_summary(result: SubmissionResult, room: int, *, pictures: bool = False) -> str:
    """Return the page.

    Args:
        result: of the submission.
        room: bytes that it may have; what does not fit is counted.
        pictures: whether the files of `pictures/` lie beside the page. GitHub shows no picture in the summary of a step
            unless it lies on the web.
    """
    parts = [_head(result), _table(by_exercise(result.checks))]
    room -= sum(_size(part) for part in parts) + 100  # for the last line
    if room < 0:
        return ""
    left_out = 0
    for part in filter(None, (_check(check, pictures=pictures) for check in result.checks)):
        if left_out or _size(part) > room:
            left_out += 1
        else:
            parts.append(part)
            room -= _size(part)
    if left_out:
        parts.append(phrase("and {count} more", count=left_out) + "\n")
    return "\n".join(parts)


def _size(part: str) -> int:
    return len(part.encode()) + 1


def _head(result: SubmissionResult) -> str:
    lines = [f"## {phrase('{points} points', points=show_points(*result.graded))}", ""]
    for remark in show_remarks(result):
        lines += [f"> {inline(remark)}", ""]
    return "\n".join([*lines, phrase("isolation: {isolation}", isolation=inline(show_isolation(result))), ""])


def _table(exercises: dict[str, list[CheckResult]]) -> str:
    rows = [
        f"| {phrase('exercise')} | {phrase('points')} | {phrase('checks')} |",
        "|---|---|---|",
    ]
    for name, checks in exercises.items():
        points = show_points(sum(check.points for check in checks), sum(check.max_points for check in checks))
        rows.append(f"| {inline(name)} | {points} | {_marks(checks)} |")
    return "\n".join([*rows, ""])


def _marks(checks: Sequence[CheckResult]) -> str:
    return "".join(_MARKS[check.status] for check in checks)


def _check(check: CheckResult, *, pictures: bool) -> str:
    """Return what is to be said of a check; nothing where it passed and drew nothing."""
    drawn = pictures and check.picture is not None
    if check.status == "passed" and not drawn:
        return ""
    points = show_points(check.points, check.max_points)
    lines = [f"### {_MARKS[check.status]} {inline(check.exercise)}: {inline(check.title)} ({points})", ""]
    if message := show_message(check):
        lines += [block(message), ""]
    if check.hint:
        lines += [f"**{phrase('hint')}:** {inline(check.hint)}", ""]
    if drawn:
        lines += [f"![{phrase(DRAWN)}](pictures/{quote(check.id)}.png)", ""]
    if printed := show_prints(check):
        lines += [
            f"<details><summary>{phrase('it printed')}</summary>",
            "",
            block(printed),
            "",
            "</details>",
            "",
        ]
    return "\n".join(lines)
