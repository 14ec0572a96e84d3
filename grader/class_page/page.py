"""`class.html` and the tables beside it, in one folder."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from string import Template

from grader.class_page import csv_files
from grader.class_page.examples import Example, Examples
from grader.class_page.lookalikes import Lookalikes, find_lookalikes
from grader.class_page.lost import draw_checks, draw_mistakes, draw_unexplained
from grader.class_page.overview import draw_scores, summarise
from grader.class_page.people import Links, draw_lookalikes, draw_problems, draw_students, draw_time
from grader.class_page.records import Record, Student, read_class
from grader.class_page.tally import CheckTally, Mistake, tally_checks, tally_mistakes
from grader.class_page.written import Handout
from grader.reports.files import write_whole
from grader.reports.page.text import say

FILE = "class.html"
_HERE = Path(__file__).parent
_NAMED = 12  # of those who handed in nothing
_LOOK = _HERE.parent / "reports" / "page" / "page.css"  # the page on a student has the same


@dataclass(frozen=True, slots=True)
class ClassPage:
    """All that is known of a class, ready to be written.

    Attributes:
        students: by name.
        checks: the costliest first.
        mistakes: those with a hint first, each with an example.
        lookalikes: groups of students.
        absent: students of the roster who have handed in nothing.
    """

    students: tuple[Student, ...]
    checks: tuple[CheckTally, ...]
    mistakes: tuple[tuple[Mistake, Example], ...]
    lookalikes: Lookalikes
    absent: tuple[str, ...] = ()


def look_at(records: Iterable[Record], handout: Handout, roster: Sequence[str] = ()) -> ClassPage:
    """Return what the page shows of some graded submissions.

    Args:
        records: one per student; of two, the later one counts.
        handout: what everybody was given.
        roster: names of whoever takes the course; empty where that is not known.
    """
    students = read_class(records)
    present = {student.known_as for student in students}
    examples = Examples()
    mistakes = sorted(tally_mistakes(students), key=lambda mistake: mistake.hint is None)
    return ClassPage(
        students=students,
        checks=tally_checks(students),
        mistakes=tuple((mistake, examples.of(mistake)) for mistake in mistakes),
        lookalikes=find_lookalikes(students, handout),
        absent=tuple(name for name in roster if name not in present),
    )


def write(page: ClassPage, folder: Path, title: str, links: Links) -> Path:
    """Write the page and its tables, each whole or not at all, and return where the page is.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    write_whole(folder, csv_files.SCORES, csv_files.scores_csv(page.students))
    write_whole(folder, csv_files.CHECKS, csv_files.checks_csv(page.checks))
    write_whole(folder, csv_files.MISCONCEPTIONS, csv_files.misconceptions_csv(page.mistakes))
    write_whole(folder, csv_files.LOOKALIKES, csv_files.lookalikes_csv(page.lookalikes.groups))
    write_whole(folder, FILE, render(page, title, links))
    return folder / FILE


def render(page: ClassPage, title: str, links: Links) -> str:
    """Return the page as text.

    Args:
        page: what it shows.
        title: of the class.
        links: addresses of the students' pages, as far as there are any.
    """
    students = page.students
    named = [(mistake, example) for mistake, example in page.mistakes if mistake.hint]
    nameless = [(mistake, example) for mistake, example in page.mistakes if not mistake.hint]
    script = (_HERE / "class.js").read_text("utf-8")
    return Template((_HERE / "class.html").read_text("utf-8")).substitute(
        title=say(title),
        style=_LOOK.read_text("utf-8") + (_HERE / "class.css").read_text("utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        summary=summarise(students),
        notices=_notices(students, page.absent),
        scores=draw_scores(students),
        checks=draw_checks(page.checks, sum(student.graded for student in students)),
        mistakes=draw_mistakes(named, len(students)),
        unexplained_count=len(nameless),
        unexplained=draw_unexplained(nameless),
        problems=draw_problems(students, links),
        time=draw_time(students, page.checks, links),
        lookalikes=draw_lookalikes(page.lookalikes, links),
        students=draw_students(students, links),
        files=", ".join(f'<a href="{name}" download>{name}</a>' for name in _FILES),
    )


_FILES = (csv_files.SCORES, csv_files.CHECKS, csv_files.MISCONCEPTIONS, csv_files.LOOKALIKES)


def _notices(students: Sequence[Student], absent: Sequence[str]) -> str:
    """Return what the reader should know of the class as a whole."""
    said = []
    differing = {student.max_score for student in students if student.graded}
    if len(differing) > 1:
        said.append("Not all students can have the same points, so scores are compared in per cent.")
    if absent:
        who = "1 student" if len(absent) == 1 else f"{len(absent)} students"
        names = "; ".join(say(name) for name in absent[:_NAMED])
        said.append(f"{who} of the roster handed in nothing: {names}{'; …' * (len(absent) > _NAMED)}")
    remarked = [student for student in students if student.remark]
    if remarked:
        have = "1 submission has" if len(remarked) == 1 else f"{len(remarked)} submissions have"
        said.append(f"{have} a remark, in the column “remark” of {csv_files.SCORES}.")
    return f'<div class="notice">{"".join(f"<p>{notice}</p>" for notice in said)}</div>' if said else ""
