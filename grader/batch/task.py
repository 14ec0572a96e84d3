"""What is to be graded, and the key that says whether it has been: a hash of all that a result depends on."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import platform
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.batch.handed_in import HandedIn
from grader.exercises import TABLE, Exercise
from grader.language import spoken
from grader.options import Options
from grader.reading.gather import LARGEST_NOTEBOOK, walk

_GRADER = Path(__file__).resolve().parents[1]
_NO_PART_IN_RESULTS = (  # changed, they change no result
    "batch",
    "class_page",
    "doctor.py",
    "handout",
    "pack",
    "reports",
    "watching",
)
_LIBRARIES = ("torch", "torchvision", "numpy", "matplotlib", "pytest", "hypothesis")


@dataclass(frozen=True, slots=True)
class Task:
    """One submission that is to be graded.

    Attributes:
        key: of its result.
        name: what messages call it.
        files: where each lies and its name; see `HandedIn`.
    """

    key: str
    name: str
    files: tuple[tuple[Path, str], ...]


def make_task(one: HandedIn, digest: str, about: Mapping[str, str]) -> Task:
    """Return what is to be done for a submission.

    Args:
        digest: of its files.
        about: all else that its result depends on, by `describe`.
    """
    names = [
        Path(one.submission).name,
        one.remark if digest == _MISSING else "",
    ]  # a package is named by its folder
    key = hashlib.sha256(json.dumps([digest, *names, sorted(about.items())]).encode()).hexdigest()
    return Task(key, one.submission, one.files)


def describe(options: Options, exercises: Sequence[Exercise], seal: str) -> dict[str, str]:
    """Return what results depend on beside the submission: each part's hash, by its name.

    Args:
        options: of the command line.
        exercises: that are graded.
        seal: of the fixtures.
    """
    asked = [
        [exercise.name for exercise in exercises],
        str(options.course),
        options.seconds,
        options.audience,
        options.require_isolation,
        "html" in options.formats,
        spoken(),
    ]
    return {
        "grader": _hash_of_grader(),
        "fixtures": seal,
        "points": hashlib.sha256(TABLE.read_bytes()).hexdigest(),
        "options": hashlib.sha256(json.dumps(asked).encode()).hexdigest(),
        "libraries": " ".join(
            [platform.python_version(), *(importlib.metadata.version(name) for name in _LIBRARIES)]
        ),
    }


_MISSING = hashlib.sha256(b"missing").hexdigest()


def digest_of(files: Sequence[tuple[Path, str]]) -> str:
    """Return a hash of the files that were handed in, their names and contents; debris does not count."""
    digest = hashlib.sha256()
    for name, path in sorted(_files(files)):
        try:
            size = path.stat().st_size
            content = path.read_bytes() if size <= LARGEST_NOTEBOOK else b"too large to be read"
        except OSError:
            size, content = -1, b""
        digest.update(json.dumps([name, size]).encode() + b"\n" + content)
    return digest.hexdigest() if any(path.exists() for path, _ in files) else _MISSING


def _files(files: Sequence[tuple[Path, str]]) -> Iterator[tuple[str, Path]]:
    """Yield the name and the place of each file, those of folders included."""
    for path, name in files:
        if path.is_dir():
            for inside, _ in walk(path):
                yield f"{name}/{inside.as_posix()}", path / inside
        else:
            yield name or path.name, path


def _hash_of_grader() -> str:
    """Return a hash of the code and tables that make results."""
    digest = hashlib.sha256()
    ours = [path for path in _GRADER.rglob("*") if path.suffix in (".py", ".toml", ".po")]
    inside = [(path.relative_to(_GRADER), path) for path in ours]
    counted = [(name.as_posix(), path) for name, path in inside if name.parts[0] not in _NO_PART_IN_RESULTS]
    counted += [(f"fixtures/{path.name}", path) for path in (_GRADER.parent / "fixtures").glob("*.py")]
    for name, path in sorted(counted):
        if path != TABLE:
            digest.update(f"{name}\n".encode() + path.read_bytes())
    return digest.hexdigest()
