"""What is to be installed for grading: `requirements.txt` and `constraints.txt`, from the project's own lists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from grader.errors import Unusable
from grader.exercises import read_table

_NOTEBOOKS = "ipykernel"  # what an editor needs to run the chapters' notebooks


def read_requirements(root: Path, *, notebooks: bool = False) -> bytes:
    """Return the text of `requirements.txt`: the ranges of the project, held to its pins.

    Args:
        root: the course's folder.
        notebooks: whether notebooks are to be run, too.
    Raises:
        Unusable: if there is no such list.
    """
    path = root / "pyproject.toml"
    if not path.exists():
        raise Unusable(f"{path} is missing; run this command in a whole copy of the course, not in a handout")
    project: dict[str, Any] = read_table(path)["project"]
    lines = ["--constraint constraints.txt", *project["dependencies"]]
    if notebooks:
        ranges = [line for line in project["optional-dependencies"]["dev"] if _name(line) == _NOTEBOOKS]
        lines += ["", "# for the notebooks", *ranges]
    return ("\n".join(lines) + "\n").encode("utf-8")


def read_constraints(root: Path) -> bytes:
    """Return the text of `constraints.txt`: every version that the course is tested with, without remarks."""
    path = root / "constraints.txt"
    try:
        lines = path.read_text("utf-8").splitlines()
    except OSError as error:
        raise Unusable(
            f"{path} cannot be read ({error.strerror}); run this command in a whole copy of the course"
        ) from None
    pins = [line.split("#")[0].strip() for line in lines]
    return "\n".join(["# every version that the course is tested with", *filter(None, pins), ""]).encode(
        "utf-8"
    )


def _name(requirement: str) -> str:
    """Return the name that a line of requirements begins with."""
    return re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
