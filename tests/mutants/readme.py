"""The table in the README of the tests: written by a full run, and read by the test that holds it to the reference."""

from __future__ import annotations

from collections.abc import Sequence

from tests.harness import ROOT

README = ROOT / "tests" / "README.md"
BEGIN, END = "<!-- made by: python -m tests.mutants --readme -->", "<!-- end of the table -->"


def write_readme(table: Sequence[str]) -> None:
    """Put the lines of a table in the place of those that stand in the README."""
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    _, _, behind = rest.partition(END)
    README.write_text("\n".join([before + BEGIN, "", *table, "", END + behind]), "utf-8")


def read_readme() -> dict[str, tuple[int, ...]]:
    """Return the numbers of the table in the README by function."""
    table = README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0]
    rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in table.strip().splitlines()]
    return {name: tuple(map(int, cells)) for name, *cells in rows[2:]}
