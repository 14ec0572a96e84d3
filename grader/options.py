"""The command line, as a frozen value."""

from __future__ import annotations

import argparse
import math
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, NoReturn, TypeAlias

from grader.commands import COMMANDS
from grader.language import ENGLISH, choose_language, languages
from grader.policies.moments import read_moment

Workers: TypeAlias = Literal["auto", "fork", "spawn"]

Audience: TypeAlias = Literal["student", "instructor"]

FORMATS = {
    "terminal": "points, reasons and hints, here",
    "html": "result.html, a page with pictures, one file without network",
    "json": "result.json as docs/result.schema.json describes it, and the figures that your code drew",
    "csv": "checks.csv, a row per check, for spreadsheets",
    "junit": "junit.xml, for whatever shows test results",
    "github": "annotations, the step's summary and summary.md, in a job of GitHub Actions",
    "classroom": "the step output `result` for GitHub Classroom's reporter, and classroom.txt",
    "gradescope": "results.json for Gradescope, written as checks end; --out /autograder/results",
    "prairielearn": "results.json for PrairieLearn; --out /grade/results",
}
PICTURED = ("html", "json", "github", "gradescope", "prairielearn")  # show the figures that the code drew
PLATFORMS = ("github", "classroom", "gradescope", "prairielearn")
_ONE_FILE = ("gradescope", "prairielearn")  # both platforms want it named results.json

_PROGRAM = "python -m grader"
_LONGEST_SECONDS = 3600

_EPILOG = """
formats:
{formats}

exit codes:
  0  every point was earned
  1  points are missing
  2  the call or the submission could not be used, or a file or function is missing
  3  the grader itself failed, or --require-isolation cannot be met; no point was lost through it

other commands, python -m grader COMMAND --help:
{commands}
"""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for; see `python -m grader --help`."""

    path: str | None
    course: str | None
    exercises: tuple[str, ...]
    all_exercises: bool
    formats: tuple[str, ...]
    out: Path | None
    fixtures: Path | None
    jobs: int
    seconds: float | None
    verbosity: int
    workers: Workers
    require_isolation: bool
    record: Path | None
    audience: Audience = "instructor"
    opened: bool = False
    watched: bool = False
    shows_hidden: bool = False
    due: datetime | None = None
    submitted: datetime | None = None
    metadata: Path | None = None
    language: str = ENGLISH

    @property
    def official(self) -> bool:
        """Whether students read what comes of fixtures that they do not have."""
        return self.audience == "student" and self.fixtures is not None


def parse_options(arguments: Sequence[str] | None = None) -> Options:
    """Return the options of a command line; a wrong one ends the process with exit code 2 and a sentence."""
    parser = Parser(
        prog=_PROGRAM,
        description="Grade a submission: points, what is wrong, and what to do about it.",
        epilog=_EPILOG.format(
            formats="\n".join(f"  {name:13} {what}" for name, what in FORMATS.items()),
            commands="\n".join(f"  {name:13} {what}" for name, (_, what) in COMMANDS.items()),
        ),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", nargs="?", help="folder, .py, .ipynb or .zip (default: assignment)")
    parser.add_argument("--course", metavar="NAME", help="course, or its .toml file (default: recognised)")
    parser.add_argument(
        "-e",
        "--exercise",
        action="append",
        default=[],
        metavar="NAME",
        help="grade this exercise only; repeatable",
    )
    parser.add_argument(
        "--all", action="store_true", help="grade the further exercises as well, not only the core"
    )
    parser.add_argument(
        "--format",
        default="terminal",
        metavar="NAME[,NAME]",
        help="what to write, comma-separated; the formats stand below (default: terminal)",
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help="where files such as result.json go (default: out)"
    )
    parser.add_argument(
        "--fixtures", type=Path, metavar="DIR", help="grade with other inputs and expected outputs"
    )
    parser.add_argument(
        "--audience",
        choices=("student", "instructor"),
        help="who reads it: an instructor is shown hidden checks too; with --fixtures, a student is told nothing of "
        "what is expected (default: hidden checks are not shown, what is expected is)",
    )
    parser.add_argument(
        "--due", type=_moment, metavar="TIME", help="when it was due, for the course's late penalty"
    )
    parser.add_argument(
        "--submitted", type=_moment, metavar="TIME", help="when it was handed in: 2026-12-01T23:59+01:00"
    )
    parser.add_argument(
        "--metadata",
        type=Path,
        metavar="FILE",
        help="Gradescope's submission_metadata.json (default with its format: the one beside the folder of --out)",
    )
    parser.add_argument(
        "--lang",
        choices=languages(),
        help="language of titles, reasons, hints and reports (default: GRADER_LANG, or as the locale says)",
    )
    parser.add_argument("--open", action="store_true", help="write the page and open it in the browser")
    parser.add_argument(
        "--watch", action="store_true", help="stay, and grade again what changes whenever you save"
    )
    parser.add_argument(
        "--jobs", type=_at_least_one, default=_cores(), help="exercises at once (default: cores)"
    )
    parser.add_argument(
        "--timeout",
        type=_seconds,
        metavar="SECONDS",
        help="for one call (default: as grader/exercises.toml says, longer on a slow machine)",
    )
    parser.add_argument(
        "--require-isolation",
        action="store_true",
        help="refuse to grade (exit code 3) where the kernel cannot keep the code from files and system calls",
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show checks that passed, and what was printed"
    )
    parser.add_argument("-q", "--quiet", action="store_true", help="show the totals only")
    parser.add_argument(
        "--workers", choices=("auto", "fork", "spawn"), default="auto", help=argparse.SUPPRESS
    )
    parser.add_argument("--record", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    formats = tuple(name.strip() for name in given.format.split(",") if name.strip())
    for name in formats:
        if name not in FORMATS:
            parser.error(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    if not formats:
        parser.error(f"--format takes at least one of {', '.join(FORMATS)}")
    if given.open and "html" not in formats:
        formats = (*formats, "html")
    if all(name in formats for name in _ONE_FILE):
        parser.error(f"{' and '.join(_ONE_FILE)} both write results.json; ask for one of them")
    if given.watch and (official := [name for name in formats if name in PLATFORMS]):
        parser.error(f"--watch is for somebody who looks; leave out --format {official[0]}")
    return Options(
        path=given.path,
        course=given.course,
        exercises=tuple(given.exercise),
        all_exercises=given.all,
        formats=formats,
        out=given.out,
        fixtures=given.fixtures,
        jobs=given.jobs,
        seconds=given.timeout,
        verbosity=given.verbose - given.quiet,
        workers=given.workers,
        require_isolation=given.require_isolation,
        record=given.record,
        audience=given.audience or "instructor",
        opened=given.open,
        watched=given.watch,
        shows_hidden=given.audience == "instructor",
        due=given.due,
        submitted=given.submitted,
        metadata=given.metadata,
        language=given.lang or choose_language(os.environ),
    )


class Parser(argparse.ArgumentParser):
    """Of this and every other command: what is wrong is said in one line, and --help has the rest."""

    def error(self, message: str) -> NoReturn:
        """End the process with exit code 2 and one line."""
        sentence = re.sub(r"^argument (\S+): ", r"\1 ", message)
        shows = "all options" if self.prog == _PROGRAM else "what it takes"
        self.exit(2, f"grader: {sentence}; {self.prog} --help shows {shows}\n")


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds <= _LONGEST_SECONDS:
        raise argparse.ArgumentTypeError(
            f"takes a number of seconds above 0 and up to {_LONGEST_SECONDS}, not {text!r}"
        )
    return seconds


def _moment(text: str) -> datetime:
    try:
        return read_moment(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _at_least_one(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"takes a whole number above 0, not {text!r}")
    return number


def _cores() -> int:
    """Return the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
