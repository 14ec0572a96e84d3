"""Unpack a zip archive without trusting it."""

from __future__ import annotations

import lzma
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from grader.errors import Unusable
from grader.language import later, phrase

MOST_ENTRIES = 20_000
MOST_BYTES = 256 << 20  # of all files together, unpacked
MOST_PER_FILE = 32 << 20  # of one file; what is larger is no code and is left out
_CHUNK = 1 << 16

_OUTSIDE = later(
    "{name} holds {entry}, which would be unpacked outside of its folder; pack the folder itself again"
)
_LINK = later("{name} holds {entry}, which is a link; pack the file that it points to")
_ENCRYPTED = later("{name} holds {entry}, which is encrypted; pack it without a password")
_MORE = later("{name} holds {entry}, which unpacks to more than it says; hand in your own files only")

# What operating systems, editors and tools leave in an archive or a folder.
DEBRIS = frozenset(
    ("__MACOSX", ".git", ".svn", ".hg", "__pycache__", ".ipynb_checkpoints", ".idea", ".vscode", ".venv", "venv",
     "env", "node_modules", ".mypy_cache", ".pytest_cache", ".ruff_cache", "site-packages", ".DS_Store", "Thumbs.db",
     "desktop.ini")
)  # fmt: skip


def is_debris(parts: tuple[str, ...]) -> bool:
    """Return whether a path, given by its parts, leads to something that no student wrote."""
    return any(part in DEBRIS or part.startswith("._") for part in parts)


def unpack(archive: Path, folder: Path, *, most: int = MOST_BYTES, nested: bool = True) -> int:
    """Unpack an archive into a folder that does not exist yet, and the archives in it, but not those in these.

    Args:
        archive: a zip file.
        folder: where to.
        most: how many bytes it may unpack to.
        nested: whether archives in the archive are unpacked as well.

    Returns:
        How many bytes it unpacked to.

    Raises:
        Unusable: if the archive is broken, or made to do harm; the sentence names it and the entry.
    """
    name = archive.name
    try:
        with zipfile.ZipFile(archive) as opened:
            entries = opened.infolist()
            _refuse(name, entries, most)
            folder.mkdir(parents=True)
            left = most
            for entry in entries:
                left -= _unpack_one(opened, entry, folder, left, name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        NotImplementedError,
        OverflowError,
        ValueError,
    ) as error:
        raise Unusable(
            phrase(
                "{name} is not a whole zip archive ({why}); was the upload cut off? Pack your files and hand them in "
                "again",
                name=name,
                why=str(error).rstrip(".") or phrase("it ends too early"),
            )
        ) from None
    if nested:
        for inner in sorted(folder.rglob("*.zip")):
            if inner.is_file():
                left -= unpack(inner, inner.with_name(f"{inner.stem} unpacked"), most=left, nested=False)
    return most - left


def _refuse(name: str, entries: list[zipfile.ZipInfo], most: int) -> None:
    """Refuse an archive for what its table of contents says."""
    if len(entries) > MOST_ENTRIES:
        raise Unusable(
            phrase("{name} holds {count} files; hand in your own files only", name=name, count=len(entries))
        )
    total = sum(entry.file_size for entry in entries)
    if total > most:
        raise Unusable(
            phrase(
                "{name} would unpack to {size:.0f} MB, and at most {most} MB are read; hand in your own files only",
                name=name,
                size=total / 2**20,
                most=MOST_BYTES >> 20,
            )
        )
    for entry in entries:
        if _leaves(entry.filename):
            raise Unusable(phrase(_OUTSIDE, name=name, entry=_shown(entry)))
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise Unusable(phrase(_LINK, name=name, entry=_shown(entry)))
        if entry.flag_bits & 1:
            raise Unusable(phrase(_ENCRYPTED, name=name, entry=_shown(entry)))


def _leaves(filename: str) -> bool:
    """Return whether a name points out of the folder that it is unpacked into."""
    plain = filename.replace("\\", "/")
    return (
        plain.startswith("/")
        or ".." in plain.split("/")
        or bool(re.match(r"[A-Za-z]:", plain))
        or "\0" in plain
    )


def _unpack_one(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, folder: Path, left: int, name: str) -> int:
    """Unpack one entry and return its size; the table of contents is not believed."""
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    if not parts or entry.is_dir() or is_debris(parts) or entry.file_size > MOST_PER_FILE:
        return 0
    target = folder.joinpath(*parts)
    size = 0
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with opened.open(entry) as packed, target.open("xb") as plain:
            while chunk := packed.read(_CHUNK):
                size += len(chunk)
                if size > min(left, MOST_PER_FILE):
                    raise Unusable(phrase(_MORE, name=name, entry=_shown(entry)))
                plain.write(chunk)
    except FileExistsError:
        raise Unusable(
            phrase("{name} holds {entry} twice; pack your files again", name=name, entry=_shown(entry))
        ) from None
    except (OSError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error  # without the path it was unpacked to
        raise Unusable(
            phrase(
                "{entry} in {name} cannot be unpacked ({error}); pack your files again",
                entry=_shown(entry),
                name=name,
                error=reason,
            )
        ) from None
    return size


def _shown(entry: zipfile.ZipInfo) -> str:
    name = "".join(letter if letter.isprintable() else "?" for letter in entry.filename)
    return name if len(name) <= 80 else f"{name[:77]}..."
