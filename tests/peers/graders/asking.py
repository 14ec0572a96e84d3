"""What all graders have in common: commands to run, and a share of the points to read afterwards."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

ROOT = Path(__file__).resolve().parents[3]
FORMATS = ROOT / "tests" / "peers" / "formats"
COURSE = ROOT / "tests" / "peers" / "course"


@dataclass(frozen=True, slots=True)
class Command:
    """One process to start.

    Attributes:
        words: the program and its arguments.
        folder: that it is started in.
        more: environment variables beside those of the benchmark.
    """

    words: Sequence[str]
    folder: Path
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """How to grade some submissions.

    Attributes:
        commands: all that must be run.
        jobs: how many of them at once.
    """

    commands: Sequence[Command]
    jobs: int = 1


def activated(python: Path) -> dict[str, str]:
    """Return what activating a virtual environment sets: its programs are found first."""
    return {"PATH": f"{python.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


class Grader(Protocol):
    """A grader that can be asked.

    Attributes:
        name: as in tables.
        title: with the version.
        alone_by, class_by: what is run, in words, for one submission and for many.
    """

    name: str
    title: str
    alone_by: str
    class_by: str

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Lay out what the grader needs in an empty folder and return what to run; nothing of it is measured.

        Args:
            files: submissions; one alone, or a class.
            place: an empty folder.
            cores: that may be used.
        """

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Return for each file the share of the points that it earned, 1 for all; None where nothing was said.

        Args:
            files, place: as they were planned.
            codes: exit codes of the commands.
        """
