"""The roster: a CSV of whoever takes the course, as any platform writes it."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable

# By how well a column names a student to a person; the words stand in the heads that platforms write.
_NAMES = ("student", "name", "full name", "student name")
_NUMBERS = (
    "id", "sid", "identifier", "student id", "sis user id", "sis login id", "login", "user", "username",
    "id number", "email", "email address", "github", "github username",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Roster:
    """Whoever takes the course.

    Attributes:
        columns: of the CSV, in order.
        rows: one for each student, by column.
    """

    columns: tuple[str, ...] = ()
    rows: tuple[Mapping[str, str], ...] = ()

    def names(self) -> tuple[str, ...]:
        """Return a name for each row that no other has."""
        parts = [(_first(row, _NAMES) or _whole_name(row), _first(row, _NUMBERS)) for row in self.rows]
        often = Counter(name for name, _ in parts)
        return tuple(
            name if name and often[name] == 1 else " ".join(filter(None, (name, number and f"({number})")))
            for name, number in parts
        )

    def find(self, words: Sequence[str]) -> int | None:
        """Return which row a student is in, None where no row has one of the words, or several have.

        Args:
            words: names and numbers by which a platform knows the student, the surest first.
        """
        for word in words:
            wanted = _plain(word)
            rows = [number for number, row in enumerate(self.rows) if wanted and wanted in _words_of(row)]
            if len(rows) == 1:
                return rows[0]
        return None


def read_roster(file: Path) -> Roster:
    """Return what a CSV says.

    Raises:
        Unusable: if it cannot be read, or has no column that names students.
    """
    try:
        text = file.read_bytes().decode("utf-8-sig", "replace")
    except OSError as error:
        raise Unusable(f"the roster {file} cannot be read ({error.strerror})") from None
    head = text.split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    reader = csv.DictReader(io.StringIO(text, newline=""), delimiter=separator, restkey="", restval="")
    columns = tuple(name.strip() for name in reader.fieldnames or () if name)
    known = {*_NAMES, *_NUMBERS, "first name", "last name", "surname"}
    if not any(name.lower() in known for name in columns):
        raise Unusable(
            f"the roster {file} has no column that names students; its first line should hold one of "
            "Name, Student, ID, Email"
        )
    rows = [{key.strip(): str(value).strip() for key, value in row.items() if key} for row in reader]
    told = [row for row in rows if any(row.values()) and not _is_points_possible(row)]
    return Roster(columns, tuple(told))


def _first(row: Mapping[str, str], heads: Sequence[str]) -> str:
    by_head = {key.lower(): value for key, value in row.items()}
    return next((by_head[head] for head in heads if by_head.get(head)), "")


def _whole_name(row: Mapping[str, str]) -> str:
    return " ".join(filter(None, (_first(row, ("first name",)), _first(row, ("last name", "surname")))))


def _words_of(row: Mapping[str, str]) -> set[str]:
    """Return every spelling by which a row's student may be named, such as the local part of an address."""
    heads = {*_NAMES, *_NUMBERS}
    words = {_plain(value) for key, value in row.items() if key.lower() in heads and value}
    words |= {_plain(value.split("@")[0]) for value in row.values() if "@" in value}
    for name in filter(None, (_first(row, _NAMES), _whole_name(row))):
        last, comma, first = name.partition(",")
        if not comma:
            first, _, last = name.rpartition(" ")
        words |= {_plain(f"{first} {last}"), _plain(f"{last}{first}")}
    number = re.fullmatch(r"Participant (\d+)", _first(row, ("identifier",)))
    return words | ({number[1]} if number else set()) - {""}


def _plain(word: str) -> str:
    """Return a name as Canvas writes it into files: lower case, letters and digits only."""
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _is_points_possible(row: Mapping[str, str]) -> bool:
    """Return whether a row is the second line of a Canvas gradebook, which is no student."""
    return next(iter(row.values()), "").strip().lower() == "points possible"
