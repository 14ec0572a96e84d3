"""What tests share: many submissions graded by one process, a fixtures folder to spoil."""

from __future__ import annotations

import os

# Before anything imports numpy or torch: on a busy machine their threads spend minutes on waiting for each other.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ["GRADER_LANG"] = "en"  # what tests expect is written in English, whatever the machine speaks

import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from fixtures.store import DATA_FOLDER
from grader.sandbox.launch import WarmProcess
from tests.harness import Job, grade_all


@pytest.fixture(scope="session")
def grade_many() -> Callable[[Sequence[Job]], list[dict[str, Any]]]:
    """Grade submissions; call it once per module, since each call imports torch in a process of its own."""
    return grade_all


@pytest.fixture(scope="module")
def needed(request: pytest.FixtureRequest) -> Callable[[str], list[Any]]:
    """The values of a parameter that tests of this module are about to ask for: fewer than all under -k."""

    def values(parameter: str) -> list[Any]:
        specs = [
            getattr(item, "callspec", None) for item in request.session.items if item.path == request.path
        ]
        return list(
            dict.fromkeys(spec.params[parameter] for spec in specs if spec and parameter in spec.params)
        )

    return values


@pytest.fixture(scope="module")
def warm() -> Iterator[WarmProcess]:
    """A warm process that workers can be forked from."""
    with WarmProcess(DATA_FOLDER / "weights") as source:
        source.wait_until_warm()
        yield source


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """A fixtures folder like the shipped one whose files may be spoilt."""
    return shutil.copytree(DATA_FOLDER, tmp_path / "data")


@pytest.fixture
def table(tmp_path: Path) -> Callable[[str], Path]:
    """Write a table of exercises and return where it is."""

    def write(text: str) -> Path:
        path = tmp_path / "exercises.toml"
        path.write_text(text, "utf-8")
        return path

    return write
