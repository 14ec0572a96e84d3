"""How soon after a save the verdict is there under --watch, in pairs with the bare cost of the exercise's calls.

Run as `python -m tests.bench.watching FIXTURES PAIRS EXERCISE...`; prints JSON. The file is saved as editors do, by a
temporary file that takes its name, with one more comment, so that everything is judged again. The clock stops when
the line with the total has arrived.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import IO

from tests.bench.commands import bare, grader
from tests.bench.measures import Watched

_REFERENCE = Path("reference")
_TOTAL = re.compile(r"total ([\d.]+) of ([\d.]+) ")
_BARE = re.compile(r"raised, ([\d.]+) s")


def main(fixtures: Path, pairs: int, exercises: list[str]) -> None:
    """Measure each exercise by itself and print the seconds."""
    measured = []
    with tempfile.TemporaryDirectory(prefix="bench-watching-") as made:
        for exercise in exercises:
            folder = Path(made) / exercise / "reference"  # which is what its modules import each other by
            shutil.copytree(_REFERENCE, folder, ignore=shutil.ignore_patterns("variants", "__pycache__"))
            frames = Path(made) / f"frames-{exercise}"
            frames.mkdir()
            options = ["--fixtures", str(fixtures), "-e", exercise]
            recording = grader(*options, "--quiet", "--record", str(frames))
            subprocess.run(recording, check=True, stdout=subprocess.DEVNULL)
            measured.append(
                asdict(_measure(exercise, folder, options, bare(frames, fixtures / "weights"), pairs))
            )
    print(json.dumps(measured))


def _measure(exercise: str, folder: Path, options: list[str], command: list[str], pairs: int) -> Watched:
    watch = [sys.executable, "-u", "-m", "grader", str(folder), *options, "--watch"]
    seconds: list[float] = []
    calls: list[float] = []
    with subprocess.Popen(watch, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            _wait_for(process.stdout, "watching ")
            _save(folder / f"{exercise}.py", "once, to warm up")
            _wait_for(process.stdout, "total ")
            for number in range(pairs):
                if number % 2:
                    calls.append(_bare_seconds(command))
                began = time.perf_counter()
                _save(folder / f"{exercise}.py", f"save {number}")
                _wait_for(process.stdout, "total ")
                seconds.append(time.perf_counter() - began)
                if not number % 2:
                    calls.append(_bare_seconds(command))
        finally:
            process.terminate()
    return Watched(exercise, seconds, calls)


def _save(file: Path, comment: str) -> None:
    partial = file.with_name(f".{file.name}.partial")
    partial.write_text(f"{file.read_text('utf-8')}# {comment}\n", "utf-8")
    partial.replace(file)


def _wait_for(told: IO[str], start: str) -> None:
    for line in told:
        if line.startswith(start):
            if (points := _TOTAL.match(line)) and points[1] != points[2]:
                sys.exit(f"the reference lost points: {line}")
            return
    sys.exit(f"python -m grader --watch ended before it said {start!r}")


def _bare_seconds(command: list[str]) -> float:
    """Return what the calls take in a script of their own, without its imports."""
    ended = subprocess.run(command, stdout=subprocess.PIPE, encoding="utf-8", check=True, env=os.environ)
    found = _BARE.search(ended.stdout)
    assert found, ended.stdout
    return float(found[1])


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
