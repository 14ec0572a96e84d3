"""The command line of `python -m grader batch`: its own options, beside those of grading one submission."""

from __future__ import annotations

import argparse
import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable
from grader.options import Options, Parser, parse_options

_EPILOG = """
also taken, as for one submission (python -m grader --help):
  --out DIR, -e NAME, --all, --course NAME, --fixtures DIR, --audience, --jobs N, --timeout SECONDS,
  --require-isolation, -q

then, on the grades:
  python -m grader batch adjust GRADES --student NAME --points +3 --reason "..."
  python -m grader batch export GRADES --format csv,canvas,moodle,jsonl,pages --to DIR
  python -m grader batch diff GRADES_A GRADES_B

exit codes:
  0  every submission was graded, or there is a sentence on why it cannot be
  2  the call could not be used, or the batch was stopped; what was graded is kept
  3  the grader itself failed on some; the same command tries these again
"""


@dataclass(frozen=True, slots=True)
class BatchOptions:
    """What the instructor asked for.

    Attributes:
        submissions: the folder or zip of them.
        out: the folder of the grades.
        roster: a CSV of whoever takes the course.
        regrade: whose submissions are graded again although nothing has changed.
        scheduler: address of a Dask scheduler, None for this machine.
        grading: how each is graded.
    """

    submissions: Path
    out: Path
    roster: Path | None
    regrade: tuple[str, ...]
    scheduler: str | None
    grading: Options


def parse_batch_options(arguments: Sequence[str]) -> BatchOptions:
    """Return the options of a command line; a wrong one ends the process with exit code 2 and a sentence.

    Raises:
        Unusable: if submissions or grades are not named.
    """
    parser = Parser(
        prog="python -m grader batch",
        usage="python -m grader batch SUBMISSIONS --out GRADES [options]",
        description="Grade all submissions of a class. What is graded stays graded: a second run does what changed.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--roster", type=Path, metavar="CSV", help="who takes the course, as any platform writes it"
    )
    parser.add_argument(
        "--regrade",
        action="append",
        default=[],
        metavar="WHERE",
        help="grade again: a student's name or pattern, the id of a check that they lost points in, or one of "
        "all, failed, error, problem; repeatable",
    )
    parser.add_argument(
        "--no-pages",
        action="store_true",
        help="do not keep what students' pages show; smaller and a little faster",
    )
    parser.add_argument(
        "--scheduler", metavar="tcp://HOST:PORT", help="hand submissions to the workers of a Dask scheduler"
    )
    given, rest = parser.parse_known_args(arguments)
    grading = parse_options(rest)
    if grading.path is None or grading.out is None:
        raise Unusable("a batch needs both folders: python -m grader batch SUBMISSIONS --out GRADES")
    if grading.formats != ("terminal",):
        raise Unusable(
            "a batch takes no --format; python -m grader batch export GRADES writes gradebooks and pages"
        )
    formats = ("terminal",) if given.no_pages else ("terminal", "html")
    return BatchOptions(
        submissions=Path(grading.path),
        out=grading.out,
        roster=given.roster,
        regrade=tuple(given.regrade),
        scheduler=given.scheduler,
        grading=dataclasses.replace(grading, path=None, out=None, formats=formats),
    )
