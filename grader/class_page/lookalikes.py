"""Submissions that look alike: groups of students whose code is the same up to names, for a person to look at.

One pass over all files, one hash per function: the time grows with the amount of code, not with the pairs of students.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.class_page.pieces import Piece, code_of, cut, defined, parse_code
from grader.class_page.records import Student

LEAST_STATEMENTS = 5  # in common; fewer are alike by chance, since a short function has few right answers
_LEAST_IN_A_PIECE = 3
_MANY = (
    20  # students; what so many have, and more than half of the class, was handed out or is the usual answer
)
_SOURCES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True)
class Handout:
    """What every student was given, so that having it in common says nothing.

    Attributes:
        texts: digests of whole files.
        pieces: digests of functions and of other statements, as `cut` makes them.
        names: of functions.
    """

    texts: frozenset[bytes] = frozenset()
    pieces: frozenset[bytes] = frozenset()
    names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Group:
    """Students who have the same code, up to names.

    Attributes:
        students: their names, two or more, in order.
        files: that are the same byte for byte.
        functions: that are the same up to names, as "saliency.py: compute_saliency_maps", those of such files left out.
        statements: how many they have in common.
        weight: the more statements, and the fewer students have them, the larger.
    """

    students: tuple[str, ...]
    files: tuple[str, ...]
    functions: tuple[str, ...]
    statements: int
    weight: float


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """What the comparison found.

    Attributes:
        groups: those that tell most first.
        left_out: functions that more than half of the class has, so that they tell nothing.
    """

    groups: tuple[Group, ...]
    left_out: tuple[str, ...] = ()


def find_lookalikes(students: Sequence[Student], handout: Handout) -> Lookalikes:
    """Return the groups of a class."""
    read = _Reader(handout)
    owned = {student.name: _shared_units(student, read, handout) for student in students}
    owners: dict[bytes, set[str]] = {}
    for name, units in owned.items():
        for digest in units:
            owners.setdefault(digest, set()).add(name)
    usual = {
        digest for digest, names in owners.items() if len(names) >= _MANY and 2 * len(names) > len(students)
    }
    teams = {
        tuple(sorted(names)) for digest, names in owners.items() if len(names) > 1 and digest not in usual
    }
    groups = [_group(team, owned, owners, usual, len(students)) for team in teams]
    left_out = {unit.where for units in owned.values() for digest, unit in units.items() if digest in usual}
    return Lookalikes(
        tuple(
            sorted(
                (group for group in groups if group.statements >= LEAST_STATEMENTS),
                key=lambda group: (-group.weight, group.students),
            )
        ),
        tuple(sorted(left_out)),
    )


def read_handout(folders: Iterable[Path]) -> Handout:
    """Return what the files in some folders hold; what cannot be read is left out."""
    texts: dict[str, str] = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if path.suffix in _SOURCES and path.is_file():
                texts[str(path)] = path.read_text("utf-8", "replace")
    trees = [tree for name, text in texts.items() if (tree := parse_code(code_of(name, text))) is not None]
    names = frozenset(name for tree in trees for name in defined(tree))
    return Handout(
        frozenset(_hash(text) for text in texts.values()),
        frozenset(piece.digest for tree in trees for piece in cut(tree, names)),
        names,
    )


@dataclass(frozen=True, slots=True)
class _Unit:
    """What students may have in common: a file's bytes, or a piece of a file.

    Attributes:
        file: its name; where: what it is called.
        whole: whether it is the file's bytes.
        statements: of a piece; those of a whole file are counted by its pieces.
    """

    file: str
    where: str
    whole: bool
    statements: int


class _Reader:
    """Reads each text once, however many students have handed it in."""

    def __init__(self, handout: Handout) -> None:
        self._handout = handout
        self._read: dict[bytes, tuple[Piece, ...]] = {}

    def pieces(self, name: str, text: str) -> tuple[Piece, ...]:
        """Return the pieces of a file that its writer has written; what is no Python is one piece of its lines."""
        key = _hash(name[-6:] + text)
        if key not in self._read:
            tree = parse_code(code_of(name, text))
            if tree is None:
                lines = [line.split() for line in text.splitlines() if line.strip()]
                found: tuple[Piece, ...] = (Piece("", _hash(repr(lines)), len(lines)),)
            else:
                found = cut(tree, self._handout.names)
            self._read[key] = tuple(piece for piece in found if piece.digest not in self._handout.pieces)
        return self._read[key]


def _shared_units(student: Student, read: _Reader, handout: Handout) -> dict[bytes, _Unit]:
    units: dict[bytes, _Unit] = {}
    for file, text in student.sources.items():
        digest = _hash(text)
        if PurePath(file).suffix not in _SOURCES or digest in handout.texts:
            continue
        pieces = read.pieces(file, text)
        name = PurePath(file).name
        if pieces:
            units[b"file" + digest] = _Unit(name, name, whole=True, statements=0)
        for piece in _large(pieces):
            units[piece.digest] = _Unit(
                name, f"{name}: {piece.name or 'outside of functions'}", False, piece.statements
            )
    return units


def _large(pieces: Sequence[Piece]) -> list[Piece]:
    """Return the functions that are long enough to tell something, and all loose statements as one piece."""
    loose = [piece for piece in pieces if not piece.name]
    together = Piece(
        "",
        _hash("".join(sorted(piece.digest.hex() for piece in loose))),
        sum(piece.statements for piece in loose),
    )
    functions = [piece for piece in pieces if piece.name]
    return [piece for piece in (*functions, together) if piece.statements >= _LEAST_IN_A_PIECE]


def _group(
    team: tuple[str, ...],
    owned: Mapping[str, Mapping[bytes, _Unit]],
    owners: Mapping[bytes, Set[str]],
    usual: set[bytes],
    of: int,
) -> Group:
    """Return a group with all that its students have in common, be it that others have some of it too."""
    members = set(team)
    common = {
        digest: unit
        for digest, unit in owned[team[0]].items()
        if digest not in usual and members <= owners[digest]
    }
    files = sorted(unit.file for unit in common.values() if unit.whole)
    functions = [unit for unit in common.values() if not unit.whole]
    statements = sum(unit.statements for unit in functions)
    return Group(
        students=team,
        files=tuple(files),
        functions=tuple(unit.where for unit in functions if unit.file not in files),
        statements=statements,
        weight=statements * math.log2(1 + of / len(team)),
    )


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
