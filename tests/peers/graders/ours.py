"""Our own grader: cold, as a student starts it, and a class by `python -m grader batch`."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.commands import COMMANDS
from tests.peers.graders.asking import COURSE, ROOT, Command, Plan

ASSIGNMENT = str(COURSE / "assignment.toml")


@dataclass(frozen=True, slots=True)
class Ours:
    """This repository's grader, with every protection that the machine gives."""

    name: str = "ours"
    title: str = "ours"
    alone_by: str = "python -m grader FILE, exercises side by side"

    @property
    def class_by(self) -> str:
        """What is run for a class."""
        if "batch" in COMMANDS:
            return "python -m grader batch FOLDER: one warm process, submissions side by side"
        return "python -m grader FILE for one after the other, since this checkout has no batch command"

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Return one run for a file, and the batch command for a class."""
        if len(files) > 1 and "batch" in COMMANDS:
            return Plan([Command(batch_words(files, place), ROOT)])
        commands = []
        for file in files:
            out = place / file.stem
            out.mkdir()
            words = [sys.executable, "-m", "grader", str(file), "--course", ASSIGNMENT, "--format", "json"]
            commands.append(Command([*words, "--out", str(out)], ROOT))
        return Plan(commands)

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Read result.json of each, wherever the command puts it."""
        if len(files) > 1 and "batch" in COMMANDS:
            return batch_shares(files, place)
        return [
            _share(place / file.stem / "result.json") if code in (0, 1, 2) else None
            for file, code in zip(files, codes)
        ]


def batch_words(files: Sequence[Path], place: Path) -> list[str]:
    """Return the command that grades a class, whose files are copied into a folder of their own."""
    handed_in = place / "handed_in"
    handed_in.mkdir()
    for file in files:
        shutil.copy(file, handed_in)
    words = [sys.executable, "-m", "grader", "batch", str(handed_in), "--course", ASSIGNMENT]
    return [*words, "--out", str(place / "grades"), "--no-pages"]  # no peer makes pages


def batch_shares(files: Sequence[Path], place: Path) -> list[float | None]:
    """Return what the batch says of each file, through its own export."""
    words = [sys.executable, "-m", "grader", "batch", "export", str(place / "grades"), "--format", "jsonl"]
    subprocess.run([*words, "--to", str(place / "export")], cwd=ROOT, capture_output=True, check=False)
    try:
        lines = (place / "export" / "results.jsonl").read_text(encoding="utf-8").splitlines()
    except OSError:
        return [None for _ in files]
    told = {line["submission"]: line["result"] for line in map(json.loads, lines) if line.get("result")}
    shares = {name: result["score"] / result["max_score"] for name, result in told.items()}
    return [shares.get(file.name) for file in files]


def _share(file: Path) -> float | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return told["score"] / told["max_score"]
    except (OSError, ValueError, KeyError, ZeroDivisionError):
        return None
