"""One file per output, each with `write(result, ...)`; each reads a SubmissionResult and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from grader.options import Options
from grader.result import SubmissionResult

if TYPE_CHECKING:
    from grader.reports.partial import PartialResults

_INTO_A_FOLDER = {  # each is imported only when it is asked for
    "json": "json_file",
    "csv": "csv_file",
    "junit": "junit",
    "gradescope": "gradescope",
    "prairielearn": "prairielearn",
}
_KEEP_BACK = ("junit", "gradescope", "prairielearn")  # they take care themselves of what students may not see


def as_read(result: SubmissionResult, options: Options) -> SubmissionResult:
    """Return the result as those read it whom the options name: hidden checks are shown only where that is asked."""
    if options.shows_hidden:
        return result
    from grader.reports.shown import conceal

    return conceal(result)


def write_reports(result: SubmissionResult, options: Options) -> None:
    """Write every report that the options ask for."""
    folder, read = options.out or Path("out"), as_read(result, options)
    if "terminal" in options.formats:
        _write_to_terminal(read, options.verbosity)
    for name in options.formats:
        if name in _INTO_A_FOLDER:
            told = result if name in _KEEP_BACK else read
            import_module(f"grader.reports.{_INTO_A_FOLDER[name]}").write(told, folder)
    if "html" in options.formats:
        from grader.reports import page

        file = page.write(read, folder, official=options.official)
        page.tell(file, opened=options.opened, quiet=options.verbosity < 0)
    if "classroom" in options.formats:
        from grader.reports import classroom

        classroom.write(result, folder, os.environ)
    if "github" in options.formats:
        from grader.reports import github

        github.write(result, folder, os.environ, sys.stdout)


def open_partial(
    options: Options,
    submission: str,
    exercises: Sequence[str],
    finish: Callable[[SubmissionResult], SubmissionResult] = lambda result: result,
) -> PartialResults | None:
    """Return what writes partial results as checks end, None where no format has any.

    Args:
        options: as given.
        submission: its path as given.
        exercises: their names, in the order of the report.
        finish: counts what is known as the course's policies do.
    """
    if "gradescope" not in options.formats:
        return None
    from grader.reports.partial import PartialResults

    return PartialResults(submission, exercises, options.out or Path("out"), finish=finish)


def _write_to_terminal(result: SubmissionResult, verbosity: int) -> None:
    from grader.reports import terminal
    from grader.reports.commands import fenced, in_actions

    with fenced(sys.stdout) if in_actions(os.environ) else nullcontext():
        terminal.write(result, verbosity=verbosity)
