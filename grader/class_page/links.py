"""Where the page of each student lies, as seen from the page of the class."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from grader.class_page.records import Student

PAGES = "pages"


def find_links(
    students: Sequence[Student], folders: Iterable[Path], out: Path, page_name: Callable[[str], str]
) -> dict[str, str]:
    """Return the addresses of the pages that are there, by the students' names.

    Args:
        students: of the class.
        folders: that may have pages beneath them; the first one counts that has a student's.
        out: where the page on the class goes.
        page_name: gives the name of a student's page.
    """
    links: dict[str, str] = {}
    for beneath in (folder / PAGES for folder in folders):
        if not beneath.is_dir():
            continue
        way = Path(os.path.relpath(beneath.resolve(), out.resolve())).as_posix()
        there = {file.name for file in beneath.iterdir()}
        for student in students:
            file = page_name(student.known_as)
            if file in there:
                links.setdefault(student.name, quote(f"{way}/{file}"))
    return links
