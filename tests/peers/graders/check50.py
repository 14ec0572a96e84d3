"""check50, run locally with checks from a folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers.environments import version
from tests.peers.graders.asking import FORMATS, Command, Plan


@dataclass(frozen=True, slots=True)
class Check50:
    """It runs checks side by side; a class is quicker with a worker for each submission and submissions side by side."""

    python: Path
    name: str = "check50"
    alone_by: str = "check50 --dev, a worker for each core"
    class_by: str = "check50 --dev with CHECK50_WORKERS=1, as many at once as there are cores"

    @property
    def title(self) -> str:
        """Its name with the version."""
        return f"check50 {version('check50')}"

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Return a run of check50 for each file."""
        checks = shutil.copytree(
            FORMATS / "check50", place / "checks", ignore=shutil.ignore_patterns("__pycache__")
        )
        program = self.python.with_name("check50")
        options = [
            "--dev",
            "--log-level",
            "warning",
            "-o",
            "json",
            "--output-file",
            "results.json",
            str(checks),
        ]
        workers = {"CHECK50_WORKERS": str(cores if len(files) == 1 else 1)}
        commands = []
        for file in files:
            folder = place / file.stem
            folder.mkdir()
            shutil.copy(file, folder / "submission.py")
            commands.append(Command([str(program), *options], folder, workers))
        return Plan(commands, cores)

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Read results.json; check50 has no points, so the share is that of the checks that passed."""
        return [
            _share(place / file.stem / "results.json") if code in (0, 1) else None
            for file, code in zip(files, codes)
        ]


def _share(file: Path) -> float | None:
    try:
        results = json.loads(file.read_text(encoding="utf-8"))["results"]
        return sum(check["passed"] is True for check in results) / len(results)
    except (OSError, ValueError, KeyError, ZeroDivisionError):
        return None
