"""Hand submissions to the real grader, many at a time, and remember what was said, so that a run can be resumed."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reference.strip import PROVIDED
from tests.harness import ROOT, Job, grade_all

CHECKS = ROOT / "grader" / "checks"
MANIFEST = ROOT / "fixtures" / "data" / "manifest.json"
AT_ONCE = 60  # submissions of one process: few enough that little is lost when it is stopped


@dataclass(frozen=True, slots=True)
class Submission:
    """A file that a student might hand in.

    Attributes:
        module: its name, without ".py".
        source: its text; it imports nothing but what is handed out.
        exercises: what it is graded in.
    """

    module: str
    source: str
    exercises: tuple[str, ...]


def ask(
    submissions: Sequence[Submission],
    cache: Path,
    keep: Callable[[Any], Any],
    *,
    seconds: float,
    until_failure: bool,
) -> list[Any]:
    """Return what the grader says of each submission.

    Args:
        submissions: to be graded, each in a folder with what is handed out.
        cache: file of what is known, written after every batch. A submission is not graded again until its text, a
            check of its exercises or the fixtures change.
        keep: of the answer of `tests.harness`, what is remembered and returned.
        seconds: deadline of one call.
        until_failure: see `tests.harness.Job`.
    """
    known = json.loads(cache.read_text("utf-8")) if cache.is_file() else {}
    keys = [key_of(submission) for submission in submissions]
    unknown = [number for number, key in enumerate(keys) if key not in known]
    for start in range(0, len(unknown), AT_ONCE):
        batch = unknown[start : start + AT_ONCE]
        answers = _grade([submissions[number] for number in batch], seconds, until_failure)
        known |= {keys[number]: keep(answer) for number, answer in zip(batch, answers, strict=True)}
        cache.parent.mkdir(parents=True, exist_ok=True)
        cache.write_text(json.dumps(known, indent=0), "utf-8")
        print(f"{cache.stem}: graded {start + len(batch)} of {len(unknown)}", file=sys.stderr, flush=True)
    return [known[key] for key in keys]


def key_of(submission: Submission) -> str:
    """Return what an answer depends on, as one hash: the text, the checks of its exercises, the fixtures."""
    files = [*(CHECKS / f"test_{name}.py" for name in submission.exercises), MANIFEST]
    parts = [submission.source.encode(), *(file.read_bytes() for file in files)]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _grade(submissions: Sequence[Submission], seconds: float, until_failure: bool) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="submissions-") as scratch:
        jobs = []
        for number, submission in enumerate(submissions):
            folder = Path(scratch, str(number))
            folder.mkdir()
            (folder / f"{submission.module}.py").write_text(submission.source, "utf-8")
            for name in PROVIDED:
                shutil.copy(ROOT / "assignment" / f"{name}.py", folder)
            jobs.append(Job(str(folder), submission.exercises, seconds, until_failure=until_failure))
        return grade_all(jobs)
