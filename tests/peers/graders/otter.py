"""otter-grader without containers: `otter run`, and its API for a class."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers.environments import version
from tests.peers.graders.asking import FORMATS, Command, Plan

OURS = FORMATS / "otter"


@dataclass(frozen=True, slots=True)
class Otter:
    """`otter grade` wants Docker and starts a container for each submission; this is otter at its fastest, without."""

    python: Path
    name: str = "otter-grader"
    alone_by: str = "otter run, without its container"
    class_by: str = (
        "otter.api.grade_submission in a loop, a process for each core; otter grade would add containers"
    )

    @property
    def title(self) -> str:
        """Its name with the version."""
        return f"otter-grader {version('otter')}"

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Return `otter run` for one file, and for more the loop in as many processes as there are cores."""
        shutil.make_archive(str(place / "autograder"), "zip", OURS)
        autograder, out = str(place / "autograder.zip"), place / "out"
        out.mkdir()
        if len(files) == 1:
            words = ["-m", "otter", "run", "--no-logo", "-a", autograder, "-o", str(out), str(files[0])]
            return Plan([Command([str(self.python), *words], place)])
        loop = [str(self.python), str(OURS / "grade_all.py"), autograder, str(out)]
        shards = [files[first::cores] for first in range(min(cores, len(files)))]
        return Plan([Command([*loop, *map(str, shard)], place) for shard in shards], cores)

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Read results.json of one file, or what the loop wrote."""
        if len(files) == 1:
            return [_share_of_run(place / "out" / "results.json") if list(codes) == [0] else None]
        return [_share_of_loop(place / "out" / f"{file.stem}.json") for file in files]


def _share_of_run(file: Path) -> float | None:
    try:
        tests = json.loads(file.read_text(encoding="utf-8"))["tests"]
        scored = [test for test in tests if "max_score" in test]
        return sum(test["score"] for test in scored) / sum(test["max_score"] for test in scored)
    except (OSError, ValueError, KeyError, TypeError, ZeroDivisionError):
        return None


def _share_of_loop(file: Path) -> float | None:
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
        return told["score"] / told["max_score"]
    except (OSError, ValueError, KeyError, ZeroDivisionError):
        return None
