"""Write files into a folder that holds nothing else; a list of what was written makes it safe to do so again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from grader.errors import Unusable

LIST = "made-by-grader.json"
_PROGRAMS = ("setup.sh", "run_autograder")  # what is run as it is


def write_folder(files: Mapping[str, bytes], folder: Path, command: str, root: Path) -> None:
    """Write files, and remove what the same command wrote before and would not write now.

    Args:
        files: by their path within the folder.
        folder: new, empty, or made by the same command and not changed since.
        command: stands in the list of what was written.
        root: the course's folder, in whose parts nothing is written.
    Raises:
        Unusable: if the folder holds something else, or cannot be written to.
    """
    try:
        _demand_apart(folder, root)
        before = _written_before(folder, command)
        _demand_unchanged(folder, before, files)
        for path, content in files.items():
            _write(folder, path, content)
        for path in before:
            if path not in files:
                (folder / path).unlink(missing_ok=True)
        _write(folder, LIST, list_of(files, command))
    except OSError as error:
        raise Unusable(f"{folder} cannot be written to: {error}; choose another folder") from None


def list_of(files: Mapping[str, bytes], command: str) -> bytes:
    """Return the list of what a command wrote, as JSON."""
    sums = {path: _sum(content) for path, content in sorted(files.items())}
    return (json.dumps({"made by": command, "files": sums}, indent=1) + "\n").encode("utf-8")


def is_program(path: str) -> bool:
    """Return whether a file is to be run."""
    return path in _PROGRAMS


def _demand_apart(folder: Path, root: Path) -> None:
    place = folder.resolve()
    parts = [root / name for name in ("assignment", "docs", "fixtures", "grader", "reference", "tests")]
    if place == root or root.is_relative_to(place) or any(place.is_relative_to(part) for part in parts):
        raise Unusable(f"{folder} is a part of the course itself; choose a folder of its own")


def _written_before(folder: Path, command: str) -> dict[str, str]:
    """Return what the command wrote there, none where the folder is new or empty."""
    if folder.exists() and not folder.is_dir():
        raise Unusable(f"{folder} is a file; choose a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return {}
    try:
        known = json.loads((folder / LIST).read_text("utf-8"))
        written = {str(path): str(digest) for path, digest in known["files"].items()}
        made_by = known["made by"]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        made_by, written = None, {}
    if made_by != command:
        raise Unusable(
            f"{folder} holds files that `{command}` did not write; choose a new folder, or empty this one"
        )
    for path in written:
        if not (folder / path).resolve().is_relative_to(folder.resolve()):
            raise Unusable(f"{folder / LIST} names {path!r}, which lies elsewhere; choose a new folder")
    return written


def _demand_unchanged(folder: Path, before: Mapping[str, str], files: Mapping[str, bytes]) -> None:
    """Refuse to write over what somebody has worked on, or has put there."""
    for path in {**before, **files}:
        there = folder / path
        if not there.exists():
            continue
        if path not in before or (not there.is_file()) or _sum(there.read_bytes()) != before[path]:
            raise Unusable(f"{there} was changed since it was written; choose a new folder")


def _write(folder: Path, path: str, content: bytes) -> None:
    there = folder / path
    there.parent.mkdir(parents=True, exist_ok=True)
    if not there.parent.resolve().is_relative_to(folder.resolve()):
        raise Unusable(f"{there.parent} leads elsewhere; choose a new folder")
    there.write_bytes(content)
    there.chmod(0o755 if is_program(path) else 0o644)


def _sum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
