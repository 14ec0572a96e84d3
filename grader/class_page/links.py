"""Where the page of each student lies, as seen from the page of the class."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from urllib.parse import quote

from grader.class_page.records import Student

PAGES = "pages"
_LONGEST = 80  # letters; in UTF-8 a file's name has 255 bytes
_ODD = re.compile(r"[^\w ,.@+-]|^[ .]+|[ .]+$")
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?$", re.IGNORECASE)  # on Windows


def page_name(student: str) -> str:
    """Return the name of a student's page: the student's own where a file may have it, else like it, and unique."""
    plain = _ODD.sub("_", student)[:_LONGEST]
    if plain and plain == student and not _RESERVED.match(plain):
        return f"{plain}.html"
    return f"{plain or 'student'}-{hashlib.sha256(student.encode('utf-8', 'replace')).hexdigest()[:8]}.html"


def find_links(students: Sequence[Student], folders: Iterable[Path], out: Path) -> dict[str, str]:
    """Return the addresses of the pages that are there, by the students' names.

    Args:
        students: of the class.
        folders: that may have pages beneath them; the first one counts that has a student's.
        out: where the page on the class goes.
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
