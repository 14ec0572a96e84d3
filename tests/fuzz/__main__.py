"""Fuzz what reads what others have made: `python -m tests.fuzz`, or `make fuzz`.

python -m tests.fuzz                  ten minutes, shared among all targets
python -m tests.fuzz --seconds 30     as long as that
python -m tests.fuzz --only reply     one target; repeatable

The wire from the worker's side, and the loaders of files. Whatever is drawn, the outcome is an answer or one sentence.
"""

from __future__ import annotations

import argparse
import inspect
import shutil
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings

from fixtures.store import DATA_FOLDER
from tests.fuzz.targets import TARGETS

BATCH = 200  # examples between two looks at the clock


def main(arguments: Sequence[str]) -> int:
    """Fuzz each target for its share of the time; 1 where anything was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--only", action="append", choices=sorted(TARGETS))
    parser.add_argument("--seed", type=int, default=0, help="begin here, to repeat what was found")
    options = parser.parse_args(arguments)
    names = options.only or list(TARGETS)
    return max(fuzz(name, options.seconds / len(names), options.seed) for name in names)


def fuzz(name: str, seconds: float, first: int) -> int:
    """Fuzz one target for some seconds, batch after batch; 1 where something was found, with the way to repeat it."""
    until, number, tried = time.monotonic() + seconds, first, 0
    with tempfile.TemporaryDirectory(prefix="fuzz-") as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        folder = Path(scratch)
        shutil.copytree(DATA_FOLDER, folder, dirs_exist_ok=True)
        while number == first or time.monotonic() < until:
            try:
                tried += run_batch(name, number, folder, until)
            except Exception:
                traceback.print_exc()
                print(f"{name}: FOUND with --only {name} --seed {number}")
                return 1
            number += 1
    print(f"{name}: {tried} examples, nothing found")
    return 0


def run_batch(name: str, number: int, folder: Path, until: float = float("inf"), count: int = BATCH) -> int:
    """Try a batch of examples that follow from a number, and return how many there were."""
    target, drawn = TARGETS[name]
    extra = [folder] if "folder" in inspect.signature(target).parameters else []
    tried = 0

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(data=drawn)
    def attempt(data: bytes) -> None:
        nonlocal tried
        if time.monotonic() < until:
            tried += 1
            target(data, *extra)

    attempt()
    return tried


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
