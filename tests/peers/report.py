"""The tables: made once as plain text cells, shown on the terminal and written to docs/peers.md."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import rich.box
import rich.table
from rich.console import Console
from rich.text import Text

from tests.peers.attacking import CONTROL, attack_names, what_it_tries
from tests.peers.measured import Per, Row, alone, best_peer, beyond_calls, in_class


@dataclass(frozen=True, slots=True)
class Table:
    """A table of cells.

    Attributes:
        title: what it shows.
        head: of the columns.
        rows: the cells; one shorter than the head ends with a sentence over the rest of its columns.
        notes: sentences below it.
    """

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]
    notes: Sequence[str] = ()


def make_tables(rows: Mapping[str, Row], floor: Row, calls: Per) -> list[Table]:
    """Return all tables.

    Args:
        rows: by name, "ours" among them; those that could not be installed included.
        floor: of the bare script.
        calls: seconds that the student's own calls take, for one submission.
    """
    tables = [_alone(rows, floor), _in_class(rows, floor, calls), _judged(rows)]
    return [*tables, _attacks(rows)] if any(row.attacks for row in rows.values()) else tables


def print_tables(tables: Sequence[Table], console: Console) -> None:
    """Show the tables on a terminal."""
    for table in tables:
        shown = rich.table.Table(
            title=table.title, title_justify="left", title_style="bold", box=rich.box.SIMPLE_HEAD
        )
        for number, name in enumerate(table.head):
            shown.add_column(name, justify="left" if number == 0 else "right", overflow="fold")
        for row in _filled(table):
            shown.add_row(*(Text(cell, style=_colour(cell)) for cell in row))
        console.print(shown)
        for note in table.notes:
            console.print(Text(f"  {note}", style="dim"))
        console.print()


def write_markdown(tables: Sequence[Table], about: Sequence[str]) -> str:
    """Return the page of docs/.

    Args:
        tables: all.
        about: when and on what this was measured, a sentence each.
    """
    parts = ["# Other autograders beside this one", "", *about, ""]
    for table in tables:
        parts += [f"## {table.title}", "", _line(table.head)]
        parts.append(_line(["---", *("--:" for _ in table.head[1:])]))
        parts += [_line([cell.replace("|", "\\|") for cell in row]) for row in _filled(table)]
        parts += ["", *(f"- {note}" for note in table.notes), ""]
    return "\n".join(parts).replace("\n\n\n", "\n\n").rstrip() + "\n"


def _alone(rows: Mapping[str, Row], floor: Row) -> Table:
    base, ours = alone(floor), rows["ours"]
    cells = [["bare script", *_numbers(base), *_ratios(base, ours.alone and alone(ours), base)]]
    for row in rows.values():
        if row.missing or not row.alone:
            cells.append(_nothing(row))
        else:
            cells.append([row.title, *_numbers(alone(row)), *_ratios(alone(row), alone(ours), base)])
    notes = [f"{row.title}: {row.alone_by}." for row in rows.values() if row.alone]
    return Table(
        "One submission, cold",
        ["", "wall s", "CPU s", "peak MB", "wall / ours", "CPU / ours", "wall / floor", "CPU / floor"],
        cells,
        [f"bare script: {floor.alone_by}.", *notes],
    )


def _in_class(rows: Mapping[str, Row], floor: Row, calls: Per) -> Table:
    base, ours = in_class(floor), rows["ours"]
    mine = beyond_calls(ours, calls)
    cells = [
        ["bare script", *_numbers(base), *_ratios(base, in_class(ours), base), *_beyond(floor, calls, mine)]
    ]
    for row in rows.values():
        if row.missing or not row.class_:
            cells.append(_nothing(row))
        else:
            per = in_class(row)
            cells.append(
                [row.title, *_numbers(per), *_ratios(per, in_class(ours), base), *_beyond(row, calls, mine)]
            )
    beyond = (
        f"The student's own calls take {calls.wall:.2f} s ({calls.cpu:.2f} s CPU) of each submission; + is what a "
        "grader adds to them. Where several submissions run at once, that many share the wall time."
    )
    by = [f"{row.title}: {row.class_by}." for row in rows.values() if row.class_]
    notes = [f"bare script: {floor.class_by}.", *by, beyond]
    best = best_peer(rows, calls)
    if best:
        notes.append(
            f"Our overhead against the best peer's: wall {_share(mine.wall, best['wall'])}, "
            f"CPU {_share(mine.cpu, best['cpu'])}."
        )
    head = ["", "wall s", "CPU s", "peak MB", "wall / ours", "CPU / ours", "wall / floor", "CPU / floor"]
    return Table(
        f"Each of a class of {floor.size}", [*head, "+ wall s", "+ CPU s", "+ CPU / ours"], cells, notes
    )


def _judged(rows: Mapping[str, Row]) -> Table:
    cells = [
        _nothing(row)
        if row.missing
        else [row.title, f"{row.right_full} of {len(row.right)}", f"{row.wrong_lost} of {len(row.wrong)}"]
        for row in rows.values()
    ]
    return Table(
        "Right and wrong submissions", ["", "right with full marks", "wrong that lost points"], cells
    )


def _attacks(rows: Mapping[str, Row]) -> Table:
    names = [name for name in attack_names() if any(name in row.attacks for row in rows.values())]
    shown = [row for row in rows.values() if row.attacks]
    cells = [[_spoken(name), *(row.attacks.get(name, "") for row in shown)] for name in names]
    notes = [f"{_spoken(name)}: {what_it_tries(name)}" for name in names]
    notes += [f"{row.title}: {row.missing}." for row in rows.values() if row.missing]
    if any(said.startswith("no end") for row in shown for said in row.attacks.values()):
        notes.append(
            "No end: nbgrader interrupts a cell after 30 s and check50 a check after 60 s, so with enough patience they "
            "may come to an end; the others never stop by themselves."
        )
    if CONTROL in names:
        notes.append(
            "All solve fooling images honestly and compute no map; nothing: no more than without a trick."
        )
    return Table("Attacks", ["", *(row.title for row in shown)], cells, notes)


def _numbers(per: Per) -> list[str]:
    return [f"{per.wall:.2f}", f"{per.cpu:.2f}", f"{per.peak_mb:.0f}"]


def _ratios(per: Per, ours: Per | list, floor: Per) -> list[str]:
    compared = [(per.wall, ours.wall), (per.cpu, ours.cpu)] if isinstance(ours, Per) else [(0, 0), (0, 0)]
    return [_share(*pair) for pair in (*compared, (per.wall, floor.wall), (per.cpu, floor.cpu))]


def _beyond(row: Row, calls: Per, ours: Per) -> list[str]:
    more = beyond_calls(row, calls)
    return [f"{more.wall:.2f}", f"{more.cpu:.2f}", _share(more.cpu, ours.cpu)]


def _share(value: float, of: float) -> str:
    return f"{value / of:.2f}" if of > 0 else "-"


def _nothing(row: Row) -> list[str]:
    return [row.title, row.missing or "not run"]


def _spoken(name: str) -> str:
    """Return "A3b lying tensor" for "a3b_lying_tensor"."""
    number, _, rest = name.partition("_")
    return f"A{number[1:]} {rest.replace('_', ' ')}"


def _filled(table: Table) -> list[list[str]]:
    return [[*row, *("" for _ in range(len(table.head) - len(row)))] for row in table.rows]


def _colour(cell: str) -> str:
    if cell.startswith(("FULL", "gains")):
        return "bold red"
    if cell.startswith(("not ", "no ")):
        return "yellow"
    return "green" if cell == "nothing" else ""


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
