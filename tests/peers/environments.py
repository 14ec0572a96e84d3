"""A virtual environment for each peer, from the package index, with pinned versions; made once.

What submissions and checks import (`requirements/course.txt`, torch above all) is linked from the environment that runs
this, where it has the very version that is pinned, and installed like the rest where it has not. So the peers run the
same torch as our grader does, five environments take little room, and no peer sees a package that it did not ask for.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

REQUIREMENTS = Path(__file__).parent / "requirements"
_READY = ".ready"


class NotInstalled(Exception):
    """An environment could not be made; says why, in one line."""


def prepare(name: str, folder: Path) -> Path:
    """Return the interpreter of a peer's environment, which is made where it is missing or out of date.

    Args:
        name: of a file of `requirements/`, such as "otter".
        folder: that the environments lie in.
    Raises:
        NotInstalled: if the package index, or the disk, does not give what is asked for.
    """
    course, own = pins(REQUIREMENTS / "course.txt"), pins(REQUIREMENTS / f"{name}.txt")
    key = hashlib.sha256(repr((platform.python_version(), sys.prefix, course, own)).encode()).hexdigest()[:8]
    place = folder / f"{name}-{key}"
    python = place / "bin" / "python"
    if (place / _READY).exists():
        return python
    shutil.rmtree(place, ignore_errors=True)
    _call([sys.executable, "-m", "venv", str(place)])
    linkable = [pin for pin in course if _is_here(pin)]
    wanted = [*own, *(pin for pin in course if pin not in linkable)]
    _call(
        [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps", *wanted]
    )
    (packages,) = place.glob("lib/python*/site-packages")
    for pin in linkable:
        _link(pin.partition("==")[0], packages)
    (place / _READY).touch()
    return python


def pins(file: Path) -> list[str]:
    """Return the lines of a requirements file, each "name==version".

    Raises:
        ValueError: if a line is not pinned.
    """
    lines = [line.partition("#")[0].strip() for line in file.read_text(encoding="utf-8").splitlines()]
    loose = [line for line in lines if line and not re.fullmatch(r"[\w.-]+==[\w.]+", line)]
    if loose:
        raise ValueError(f"{file.name} must pin every package with ==, and does not pin {', '.join(loose)}")
    return [line for line in lines if line]


def version(name: str) -> str:
    """Return the version of a peer, the first line of its requirements."""
    return pins(REQUIREMENTS / f"{name}.txt")[0].partition("==")[2]


def _is_here(pin: str) -> bool:
    """Return whether this environment has that version; "2.13.0+cpu" is a build of 2.13.0."""
    name, _, wanted = pin.partition("==")
    try:
        found = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return False
    return found.partition("+")[0] == wanted


def _link(name: str, packages: Path) -> None:
    """Lay links to everything that a distribution installed into another site-packages."""
    distribution = importlib.metadata.distribution(name)
    for top in sorted({file.parts[0] for file in distribution.files or ()} - {"..", "__pycache__"}):
        if not (packages / top).exists():
            (packages / top).symlink_to(Path(str(distribution.locate_file(top))).absolute())


def _call(command: Sequence[str]) -> None:
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode != 0:
        told = [line for line in (ended.stderr or ended.stdout).splitlines() if "rror" in line]
        raise NotInstalled((told or [f"{command[0]} ended with code {ended.returncode}"])[-1].strip()[:200])
