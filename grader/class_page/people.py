"""The parts of the page that name students: all of them, whom to look at, what took long, who looks alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from grader.class_page.csv_files import CHECKS, LOOKALIKES, SCORES
from grader.class_page.lookalikes import LEAST_STATEMENTS, Group, Lookalikes, Shared
from grader.class_page.records import Student
from grader.class_page.tables import Cell, Column, draw_table, named_cell, number_cell, text_cell
from grader.class_page.tally import CheckTally, is_timeout
from grader.reports.page.text import name_of, say

_SLOWEST = 15
_GROUPS = 60
_MEMBERS = 40  # of a group, named on the page; the file has all

_EXTENTS = {"bytes": "every byte of it", "all": "all of it, up to names"}

Links = Mapping[str, str]  # addresses of students' pages, by their names


def draw_students(students: Sequence[Student], links: Links) -> str:
    """Return all students with their points."""
    exercises = list(dict.fromkeys(name for student in students for name in student.by_exercise))
    columns = [
        Column("student", sorted="ascending"), Column("score", True),
        *[Column(name_of(name), True) for name in exercises], Column("seconds", True),
    ]  # fmt: skip
    rows = [
        (
            _who(student.name, links),
            _score(student),
            *[_points(student.by_exercise.get(name)) for name in exercises],
            number_cell(student.seconds, 1),
        )
        for student in students
    ]
    return draw_table("roll", "All students", columns, rows, SCORES)


def draw_problems(students: Sequence[Student], links: Links) -> str:
    """Return the submissions that could not be graded, or not wholly, with the reasons."""
    odd = [student for student in students if student.problem]
    if not odd:
        return '<p class="none">Every submission was graded.</p>'
    columns = (Column("student", sorted="ascending"), Column("what is wrong"), Column("submission"))
    rows = [
        (_who(student.name, links), text_cell(student.problem), _file(student.submission)) for student in odd
    ]
    return draw_table("odd", "Submissions that could not be graded", columns, rows, SCORES)


def draw_time(students: Sequence[Student], tallies: Sequence[CheckTally], links: Links) -> str:
    """Return how long grading took, whose code was slowest, and which checks take long."""
    if not students:
        return ""
    seconds = sorted(student.seconds for student in students)
    late = seconds[min(int(0.95 * len(seconds)), len(seconds) - 1)]
    stopped = [(student, [check for check in student.checks if is_timeout(check)]) for student in students]
    timeouts = {student.name: checks for student, checks in stopped if checks}
    slowest = sorted(students, key=lambda student: (-len(timeouts.get(student.name, ())), -student.seconds))[
        :_SLOWEST
    ]
    who = (
        "nobody was"
        if not timeouts
        else "1 student was"
        if len(timeouts) == 1
        else f"{len(timeouts)} students were"
    )
    people = draw_table(
        "slow",
        "The slowest submissions",
        (Column("student"), Column("checks stopped", True, "descending"), Column("seconds", True)),
        [
            (
                _who(student.name, links),
                number_cell(len(timeouts.get(student.name, ()))),
                number_cell(student.seconds, 1),
            )
            for student in slowest
        ],
        SCORES,
    )
    longest = sorted(tallies, key=lambda tally: (-tally.timeouts, -tally.slowest))[:_SLOWEST]
    checks = draw_table(
        "slow-checks",
        "The slowest checks",
        (
            Column("check"),
            Column("stopped", True, "descending"),
            Column("median s", True),
            Column("most s", True),
        ),
        [
            (
                named_cell(tally.title, tally.exercise),
                number_cell(tally.timeouts),
                number_cell(tally.seconds, 2),
                number_cell(tally.slowest, 1),
            )
            for tally in longest
        ],
        CHECKS,
    )
    return (
        f'<p class="lead">Half of the submissions took less than {median(seconds):.1f} s, nineteen in twenty less than '
        f"{late:.1f} s, all together {sum(seconds) / 60:.1f} minutes of wall time; {who} stopped at a deadline.</p>"
        f'<div class="pair">{people and f"<div>{people}</div>"}<div>{checks}</div></div>'
    )


def draw_lookalikes(found: Lookalikes, links: Links) -> str:
    """Return the groups with what they have in common, and what that does not mean."""
    caution = (
        '<p class="notice caution"><b>This proves nothing.</b> Students may have worked together as they were told to, '
        "used the same source that the course allows, or found the same answer: a short function has few right ones. "
        "Compare the files, and speak with the students, before you think anything.</p>"
        '<p class="lead">Compared without comments, docstrings, type hints, layout, names of variables and the order '
        "of functions; what was handed out does not count. A group has at least "
        f"{LEAST_STATEMENTS} statements in common. First come groups that share much and are small.</p>"
    )
    usual = ""
    if found.left_out:
        names = ", ".join(f"<code>{say(name)}</code>" for name in found.left_out[:12])
        usual = f'<p class="note">Left out, since more than half of the class has it in the same words: {names}.</p>'
    if not found.groups:
        return f'{caution}<p class="none">No two submissions look alike.</p>{usual}'
    columns = (
        Column("students"), Column("how many", True), Column("statements in common", True), Column("what is the same"),
    )  # fmt: skip
    rows = [
        (
            _members(group, links),
            number_cell(len(group.students)),
            number_cell(group.statements),
            _common(group),
        )
        for group in found.groups[:_GROUPS]
    ]
    more = len(found.groups) - len(rows)
    rest = f'<p class="note">{more} more groups are in {LOOKALIKES}.</p>' if more > 0 else ""
    return f"{caution}{draw_table('alike', 'Groups that look alike', columns, rows, LOOKALIKES)}{rest}{usual}"


def _who(name: str, links: Links) -> Cell:
    return Cell(_link(name, links))


def _link(name: str, links: Links) -> str:
    return f'<a href="{say(links[name])}">{say(name)}</a>' if name in links else say(name)


def _members(group: Group, links: Links) -> Cell:
    named = "".join(f"<li>{_link(name, links)}</li>" for name in group.students[:_MEMBERS])
    more = len(group.students) - _MEMBERS
    return Cell(f'<ul class="members">{named}{f"<li>and {more} more</li>" if more > 0 else ""}</ul>')


def _common(group: Group) -> Cell:
    return Cell(
        f'<ul class="common">{"".join(f"<li>{_shared(shared)}</li>" for shared in group.common)}</ul>'
    )


def _shared(shared: Shared) -> str:
    file = f"<code>{say(shared.file)}</code>"
    more = (
        f"; every byte with {shared.alike} of them" if shared.extent != "bytes" and shared.alike > 1 else ""
    )
    if shared.extent != "part":
        return f"{file}, {_EXTENTS[shared.extent]}{more}"
    return f"{file}: {', '.join(f'<code>{say(name)}</code>' for name in shared.functions)}{more}"


def _score(student: Student) -> Cell:
    if not student.graded:
        return Cell('<span class="share">none</span>', -1e9)
    if student.adjustments:
        words = f"{student.automatic:g} by the grader, {student.adjustment:+g} by hand"
        return Cell(
            f'<b>{student.score:g}</b><span class="unseen">, {words}</span><abbr title="{words}">*</abbr>',
            student.score,
        )
    return Cell(f"<b>{student.score:g}</b>", student.score if student.score < 0 else None)


def _points(points: tuple[float, float] | None) -> Cell:
    if points is None:
        return Cell("", -1e9)
    earned, to_earn = points
    if round(to_earn - earned, 6) <= 0:
        return Cell(f'<span class="all">{round(earned, 2):g}</span>')
    return number_cell(earned)


def _file(name: str) -> Cell:
    return Cell(f"<code>{say(name)}</code>")
