"""Put attacks together as submissions: a file or a folder of `attacks/`, what git cannot hold, and what lies around."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ATTACKS = HERE / "attacks"
HONEST = HERE / "honest"

ZEROS = """import torch


def compute_saliency_maps(X, y, model):
    return torch.zeros(len(X), *X.shape[2:])
"""


def attack_names() -> list[str]:
    """Return the names of all attacks in alphabetical order."""
    written = [path.stem for path in ATTACKS.iterdir() if path.suffix == ".py" or path.is_dir()]
    return sorted({name for name in written if not name.startswith("__")} | set(BUILT))


def assemble(name: str, into: Path, places: Mapping[str, Any]) -> Path:
    """Make the submission of an attack.

    Args:
        name: of the attack.
        into: an existing folder.
        places: what the attack is told about its surroundings.

    Returns:
        The submission's folder.
    """
    folder = into / name
    folder.mkdir()
    if name in BUILT:
        folder = BUILT[name](folder, places)
    elif (ATTACKS / name).is_dir():
        shutil.copytree(ATTACKS / name, folder, dirs_exist_ok=True)
    else:
        shutil.copy(ATTACKS / f"{name}.py", folder / "saliency.py")
    shutil.copy(HERE / "surroundings.py", folder)
    (folder / "places.json").write_text(json.dumps(places), "utf-8")
    return folder


def links_to_the_solution(folder: Path, places: Mapping[str, Any]) -> Path:
    """Hands in a symbolic link to the solution in the place of a file."""
    (folder / "saliency.py").symlink_to(places["solution"])
    return folder


def links_to_files(folder: Path, places: Mapping[str, Any]) -> Path:
    """Reads and writes what its symbolic links lead to: files, folders, and the root of everything."""
    for what in ("gradebook", "private", "neighbour", "file"):
        (folder / f"link-{what}").symlink_to(places[what])
    (folder / "root").symlink_to("/")
    program = """import os

from surroundings import PLACES, attempt

HERE = os.path.dirname(os.path.abspath(__file__))
for what in ("gradebook", "private", "neighbour"):
    attempt(f"reading the {what} by a link", lambda what=what: open(f"{HERE}/link-{what}", "rb").read()[-200:])
    attempt(f"reading the {what} by the root", lambda what=what: open(f"{HERE}/root{PLACES[what]}", "rb").read()[-200:])
try:
    open(f"{HERE}/link-file", "a").write("x")  # where the link is not there, this makes a file of its own
except OSError as error:
    print(error)
"""
    (folder / "saliency.py").write_text(program + ZEROS, "utf-8")
    return folder


def hard_link_to_a_neighbour(folder: Path, places: Mapping[str, Any]) -> Path:
    """Changes another submission by a hard link to its file."""
    os.link(places["file"], folder / "helper.py")
    program = """import os

FILE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "helper.py")
for change in (lambda: open(FILE, "a").write("x"), lambda: os.truncate(FILE, 0), lambda: os.chmod(FILE, 0o777)):
    try:
        change()  # what the link leads to is looked at from outside
    except OSError as error:
        print(error)
"""
    (folder / "saliency.py").write_text(program + ZEROS, "utf-8")
    return folder


def name_with_a_newline(folder: Path, _places: Mapping[str, Any]) -> Path:
    """Has names, of the folder and of files, that hold newlines, CI commands, HTML and terminal escapes."""
    folder = folder / "evil\n::error::30 of 30\x1b[2J"
    folder.mkdir()
    odd = "a\n::error::x<script>\x1b[31m"
    (folder / f"{odd}.py").write_text("def fail():\n    raise ValueError('x')\n", "utf-8")
    program = f"""import importlib


def compute_saliency_maps(X, y, model):
    importlib.import_module({odd!r}).fail()
"""
    (folder / "saliency.py").write_text(program, "utf-8")
    return folder


def pipe_as_source(folder: Path, _places: Mapping[str, Any]) -> Path:
    """Holds a pipe and an endless device under the names of Python files, for whoever looks into all of them."""
    (folder / "saliency.py").write_text(ZEROS, "utf-8")
    os.mkfifo(folder / "helper.py")
    os.mkfifo(folder / "gradcam.py")
    (folder / "zero.py").symlink_to("/dev/zero")
    return folder


def huge_source(folder: Path, _places: Mapping[str, Any]) -> Path:
    """Hands in a file of two gigabytes that takes no room on the disk."""
    with open(folder / "saliency.py", "wb") as file:
        file.truncate(2 << 30)
    return folder


def deep_source(folder: Path, _places: Mapping[str, Any]) -> Path:
    """Hands in source that is nested so deeply that reading it overflows the stack of C."""
    text = (
        ZEROS
        + "\nx = "
        + "(" * 90
        + "1"
        + ")" * 90
        + "\ny = "
        + "-" * 100_000
        + "1\nz = 1"
        + " + 1" * 50_000
        + "\n"
    )
    (folder / "saliency.py").write_text(text + "w = lambda: " * 3000 + "0\n", "utf-8")
    return folder


BUILT: dict[str, Callable[[Path, Mapping[str, Any]], Path]] = {
    build.__name__: build
    for build in (
        links_to_the_solution,
        links_to_files,
        hard_link_to_a_neighbour,
        name_with_a_newline,
        pipe_as_source,
        huge_source,
        deep_source,
    )
}
