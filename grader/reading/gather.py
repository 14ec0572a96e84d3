"""Copy what was handed in, in whatever wrapping, into a private folder, and list the files that may hold code."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable
from grader.language import phrase
from grader.reading.archive import is_debris, unpack
from grader.reading.notebook import LARGEST_CODE
from grader.reading.trouble import UNREADABLE

MOST_SOURCES = 300
MOST_LOOKED_AT = 50_000
LARGEST_SOURCE = LARGEST_CODE  # bytes of a .py
LARGEST_NOTEBOOK = 64 << 20  # with its pictures
LARGEST_OTHER = 4 << 20
MOST_OTHERS = 200

SOURCES = (".py", ".ipynb")


@dataclass(frozen=True, slots=True)
class Gathered:
    """A private copy of what was handed in.

    Attributes:
        folder: where it lies.
        single: the one file that was handed in, "" for a folder or an archive.
        sources: .py and .ipynb, relative to the folder: those near its top first, then by name.
        notices: one sentence on what was left out.
        unread: one sentence by the name of each file that could not be read.
    """

    folder: Path
    single: str
    sources: tuple[Path, ...]
    notices: tuple[str, ...]
    unread: dict[str, str]


def gather(path: Path, private: Path) -> Gathered:
    """Return a private copy of a folder, a .py, an .ipynb or a .zip.

    Args:
        path: what was handed in; it is not changed.
        private: an empty folder for the copy.

    Raises:
        Unusable: if it is something else, or cannot be unpacked.
    """
    if path.is_dir():
        return _gather_folder(path, private / _package_name(path.resolve().name))
    kind = path.suffix.lower()
    if kind == ".zip":
        unpacked = private / "unpacked" / path.stem
        unpack(path, unpacked)
        return _gather_folder(unpacked, private / _package_name(path.stem))
    if kind in SOURCES:
        copies = private / "submission"
        copies.mkdir()
        unread: dict[str, str] = {}
        _copy(path, copies / path.name, unread)
        return Gathered(copies, path.name, (Path(path.name),), (), unread)
    raise Unusable(
        phrase("{path} is neither a folder nor a .py, .ipynb or .zip file; hand in one of these", path=path)
    )


def _package_name(name: str) -> str:
    return name if name.isidentifier() else "submission"


def _gather_folder(folder: Path, copies: Path) -> Gathered:
    copies.mkdir(parents=True)
    sources: list[Path] = []
    others = left_out = 0
    unread: dict[str, str] = {}
    for relative, size in walk(folder):
        is_source = relative.suffix.lower() in SOURCES
        if is_source and len(sources) < MOST_SOURCES:
            sources.append(relative)
        elif not is_source and others < MOST_OTHERS and size <= LARGEST_OTHER:
            others += 1
        else:
            left_out += is_source
            continue
        (copies / relative).parent.mkdir(parents=True, exist_ok=True)
        _copy(folder / relative, copies / relative, unread)
    too_many = phrase(
        "{folder} holds {count} .py and .ipynb files, of which the {read} nearest to its top were read; hand in your "
        "own files only.",
        folder=folder.name,
        count=len(sources) + left_out,
        read=len(sources),
    )
    ordered = sorted(sources, key=lambda relative: (len(relative.parts), relative.as_posix()))
    return Gathered(copies, "", tuple(ordered), (too_many,) if left_out else (), unread)


def walk(folder: Path) -> Iterator[tuple[Path, int]]:
    """Yield the regular files under a folder and their sizes, level by level; no link is followed out of it."""
    level, seen, top = [Path()], 0, folder.resolve()
    while level:
        below: list[Path] = []
        for inside in level:
            try:
                entries = sorted(os.scandir(folder / inside), key=lambda entry: entry.name)
            except OSError:
                continue
            for entry in entries:
                seen += 1
                if seen > MOST_LOOKED_AT:
                    return
                if is_debris((entry.name,)):
                    continue
                try:
                    if entry.is_symlink() and not Path(entry.path).resolve().is_relative_to(top):
                        continue
                    if entry.is_dir(follow_symlinks=False):
                        below.append(inside / entry.name)
                    elif stat.S_ISREG((found := entry.stat()).st_mode):
                        yield inside / entry.name, found.st_size
                except OSError:
                    continue
        level = below


def _copy(source: Path, target: Path, unread: dict[str, str]) -> None:
    """Copy one file, or note why not."""
    limit = {".py": LARGEST_SOURCE, ".ipynb": LARGEST_NOTEBOOK}.get(source.suffix.lower(), LARGEST_OTHER)
    try:
        if (size := source.stat().st_size) > limit:
            unread[source.name] = phrase(
                "{name} is {size} KB large, and at most {limit} KB are read; is it the right file?",
                name=source.name,
                size=size >> 10,
                limit=limit >> 10,
            )
            return
        shutil.copyfile(source, target)
    except OSError as error:
        unread[source.name] = phrase(UNREADABLE, name=source.name, why=error.strerror)
