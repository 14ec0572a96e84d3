"""The first message to a worker: what it is for, and the files of the submission as bytes.

A worker gets a copy of the submission in its own folder, made anew each time. So the code can write beside itself, the
student's own folder stays as it was, a link in it leads nowhere, and the worker needs no way to where it lies.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from grader.sandbox.environment import ROOT
from grader.sandbox.handed_in import read_files
from grader.sandbox.wire import Message


def worker_setup(
    folder: Path | None,
    *,
    files: Mapping[str, bytes] | None = None,
    dtype: str = "float32",
    seed: int = 0,
    cpu_seconds: int = 60,
    **course: Any,
) -> Message:
    """Return the first message to a worker.

    Args:
        folder: the submission's; None for a worker that runs models without any student code.
        files: what `read_files` found there, where somebody has looked already.
        dtype: "float32" or "float64".
        seed: of every random number generator.
        cpu_seconds: processor time after which the kernel ends the worker.
        course: `folders`, `places`, `support` and `cuda_on_cpu` as in `grader.checking.submission`, as plain data.
    """
    header: dict[str, Any] = {"folder": None, "dtype": dtype, "seed": seed, "cpu_seconds": cpu_seconds}
    header |= course
    if folder is None:
        return Message(header)
    files = read_files(folder).files if files is None else files
    names = {path: f"s{number}" for number, path in enumerate(files)}
    contents = {names[path]: np.frombuffer(content, np.uint8) for path, content in files.items()}
    return Message(header | {"folder": folder.name, "files": names}, contents)


def empty_setup() -> Message:
    """Return the first message to a worker that is locked in like all others and has no submission."""
    return Message({"folder": "nothing", "files": {}, "dtype": "float32", "seed": 0, "cpu_seconds": 60})


def unpack_files(setup: Message, place: Path) -> Path:
    """Write the submission into a worker's folder and return where it lies there.

    Args:
        setup: as `worker_setup` made it.
        place: the worker's own folder.
    """
    name = setup.header["folder"]
    folder = place / (name if name not in ("", ".", "..") else "submission")
    folder.mkdir()
    for name in setup.header.get(
        "folders", ()
    ):  # one that is empty may be what the code writes its pictures to
        (folder / name).mkdir()
    named = setup.header["files"]
    for parent in {path.rpartition("/")[0] for path in named} - {""}:
        (folder / parent).mkdir(parents=True, exist_ok=True)
    for path, content in named.items():
        with open(f"{folder}/{path}", "wb", 0) as file:  # noqa: PTH123  a third of the time of Path's way
            file.write(setup.arrays[content].data)
    return folder


def settle(folder: Path) -> None:
    """Make a folder this process's own: what it writes by a plain name or to a temporary file lies there."""
    own = folder.parent
    temporary = own / "tmp" if folder.name != "tmp" else own / "temporary"
    temporary.mkdir()
    os.environ.update(HOME=str(own), TMPDIR=str(temporary))
    tempfile.tempdir = None  # what was found out before is forgotten
    os.chdir(folder)
    if str(ROOT) in sys.path:
        sys.path.remove(str(ROOT))  # nothing there is for a submission to import
