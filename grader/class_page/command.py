"""`python -m grader class GRADES`: the page on a class, from what a batch has kept."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from grader.batch.pages import page_name
from grader.batch.roster import Roster
from grader.batch.store import open_grades
from grader.class_page.links import find_links
from grader.class_page.page import look_at, write
from grader.class_page.written import read_handout
from grader.errors import Unusable
from grader.options import Parser

_ASSIGNMENT = Path(__file__).resolve().parents[2] / "assignment"


def main(arguments: Sequence[str]) -> int:
    """Run the command and return 0.

    Raises:
        Unusable: if there are no grades, or the page cannot be written.
    """
    given = _parse(arguments)
    for folder in given.handout:
        if not folder.exists():
            raise Unusable(f"--handout {folder} is not there; give the folder or file that students received")
    with open_grades(given.grades) as grades:
        columns, listed = json.loads(grades.fact("roster") or "[[], []]")
        roster = Roster(tuple(columns), tuple(listed)).names()
        page = look_at(grades.rows(), read_handout(given.handout), roster)
    if not page.students:
        raise Unusable(f"{given.grades} holds no student's grade yet; run the batch first")
    out = given.out or given.grades / "export"
    title = given.title or given.grades.resolve().name
    file = write(page, out, title, find_links(page.students, (out, given.grades / "export"), out, page_name))
    print(f"grader: the page on {len(page.students)} students is {file}", file=sys.stderr)
    if given.open:
        import webbrowser

        webbrowser.open(file.resolve().as_uri())
    return 0


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser(
        prog="python -m grader class",
        description="Write class.html on a class that was graded, and its tables as CSV beside it.",
        epilog="The page names students; it is for instructors.",
    )
    parser.add_argument("grades", type=Path, metavar="GRADES", help="folder that a batch wrote")
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="where the page goes (default: GRADES/export, where the export goes)",
    )
    parser.add_argument("--title", help="what stands at its top (default: the name of GRADES)")
    parser.add_argument(
        "--handout",
        type=Path,
        action="append",
        default=[_ASSIGNMENT] if _ASSIGNMENT.is_dir() else [],
        metavar="PATH",
        help="what students received, so that having it in common says nothing; repeatable, beside assignment/",
    )
    parser.add_argument("--open", action="store_true", help="open the page in the browser")
    return parser.parse_args(arguments)
