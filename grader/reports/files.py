"""Files of a report: written whole or not at all, and where that cannot be, one sentence."""

from __future__ import annotations

import contextlib
from pathlib import Path

from grader.errors import Unusable
from grader.language import phrase
from grader.result import SubmissionResult


def write_whole(folder: Path, name: str, text: str) -> None:
    """Write a text file in UTF-8: until its last byte is there, an earlier one of its name stays as it was.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    try:
        put_whole(folder / name, text.encode("utf-8", "replace"))  # a lone surrogate has no bytes of its own
    except OSError as error:
        raise _unusable(folder, error) from None


def put_whole(path: Path, content: bytes) -> None:
    """Write a file, and its folder where there is none: until its last byte is there, an earlier one stays as it was.

    Raises:
        OSError: if it cannot be written; nothing of it is left.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(content)
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def write_pictures(result: SubmissionResult, folder: Path) -> None:
    """Write `pictures/<exercise>/<check>.png` for each check that has a picture.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    try:
        for check in result.checks:
            if check.picture is not None:
                picture = folder / "pictures" / f"{check.id}.png"
                picture.parent.mkdir(parents=True, exist_ok=True)
                picture.write_bytes(check.picture)
    except OSError as error:
        raise _unusable(folder, error) from None


def append_line(path: Path, text: str) -> None:
    """Append lines to a file that a platform reads afterwards, in one write.

    Raises:
        Unusable: if the file cannot be written to.
    """
    try:
        with path.open("ab", buffering=0) as file:
            file.write(text.encode("utf-8", "replace"))
    except OSError as error:
        raise Unusable(phrase("{path} cannot be written to ({why})", path=path, why=error.strerror)) from None


def _unusable(folder: Path, error: OSError) -> Unusable:
    return Unusable(
        phrase("{folder} cannot be written to ({why}); give another --out", folder=folder, why=error.strerror)
    )
