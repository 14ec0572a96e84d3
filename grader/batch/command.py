"""`python -m grader batch`: grade a class, adjust by hand, export, compare."""

from __future__ import annotations

import argparse
import difflib
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.batch.graded import GradedSubmission
from grader.batch.roster import Roster
from grader.batch.store import open_grades
from grader.errors import Unusable
from grader.options import Parser

NOTHING, DIFFERENT = 0, 1
EXPORTS = ("csv", "canvas", "moodle", "jsonl", "pages")


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit code."""
    commands = {"adjust": _adjust, "export": _export, "diff": _diff}
    if arguments and arguments[0] in commands:
        return commands[arguments[0]](arguments[1:])
    from grader.batch.options import parse_batch_options
    from grader.batch.run import run_batch

    options = parse_batch_options(arguments)
    try:
        return run_batch(options)
    except OSError as error:
        at = error.filename or options.out
        raise Unusable(
            f"{at} cannot be used ({error.strerror}); put that right and give the same command again: "
            "what was graded is kept"
        ) from None
    except KeyboardInterrupt:
        print("grader: what was graded is kept; the same command goes on", file=sys.stderr)
        raise


def _adjust(arguments: Sequence[str]) -> int:
    parser = _parser("adjust", "Give or take points by hand. It stays when the submission is graded again.")
    parser.add_argument("grades", type=Path)
    parser.add_argument("--student", required=True, metavar="NAME", help="as the gradebook writes it")
    parser.add_argument("--points", required=True, type=_points, metavar="+3", help="or --points=-3")
    parser.add_argument("--reason", required=True, help="which the gradebook and the student's page show")
    given = parser.parse_args(arguments)
    if not given.reason.strip():
        raise Unusable("an adjustment needs a reason; say it with --reason")
    with open_grades(given.grades) as grades:
        rows = {row.student: row for row in grades.rows()}
        if given.student not in rows:
            raise Unusable(
                f"{given.grades} has no student {given.student!r}; {_near(given.student, list(rows))}"
            )
        grades.adjust(given.student, given.points, given.reason.strip())
        row = next(row for row in grades.rows() if row.student == given.student)
        print(f"{row.student}: {row.automatic:g} {_by_hand(row)} = {row.score:g}")
    return NOTHING


def _export(arguments: Sequence[str]) -> int:
    parser = _parser("export", "Write gradebooks and pages.")
    parser.add_argument("grades", type=Path)
    parser.add_argument(
        "--format", default="csv,jsonl,pages", help=f"of {','.join(EXPORTS)} (default: %(default)s)"
    )
    parser.add_argument("--to", type=Path, metavar="DIR", help="where to (default: GRADES/export)")
    parser.add_argument("--title", default="Looking inside CNNs", help="of the assignment, for Canvas")
    given = parser.parse_args(arguments)
    formats = [name.strip() for name in given.format.split(",") if name.strip()]
    for name in formats:
        if name not in EXPORTS:
            raise Unusable(f"there is no export {name!r}; there are {', '.join(EXPORTS)}")
    from grader.batch.gradebooks import make_entries, write_canvas, write_lines, write_moodle, write_plain
    from grader.batch.pages import write_pages
    from grader.reports.files import write_whole

    folder = given.to or given.grades / "export"
    with open_grades(given.grades) as grades:
        columns, listed = json.loads(grades.fact("roster") or "[[], []]")
        roster = Roster(tuple(columns), tuple(listed))
        entries = make_entries(list(grades.rows()), roster)
        if "csv" in formats:
            write_whole(folder, "gradebook.csv", write_plain(entries, roster))
        if "canvas" in formats:
            write_whole(folder, "canvas.csv", write_canvas(entries, given.title))
        if "moodle" in formats:
            write_whole(folder, "moodle.csv", write_moodle(entries))
        if "jsonl" in formats:
            write_whole(folder, "results.jsonl", "".join(write_lines(entries)))
        if "pages" in formats:
            write_pages(grades, folder / "pages", official=grades.fact("official") == "yes")
    print(f"wrote {', '.join(formats)} of {len(entries)} students to {folder}")
    return NOTHING


def _diff(arguments: Sequence[str]) -> int:
    parser = _parser(
        "diff", "Say whose score differs between two folders of grades, and through which checks."
    )
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    given = parser.parse_args(arguments)
    from grader.batch.compare import compare

    with open_grades(given.before) as before, open_grades(given.after) as after:
        lines = list(compare(list(before.rows()), list(after.rows())))
    for line in lines:
        print(line)
    print(f"{len(lines) or 'no'} student{'' if len(lines) == 1 else 's'} with another grade")
    return DIFFERENT if lines else NOTHING


def _parser(command: str, description: str) -> Parser:
    return Parser(prog=f"python -m grader batch {command}", description=description, allow_abbrev=False)


def _points(text: str) -> float:
    try:
        points = float(text)
    except ValueError:
        points = math.nan
    if not math.isfinite(points) or points == 0:
        raise argparse.ArgumentTypeError(f"takes a number of points such as +3 or -1.5, not {text!r}")
    return points


def _near(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.4) or [
        one for one in names if name.lower() in one.lower()
    ]
    return f"did you mean {near[0]!r}?" if near else f"there are {len(names)}; export lists them"


def _by_hand(row: GradedSubmission) -> str:
    return " ".join(f"{points:+g} ({reason})" for points, reason in row.adjustments)
