"""Run a notebook as Jupyter does, in a kernel of its own, with a folder of answers as its working folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
LONGEST_CELL = 300  # seconds, on a machine that does much else


@dataclass(frozen=True)
class Run:
    """What a notebook shows after it ran.

    Attributes:
        text: all that was printed, and every value shown as text.
        errors: "name: value" of each error that is shown, and all that went to stderr.
        pictures: how many PNGs are shown.
    """

    text: str
    errors: list[str]
    pictures: int


def lay_out(folder, modules, source="reference"):
    """Write a student's folder: the solved modules, or the stubs, under the names that the notebooks import."""
    folder.mkdir(exist_ok=True)
    for module in modules:
        text = (ROOT / source / f"{module}.py").read_text("utf-8")
        (folder / f"{module}.py").write_text(re.sub(r"from reference\.", "from ", text))
    shutil.copy(ROOT / "assignment/imaging.py", folder)
    for provided in (ROOT / "assignment").glob("*.py"):
        if "NotImplementedError" not in provided.read_text("utf-8"):
            shutil.copy(provided, folder)
    return folder


def run_notebook(path, folder):
    """Run all cells with a folder as the working folder; the course lies elsewhere and is found by PYTHONPATH.

    In a process of its own, because a kernel's sockets and loops leave warnings, which fail a test here.

    Raises:
        AssertionError: if a cell fails; with what it said.
    """
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    ended = subprocess.run(
        [sys.executable, "-m", "tests.notebook_runs", path, folder],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 0, ended.stderr
    outputs = [output for cell in nbformat.reads(ended.stdout, 4).cells for output in cell.get("outputs", [])]
    return Run(
        text="".join(
            output.get("text", "") + output.get("data", {}).get("text/plain", "") for output in outputs
        ),
        errors=[
            f"{output.ename}: {output.evalue}" if output.output_type == "error" else output.text
            for output in outputs
            if output.output_type == "error" or output.get("name") == "stderr"
        ],
        pictures=sum("image/png" in output.get("data", {}) for output in outputs),
    )


def main(path, folder):
    """Write the notebook with its outputs to stdout; the first cell that fails ends it with an error."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=LONGEST_CELL, resources={"metadata": {"path": folder}}).execute()
    print(nbformat.writes(notebook))


if __name__ == "__main__":
    main(*sys.argv[1:])
