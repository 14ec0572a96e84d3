"""Read the files of a submission: regular files that lie in its folder, and nothing that a link leads to outside."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FILE_BYTES = 12 << 20  # less than a worker may write
TOTAL_BYTES = 24 << 20  # leaves a worker room in its folder
MOST_FILES = 1000
_DEPTH = 8


@dataclass(frozen=True, slots=True)
class HandedIn:
    """A submission's files.

    Attributes:
        files: contents by path in the folder, "/" between its parts.
        left_out: one sentence on each file that a worker will not find.
    """

    files: dict[str, bytes]
    left_out: tuple[str, ...]


def read_files(folder: Path) -> HandedIn:
    """Return the files of a submission; hidden ones and Python's caches are not part of it.

    Programs come first and small files before large ones, until there are `TOTAL_BYTES`.
    """
    found, left_out = _find(folder)
    order = sorted(found, key=lambda file: (not file.path.endswith(".py"), file.size, file.path))
    files: dict[str, bytes] = {}
    room = TOTAL_BYTES
    for file in order:
        content = None
        if file.size <= min(FILE_BYTES, room) and len(files) < MOST_FILES:
            content = _read(file.real, file.size)
            if content is None:
                left_out.append(f"{file.path} cannot be read; check its permissions.")
                continue
        if content is None:
            left_out.append(f"{file.path} is too large to be copied for each check; hand in less.")
            continue
        files[file.path] = content
        room -= len(content)
    return HandedIn(files, tuple(left_out))


@dataclass(frozen=True, slots=True)
class _File:
    """A file found: its path in the folder, the path of what it leads to, and its size in bytes."""

    path: str
    real: str
    size: int


def _find(folder: Path) -> tuple[list[_File], list[str]]:
    """Return the files below a folder and a sentence on each that leads outside."""
    found: list[_File] = []
    seen: dict[tuple[int, int], int] = {}
    links: dict[str, os.stat_result] = {}
    left_out: list[str] = []
    base = os.path.realpath(folder)
    for path, entry in _walk(folder, ""):
        real = os.path.realpath(entry)
        try:
            about = Path(real).stat()
        except OSError:
            continue
        if not stat.S_ISREG(about.st_mode):
            continue
        if not real.startswith(base + os.sep):
            left_out.append(f"{path} is a link to a file outside your folder; hand in the file itself.")
            continue
        if not Path(entry).is_symlink():
            seen[about.st_dev, about.st_ino] = seen.get((about.st_dev, about.st_ino), 0) + 1
        links[path] = about
        found.append(_File(path, real, about.st_size))
    outward = {
        path for path, about in links.items() if about.st_nlink > seen.get((about.st_dev, about.st_ino), 0)
    }
    left_out += [
        f"{path} is a hard link to a file outside your folder; hand in a copy of it." for path in outward
    ]
    return [file for file in found if file.path not in outward], left_out


def _walk(folder: Path, inside: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Return what lies below a folder that is no folder: its path inside, and its path."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith(".") or entry.name == "__pycache__":
            continue
        if not entry.is_dir(follow_symlinks=False):
            yield inside + entry.name, entry.path
        elif depth < _DEPTH:
            yield from _walk(Path(entry.path), f"{inside}{entry.name}/", depth + 1)


def _read(path: str, most: int) -> bytes | None:
    """Return a regular file's bytes, None where it cannot be read."""
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        opened = os.open(path, flags)
    except OSError:
        return None
    with os.fdopen(opened, "rb") as file:
        return file.read(most)
