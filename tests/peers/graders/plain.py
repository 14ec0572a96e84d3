"""Graders that run once for each submission, in a folder with the submission and the checks: pytest, gradescope-utils."""

from __future__ import annotations

import json
import shutil
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers.environments import version
from tests.peers.graders.asking import FORMATS, Command, Plan


@dataclass(frozen=True, slots=True)
class Pytest:
    """pytest as GitHub Classroom and many courses run it: tests beside the file, a JUnit file as the result."""

    python: Path
    name: str = "pytest"
    alone_by: str = "pytest --junitxml in a folder with the tests and the submission"
    class_by: str = "the same for each submission, as many at once as there are cores"

    @property
    def title(self) -> str:
        """Its name with the version."""
        return f"pytest {version('pytest')}"

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Return a run of pytest for each file."""
        commands = []
        for file in files:
            folder = _lay_out(FORMATS / "pytest", file, place)
            words = [
                str(self.python),
                "-m",
                "pytest",
                "-q",
                "--junitxml=results.xml",
                "-p",
                "no:cacheprovider",
            ]
            commands.append(Command([*words, "--rootdir=."], folder))
        return Plan(commands, cores)

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Read the JUnit files; exit codes other than 0 and 1 mean that pytest itself failed."""
        return [
            _junit_share(place / file.stem / "results.xml") if code in (0, 1) else None
            for file, code in zip(files, codes)
        ]


@dataclass(frozen=True, slots=True)
class Gradescope:
    """gradescope-utils as Gradescope's Python example has it; the container that it starts is not counted."""

    python: Path
    name: str = "gradescope-utils"
    alone_by: str = "run_tests.py of Gradescope's example, without its container"
    class_by: str = "the same for each submission, as many at once as there are cores"

    @property
    def title(self) -> str:
        """Its name with the version."""
        return f"gradescope-utils {version('gradescope')}"

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Return a run of the tests for each file."""
        folders = [_lay_out(FORMATS / "gradescope", file, place) for file in files]
        return Plan([Command([str(self.python), "run_tests.py"], folder) for folder in folders], cores)

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Read results.json, as Gradescope does where run_autograder ends with 0."""
        return [
            _gradescope_share(place / file.stem / "results.json") if code == 0 else None
            for file, code in zip(files, codes)
        ]


def _lay_out(format_folder: Path, file: Path, place: Path) -> Path:
    """Return a folder with the checks of a format and the submission."""
    folder = place / file.stem
    shutil.copytree(format_folder, folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(file, folder / "submission.py")
    return folder


def _junit_share(file: Path) -> float | None:
    try:
        suite = ElementTree.parse(file).getroot().find("testsuite")
    except (OSError, ElementTree.ParseError):
        return None
    if suite is None or int(suite.get("tests", "0")) == 0:
        return None
    lost = sum(int(suite.get(kind, "0")) for kind in ("failures", "errors", "skipped"))
    return 1 - lost / int(suite.get("tests", "0"))


def _gradescope_share(file: Path) -> float | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        tests = told["tests"]
        most = sum(test["max_score"] for test in tests)
        # points of the assignment are what the instructor set in Gradescope, not what the file says
        return told["score"] / most if len(tests) >= 1 else None
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
        return None
