"""Write the handout that students read: the introduction with the tables of points, then the chapters."""

import re
from collections.abc import Sequence

from grader.exercises import Exercise
from reference.chapters import MODULES, Chapter

HEADER = "<!-- Made from reference/handout/ by: python -m reference handout -->"
# Stands in the introduction where the tables belong.
TABLES = "<!-- tables -->"


def write_readme(introduction: str, chapters: Sequence[Chapter], exercises: Sequence[Exercise]) -> str:
    """Return the text of the handout, in Markdown as GitHub shows it.

    Args:
        introduction: starts with the title of the course; holds the mark TABLES.
        chapters: those that there are, in the order of the course.
        exercises: all rows of the table.
    """
    titles = {chapter.module: chapter.title for chapter in chapters}
    rows = sorted(exercises, key=lambda row: MODULES.index(row.module))
    front = introduction.strip().replace(TABLES, _write_tables(rows, titles))
    return "\n\n".join([HEADER, front, *(_write_chapter(chapter) for chapter in chapters)]) + "\n"


def write_points(exercises: Sequence[Exercise]) -> str:
    """Return what the exercises of one chapter are worth, as a sentence such as `*10 points, 5 further points.*`."""
    core = sum(row.points for row in exercises if not row.further)
    further = [row for row in exercises if row.further]
    said = [f"{core:g} points"] if core else []
    for row in further:
        named = f" ({_list_functions(row)})" if len(exercises) > 1 else ""
        said.append(f"{row.points:g} further points{named}")
    return f"*{', '.join(said)}.*"


def _write_tables(rows: Sequence[Exercise], titles: dict[str, str]) -> str:
    """Return the table of the core and, where there are any, that of the further exercises."""
    core, further = [row for row in rows if not row.further], [row for row in rows if row.further]
    tables = [_write_table(core, titles)]
    if further:
        tables += ["Further exercises carry points of their own:", _write_table(further, titles)]
    return "\n\n".join(tables)


def _write_table(rows: Sequence[Exercise], titles: dict[str, str]) -> str:
    """Return a table of exercises with their points and the sum of them."""
    lines = ["| exercise | you write | points |", "|---|---|---:|"]
    for row in rows:
        place = f"[{row.name}](#{_anchor(titles[row.module])})" if row.module in titles else row.name
        lines.append(f"| {place} | {_list_functions(row)} | {row.points:g} |")
    lines.append(f"| | **together** | **{sum(row.points for row in rows):g}** |")
    return "\n".join(lines)


def _list_functions(row: Exercise) -> str:
    return ", ".join(f"`{function}`" for function in row.functions)


def _anchor(title: str) -> str:
    """Return the name that GitHub gives to a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _write_chapter(chapter: Chapter) -> str:
    """Return a chapter one level deeper, its points below the title, without its cells."""
    module = chapter.module
    files = f"[{module}.py]({module}.py), [notebook]({module}.ipynb)"
    text = [_deepen(block.text) for block in chapter.blocks if not block.code]
    return "\n\n".join([f"## {chapter.title}", f"{write_points(chapter.exercises)} {files}", *text])


def _deepen(text: str) -> str:
    """Return Markdown with every heading one level down, but not the lines of code that look like one."""
    pieces = re.split(r"(^```.*?^```$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        piece if piece.startswith("```") else re.sub(r"^(#+ )", r"#\1", piece, flags=re.MULTILINE)
        for piece in pieces
    )
