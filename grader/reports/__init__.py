"""One file per output, each with `write(result, ...)`; each reads a SubmissionResult and nothing else."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
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


def write_reports(result: SubmissionResult, options: Options) -> None:
    """Write every report that the options ask for."""
    folder = options.out or Path("out")
    if "terminal" in options.formats:
        _write_to_terminal(result, options.verbosity)
    for name in options.formats:
        if name in _INTO_A_FOLDER:
            import_module(f"grader.reports.{_INTO_A_FOLDER[name]}").write(result, folder)
    if "html" in options.formats:
        from grader.reports import page

        file = page.write(result, folder, official=options.official)
        page.tell(file, opened=options.opened, quiet=options.verbosity < 0)
    if "classroom" in options.formats:
        from grader.reports import classroom

        classroom.write(result, folder, os.environ)
    if "github" in options.formats:
        from grader.reports import github

        github.write(result, folder, os.environ, sys.stdout)


def open_partial(options: Options, submission: str, exercises: Sequence[str]) -> PartialResults | None:
    """Return what writes partial results as checks end, None where no format has any.

    Args:
        options: as given.
        submission: its path as given.
        exercises: their names, in the order of the report.
    """
    if "gradescope" not in options.formats:
        return None
    from grader.reports.partial import PartialResults

    return PartialResults(submission, exercises, options.out or Path("out"))


def _write_to_terminal(result: SubmissionResult, verbosity: int) -> None:
    from grader.reports import terminal
    from grader.reports.commands import fenced, in_actions

    with fenced(sys.stdout) if in_actions(os.environ) else nullcontext():
        terminal.write(result, verbosity=verbosity)
