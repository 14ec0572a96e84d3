"""A table of the page: sorted in the browser by any column, and as a file beside the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.reports.page.text import name_of, say


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    Attributes:
        title: in the head, as plain text.
        numeric: whether it holds numbers, which stand to the right and are sorted from the largest.
        sorted: by which the table is sorted from the start, "ascending" or "descending"; empty for the others.
    """

    title: str
    numeric: bool = False
    sorted: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell.

    Attributes:
        html: what is shown, safe as it is.
        value: what it is sorted by, where that is not what is shown.
    """

    html: str
    value: float | None = None


def text_cell(text: str) -> Cell:
    """Return a cell that holds text which anybody may have chosen."""
    return Cell(say(text))


def named_cell(text: str, exercise: str) -> Cell:
    """Return a cell that holds a sentence and the exercise that it belongs to."""
    return Cell(f'<span class="title">{say(text)}</span><span class="soft">{name_of(exercise)}</span>')


def number_cell(value: float, digits: int = 2) -> Cell:
    """Return a cell that holds a number; nought is faint, so that the others are seen."""
    shown = f"{round(value, digits):g}".replace("-", "−")
    return Cell(
        f'<span class="nought">{shown}</span>' if shown == "0" else shown, value if value < 0 else None
    )


def share_cell(count: int, of: int) -> Cell:
    """Return a cell that holds a count and, smaller, its share."""
    if not count:
        return number_cell(0)
    return Cell(f'{count} <span class="share">{share(count, of)}</span>', count)


def share(count: int, of: int) -> str:
    """Return a share in per cent; one of nobody and one of everybody are true."""
    rounded = round(100 * count / of) if of else 0
    if 0 < count < of and rounded in (0, 100):
        return "under 1 %" if rounded == 0 else "over 99 %"
    return f"{rounded} %"


def draw_table(
    name: str, caption: str, columns: Sequence[Column], rows: Sequence[Sequence[Cell]], file: str = ""
) -> str:
    """Return a table in a frame that scrolls by itself where the screen is narrow.

    Args:
        name: of the table on the page.
        caption: what it shows, for those who hear the page.
        columns, rows: what it holds; the first cell of a row is what the row is about.
        file: that holds the same, for spreadsheets; empty for none.
    """
    head = "".join(
        f'<th scope="col"{" class=number" if column.numeric else ""}'
        f"{f' aria-sort={column.sorted}' if column.sorted else ''}>{column.title}</th>"
        for column in columns
    )
    body = "".join(f"<tr>{_row(columns, row)}</tr>" for row in rows)
    link = f'<p class="export"><a href="{file}" download>{file}</a></p>' if file else ""
    return (
        f'<div class="scrolls framed" tabindex="0" role="region" aria-labelledby="{name}-caption">'
        f'<table class="sortable" id="{name}"><caption id="{name}-caption" class="unseen">{caption}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>{link}"
    )


def _row(columns: Sequence[Column], row: Sequence[Cell]) -> str:
    cells = []
    for number, (column, cell) in enumerate(zip(columns, row, strict=True)):
        kind = " class=number" if column.numeric else ""
        value = "" if cell.value is None else f' data-value="{cell.value:g}"'
        tag = 'th scope="row"' if number == 0 else "td"
        cells.append(f"<{tag}{kind}{value}>{cell.html}</{tag[:2]}>")
    return "".join(cells)
