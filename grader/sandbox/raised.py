"""An exception of the student's as plain data: its type, its text, and the student's own lines it passed through."""

from __future__ import annotations

import linecache
import os
import traceback
from pathlib import Path
from typing import Any

_LONGEST = 2000  # letters of its text
_MOST_FRAMES = 8  # the innermost


def describe_raised(error: BaseException, folder: Path | None) -> dict[str, Any]:
    """Return an exception's type, message, frames in the submission, and whether it was raised there itself.

    Args:
        error: what was raised.
        folder: the submission's; its name is left out of the message, since it is another place each time.
    """
    here = str(folder)
    frames = [
        _frame(frame.filename, frame.lineno, frame.line, frame.name)
        for frame in traceback.extract_tb(error.__traceback__)
        if frame.filename.startswith(here + os.sep)
    ]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append(_frame(error.filename, error.lineno, error.text, ""))
    try:
        message = str(error)
    except Exception:
        message = ""
    innermost = traceback.extract_tb(error.__traceback__)[-1:]
    return {
        "type": type(error).__name__,
        "message": message.replace(here + os.sep, "")[:_LONGEST],
        "frames": frames[-_MOST_FRAMES:],
        "own": bool(innermost) and innermost[0].filename.startswith(here + os.sep),
    }


def _frame(filename: str, line: int | None, code: str | None, function: str) -> dict[str, Any]:
    return {
        "file": Path(filename).name,
        "line": line,
        "code": (code or "").strip(),
        "function": function,
        **_around(filename, line or 0),
    }


def _around(filename: str, line: int) -> dict[str, Any]:
    """Return the lines around one, read here, where nothing can be read that the student's code could not read."""
    first = max(1, line - 3)
    return {
        "first": first,
        "around": [text[:200] for text in linecache.getlines(filename)[first - 1 : line + 2]],
    }
