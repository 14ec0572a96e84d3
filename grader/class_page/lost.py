"""Where the class lost its points: checks, mistakes that have a name, failures that have none."""

from __future__ import annotations

from collections.abc import Sequence

from grader.class_page.csv_files import CHECKS, MISCONCEPTIONS
from grader.class_page.examples import Example
from grader.class_page.tables import Cell, Column, draw_table, named_cell, number_cell, share, share_cell
from grader.class_page.tally import CheckTally, Mistake
from grader.reports.page.text import name_of, say

_COMMON = 15  # mistakes that are shown at once
_FEW_SHOWN = 40  # failures without a hint; the file has all


def draw_checks(tallies: Sequence[CheckTally], students: int) -> str:
    """Return what became of each check, as a table.

    Args:
        tallies: of the checks, the costliest first.
        students: how many were graded; not all of them need have been asked for the same.
    """
    if not tallies:
        return '<p class="none">Nothing was checked yet.</p>'
    columns = (
        Column("check"), Column("points lost per student", True, "descending"), Column("failed", True),
        Column("not written", True), Column("without a hint", True),
    )  # fmt: skip
    most = tallies[0].lost / students or 1.0
    rows = [
        (
            named_cell(tally.title, tally.exercise),
            _lost(tally.lost / students, most, tally.points * tally.asked / students),
            share_cell(tally.failed, tally.asked),
            number_cell(tally.unwritten),
            number_cell(tally.unexplained),
        )
        for tally in tallies
    ]  # fmt: skip
    return draw_table("checks", f"What became of each check in a class of {students}", columns, rows, CHECKS)


def draw_mistakes(mistakes: Sequence[tuple[Mistake, Example]], students: int) -> str:
    """Return the mistakes that have a name, each as a card with an example that names nobody."""
    if not mistakes:
        return '<p class="none">No submission holds a mistake that has a name.</p>'
    most = len(mistakes[0][0].cases)
    cards = [_card(mistake, example, most, students) for mistake, example in mistakes]
    shown = _COMMON if len(cards) > _COMMON + 2 else len(cards)
    rest = ""
    if cards[shown:]:
        rest = (
            f'<details class="fold"><summary>{len(cards) - shown} rarer mistakes</summary>'
            f'<div class="checks mistakes">{"".join(cards[shown:])}</div></details>'
        )
    link = f'<p class="export"><a href="{MISCONCEPTIONS}" download>{MISCONCEPTIONS}</a></p>'
    return f'<div class="checks mistakes">{"".join(cards[:shown])}</div>{link}{rest}'


def draw_unexplained(mistakes: Sequence[tuple[Mistake, Example]]) -> str:
    """Return what went wrong without a hint: where a new one would help most."""
    if not mistakes:
        return '<p class="none">Every failure came with a hint.</p>'
    columns = (Column("what was said"), Column("students", True, "descending"), Column("points lost", True))
    rows = [
        (
            named_cell(example.message, mistake.exercise),
            number_cell(len(mistake.cases)),
            number_cell(mistake.lost),
        )
        for mistake, example in mistakes[:_FEW_SHOWN]
    ]  # fmt: skip
    more = len(mistakes) - len(rows)
    rest = f'<p class="note">{more} rarer ones are in {MISCONCEPTIONS}.</p>' if more > 0 else ""
    return draw_table("unexplained", "Failures without a hint", columns, rows, MISCONCEPTIONS) + rest


def _lost(lost: float, most: float, points: float) -> Cell:
    return Cell(
        f'<span class="lost"><b>{lost:.2f}</b> <span class="share">of {round(points, 2):g}</span>'
        f'<span class="meter" aria-hidden="true"><i style="width:{100 * lost / most:.1f}%"></i></span></span>',
        lost,
    )


def _card(mistake: Mistake, example: Example, most: int, students: int) -> str:
    count = len(mistake.cases)
    asked = "".join(f"<li>{say(title)}</li>" for title in mistake.checks)
    code = (
        f'<div class="excerpt"><h3>somebody’s lines</h3><pre tabindex="0">{say(example.code)}</pre></div>'
        if example.code
        else ""
    )
    who = "1 student" if count == 1 else f"{count} students"
    return (
        f'<details class="check"><summary><span class="count"><b>{count}</b>'
        f'<span class="meter" aria-hidden="true"><i style="width:{100 * count / most:.1f}%"></i></span></span>'
        f'<span class="said"><span class="title">{say(mistake.hint or "")}</span>'
        f'<span class="soft">{name_of(mistake.exercise)} · {who}, {share(count, students)} of the class · '
        f"{round(mistake.lost, 1):g} points lost</span></span></summary>"
        f'<div class="detail"><p class="reason">{say(example.message)}</p>{code}'
        f'<div><h3>checks that it fails</h3><ul class="asked">{asked}</ul></div></div></details>'
    )
