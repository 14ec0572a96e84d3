"""GitHub Actions: annotations on the student's own lines, a summary of the step, and what was printed, fenced."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from itertools import islice
from pathlib import Path
from typing import TextIO

from grader.language import later, phrase
from grader.reports.commands import command, fenced
from grader.reports.files import append_line, write_pictures, write_whole
from grader.reports.shown import HINT, conceal, show_message, show_points, show_prints, show_remarks
from grader.reports.summary import MOST_BYTES, render_summary
from grader.result import CheckResult, SubmissionResult

_MORE = later("and {count} more; the summary has them all")
MOST_ANNOTATIONS = 10  # of each level in one step; GitHub drops more without a word


def write(result: SubmissionResult, folder: Path, environment: Mapping[str, str], out: TextIO) -> None:
    """Print annotations, append the summary where the job names its file, and write `summary.md` with figures.

    Args:
        result: of the submission.
        folder: where `summary.md` and `pictures/` go.
        environment: of the job.
        out: the job's stdout.

    Raises:
        Unusable: if a file cannot be written.
    """
    shown = conceal(result)
    root = Path(environment.get("GITHUB_WORKSPACE") or Path.cwd())
    _print(render_annotations(shown, root), out)
    if printed := list(_render_prints(shown)):
        _print([command("group", phrase("What the submission printed"))], out)
        with fenced(out):
            _print(printed, out)
        _print([command("endgroup", "")], out)
    if summary := environment.get("GITHUB_STEP_SUMMARY"):
        path = Path(summary)
        room = MOST_BYTES - (path.stat().st_size if path.exists() else 0)
        append_line(path, render_summary(shown, room))
    write_pictures(shown, folder)
    write_whole(folder, "summary.md", render_summary(shown, MOST_BYTES, pictures=True))


def render_annotations(result: SubmissionResult, root: Path) -> list[str]:
    """Return a command for each reason of failure, at most ten of a level, the last of which may say "and N more".

    Args:
        result: of the submission.
        root: of the repository, which annotations name files from.
    """
    reasons: dict[tuple[object, ...], list[CheckResult]] = {}
    for check in result.checks:
        if check.status == "failed":
            reasons.setdefault((check.file, check.line, check.message, check.hint), []).append(check)
    errors = [_annotation(checks, result.submission, root) for checks in reasons.values()]
    more = sum(len(checks) for checks in islice(reasons.values(), MOST_ANNOTATIONS - 1, None))
    rest = command("error", phrase(_MORE, count=more), title=phrase("failed checks"))
    remarks = show_remarks(result)
    warnings = [command("warning", remark, title="grader") for remark in remarks]
    more = len(warnings) - MOST_ANNOTATIONS + 1
    last = command("warning", phrase(_MORE, count=more), title="grader")
    return [*_at_most(errors, rest), *_at_most(warnings, last)]


def _annotation(checks: list[CheckResult], submission: str, root: Path) -> str:
    check = checks[0]
    also = f"\n{check.title}"
    if len(checks) > 1:
        also = "\n" + phrase("{count} checks failed for this reason.", count=len(checks))
    hint = f"\n{phrase(HINT, hint=check.hint)}" if check.hint else ""
    points = sum(each.points for each in checks), sum(each.max_points for each in checks)
    return command(
        "error",
        show_message(check) + hint + also,
        file=_from_root(submission, check.file, root) if check.file else None,
        line=check.line,
        title=f"{check.exercise}: {show_points(*points)}",
    )


def _from_root(submission: str, file: str, root: Path) -> str:
    """Return the path of a student's file as the repository knows it."""
    folder = Path(submission)
    path = Path(os.path.abspath(folder if folder.name == file else folder / file))  # noqa: PTH100  resolves no link
    return (path.relative_to(root) if path.is_relative_to(root) else path).as_posix()


def _at_most(commands: list[str], last: str) -> list[str]:
    if len(commands) <= MOST_ANNOTATIONS:
        return commands
    return [*commands[: MOST_ANNOTATIONS - 1], last]


def _render_prints(result: SubmissionResult) -> Iterable[str]:
    for check in result.checks:
        if printed := show_prints(check):
            yield f"{check.id}:\n{printed}"


def _print(lines: Iterable[str], out: TextIO) -> None:
    """Print lines, with a question mark for what the job's encoding has no letter for."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    for line in lines:
        print(line.encode(encoding, "replace").decode(encoding), file=out)
    out.flush()
