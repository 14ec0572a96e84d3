"""One file per output, each with `write(result, ...)`; each reads a SubmissionResult and nothing else."""

from __future__ import annotations

from pathlib import Path

from grader.options import Options
from grader.result import SubmissionResult


def write_reports(result: SubmissionResult, options: Options) -> None:
    """Write every report that the options ask for."""
    from grader.reports import json_file, terminal

    if "terminal" in options.formats:
        terminal.write(result, verbosity=options.verbosity)
    if "json" in options.formats:
        json_file.write(result, options.out or Path("out"))
    if "html" in options.formats:
        from grader.reports import page

        file = page.write(result, options.out or Path("out"), official=options.official)
        page.tell(file, opened=options.opened, quiet=options.verbosity < 0)
