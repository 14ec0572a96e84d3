"""`submission_metadata.yml`, which says whose the folders of a Gradescope export are.

Of the file only three things of each submission are read: its name, its time and its submitters. They stand at fixed
depths, so no YAML library is needed; results and earlier attempts stand deeper and are passed over.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable

FILE = "submission_metadata.yml"

_SUBMISSION = re.compile(r"^['\"]?(\w[\w.-]*?)['\"]?:\s*$")
_FIELD = re.compile(r"^  :?(\w+):\s*(.*)$")
_OF_A_SUBMITTER = re.compile(r"^  (?:- |  )(?:  )?:?(name|sid|email):\s*(.*)$")


@dataclass(frozen=True, slots=True)
class Exported:
    """One submission of an export.

    Attributes:
        folder: its name.
        created_at: when it was handed in, as the export writes it, which sorts by time.
        submitters: name, number and email of each student of the group, "" for what is not known.
    """

    folder: str
    created_at: str
    submitters: tuple[tuple[str, str, str], ...]


def read_export(file: Path) -> list[Exported]:
    """Return the submissions of an export, in the order of its file.

    Raises:
        Unusable: if the file cannot be read or names none.
    """
    try:
        lines = file.read_text("utf-8-sig", "replace").splitlines()
    except OSError as error:
        raise Unusable(f"{file} cannot be read ({error.strerror})") from None
    found: list[Exported] = []
    folder, created, inside = "", "", ""
    people: list[dict[str, str]] = []

    def end() -> None:
        if folder:
            who = tuple(tuple(person.get(name, "") for name in ("name", "sid", "email")) for person in people)
            found.append(Exported(folder, created, who))  # type: ignore[arg-type]

    for line in lines:
        if start := _SUBMISSION.match(line):
            end()
            folder, created, inside, people = start[1], "", "", []
        elif inside == "submitters" and (told := _OF_A_SUBMITTER.match(line)):
            if line.startswith("  - "):
                people.append({})
            if people:
                people[-1][told[1]] = _scalar(told[2])
        elif field := _FIELD.match(line):
            inside = field[1]
            if inside == "created_at":
                created = _scalar(field[2])
    end()
    if not found:
        raise Unusable(f"{file} names no submission; export them from Gradescope again")
    return found


def _scalar(text: str) -> str:
    """Return what a plain or quoted YAML scalar stands for."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == "'":
        return text[1:-1].replace("''", "'")
    if len(text) > 1 and text[0] == text[-1] == '"':
        try:
            return str(json.loads(text))
        except ValueError:
            return text[1:-1]
    return "" if text in ("null", "~") else text
