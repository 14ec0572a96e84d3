"""What each student has written, function by function, less what everybody was given."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from grader.class_page.pieces import Piece, code_of, cut, defined, parse_code
from grader.class_page.records import Student

LOOSE = "outside of functions"
_SOURCES = (".py", ".ipynb")
_LEAST_STATEMENTS = 3  # of a function that is compared; there is one way to write a shorter one


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
class Unit:
    """A function of one student's, or what stands outside of functions.

    Attributes:
        file: that it stands in; text: digest of that file's bytes.
        function: its name.
        statements: how many it has.
    """

    file: str
    text: bytes
    function: str
    statements: int

    @property
    def where(self) -> str:
        """File and function."""
        return f"{self.file}: {self.function}"


def read_units(students: Sequence[Student], handout: Handout) -> dict[str, dict[bytes, Unit]]:
    """Return what each student has written by its digests, which are the same for code that is the same up to names."""
    read = _Reader(handout)
    return {student.name: _units(student.sources, read, handout) for student in students}


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


def _units(sources: Mapping[str, str], read: _Reader, handout: Handout) -> dict[bytes, Unit]:
    units: dict[bytes, Unit] = {}
    for file, text in sources.items():
        digest = _hash(text)
        if PurePath(file).suffix in _SOURCES and digest not in handout.texts:
            for piece in _large(read.pieces(file, text)):
                units[piece.digest] = Unit(PurePath(file).name, digest, piece.name or LOOSE, piece.statements)
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
    return [piece for piece in (*functions, together) if piece.statements >= _LEAST_STATEMENTS]


def _hash(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
