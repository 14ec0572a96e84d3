"""Where in a student's files a failure lies, for annotations: read as text, never run and never trusted."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from grader.checking.submission import Submission

_MOST_BYTES = 1 << 20  # of a file that is searched for a function
_NAME = re.compile(r"(\w[\w.-]{0,99}/){0,8}\w[\w.-]{0,99}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the student's.

    Attributes:
        file: its name, in the submission's folder.
        line: counted from 1; None for the file as a whole.
    """

    file: str
    line: int | None


def find_place(
    submission: Submission, told: tuple[object, object] | None, function: str | None
) -> Place | None:
    """Return the place that a student's process told of if it is there, else the line that defines a function.

    Args:
        submission: the student's files.
        told: file and line, from a process that may lie.
        function: "module.function".
    """
    folder = submission.folder
    if told is not None:
        file, line = told
        if isinstance(file, str) and type(line) is int and 0 < line <= _count_lines(folder, file):
            return _as_handed_in(submission, Place(file, line))
    if function is None:
        return None
    module, _, name = function.partition(".")
    chosen = submission.places.get(function)
    file = chosen.file if chosen else f"{module}.py"
    owner, _, name = chosen.attribute.rpartition(".") if chosen else ("", "", name)
    text = _read(folder, file)
    if text is None:
        return None
    indent = r"[ \t]+" if owner else ""
    pattern = rf"^{indent}(async[ \t]+)?def[ \t]+{re.escape(name)}\b"
    found = re.search(pattern, text, re.MULTILINE)
    return _as_handed_in(submission, Place(file, text.count("\n", 0, found.start()) + 1 if found else None))


def _as_handed_in(submission: Submission, place: Place) -> Place:
    """Return the place in the file that the student knows; a notebook has cells, and no lines of its own."""
    name, table = submission.lines.get(Path(place.file).name, ("", ()))
    if not name:
        return place
    at = table[place.line - 1] if place.line is not None and place.line <= len(table) else None
    return Place(name, at[1] if at is not None and not name.endswith(".ipynb") else None)


def _count_lines(folder: Path, file: str) -> int:
    text = _read(folder, file)
    return 0 if text is None else text.count("\n") + 1


def _read(folder: Path, file: str) -> str | None:
    """Return the start of a regular file that lies in the folder; None for everything else."""
    if not _NAME.fullmatch(file):
        return None
    try:  # neither a link out of the folder nor a pipe that never answers
        opened = os.open(
            folder / file, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        )
    except (OSError, ValueError):
        return None
    try:
        content = os.read(opened, _MOST_BYTES) if stat.S_ISREG(os.fstat(opened).st_mode) else None
    finally:
        os.close(opened)
    if content is None:
        return None
    return content.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")
