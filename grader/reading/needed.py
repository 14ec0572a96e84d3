"""Which files of a submission its workers need: a copy of each is made for every check."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

_WORD = re.compile(rb"\w+")


def pick_needed(files: Mapping[str, bytes], graded: Collection[str]) -> dict[str, bytes]:
    """Return the files that what is graded may import or open, and those of which that cannot be told.

    A program, or a folder, is left out where no program that is kept has its name as a word, be it in an import, in a
    path or in a comment. Other files at the top stay.

    Args:
        files: contents by path in the submission, "/" between its parts.
        graded: paths of the programs that define what is graded.
    """
    groups: dict[bytes, list[str]] = {}
    for path in files:
        if path not in graded:
            groups.setdefault(_name(path), []).append(path)
    kept = [path for path in files if path in graded] + groups.pop(b"", [])
    words: set[bytes] = set()
    read = 0
    while read < len(kept):
        for path in kept[read:]:
            if path.endswith(".py"):
                words.update(_WORD.findall(files[path]))
        read = len(kept)
        for name in [name for name in groups if name in words]:
            kept += groups.pop(name)
    return {path: files[path] for path in files if path in set(kept)}


def _name(path: str) -> bytes:
    """Return what a program would call a file by: its folder, or its module; nothing for another file at the top."""
    top, _, rest = path.partition("/")
    if rest:
        return top.encode()
    return top.removesuffix(".py").encode() if top.endswith(".py") else b""
