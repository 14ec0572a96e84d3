"""The whole benchmark on one screen: record, measure, print. `python -m tests.bench --help`."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from fixtures.store import DATA_FOLDER
from tests.bench.commands import bare, grader, run
from tests.bench.measures import Checks, Localisation, Opened, Pair, Processes, Watched
from tests.bench.report import (
    print_checks,
    print_localisation,
    print_opened,
    print_pairs,
    print_processes,
    print_watched,
)
from tests.browser import CHROMIUM, seconds_to_open

# One thread for all: the grader pins its workers to one, and several on a busy machine measure the machine.
_ENVIRONMENT = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_ENVIRONMENT["MPLBACKEND"] = "Agg"
_ENVIRONMENT.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules stay, as on anybody's machine
_WATCHED = ("saliency", "gradcam")  # what --watch is measured with


def main() -> int:
    """Run the benchmark and return its exit code: 1 where a limit is not kept."""
    options = _parse()
    asked = ["--fixtures", str(options.fixtures)] if options.fixtures != DATA_FOLDER else []
    asked += ["--all"] if options.all else []
    console = Console(width=100, highlight=False)
    load = " ".join(f"{number:.1f}" for number in os.getloadavg())
    console.print(
        f"{os.cpu_count()} cores, load {load}: trust ratios, they come from runs side by side", style="dim"
    )
    with tempfile.TemporaryDirectory(prefix="bench-") as made:
        folder = Path(made)
        console.print("recording the calls of one run ...", style="dim")
        frames = folder / "frames"
        frames.mkdir()
        _run(grader(*asked, "--quiet", "--record", str(frames)), points=True)

        console.print(
            f"measuring {options.pairs} pairs, {len(list(frames.iterdir()))} calls each ...", style="dim"
        )
        commands = (grader(*asked), bare(frames, options.fixtures / "weights"))
        kept = print_pairs(_measure_pairs(commands, options.pairs), console)

        console.print("measuring checks, one exercise at a time ...", style="dim")
        _run(grader(*asked, "--jobs", "1", "--format", "json", "--out", str(folder)), points=True)
        graded = json.loads((folder / "result.json").read_text("utf-8"))
        main_calls = [sys.executable, "-m", "tests.bench.main_calls", str(options.fixtures), str(frames)]
        alone = json.loads(_run(main_calls))
        kept &= print_checks(
            Checks({check["id"]: check["seconds"] for check in graded["checks"]}, alone), console
        )

        console.print("measuring how soon a save is judged ...", style="dim")
        watching = [sys.executable, "-m", "tests.bench.watching", str(options.fixtures), str(options.pairs)]
        watched = [Watched(**entry) for entry in json.loads(_run([*watching, *_WATCHED]))]
        kept &= print_watched(watched, console)

        if not options.quick:
            console.print("opening the page ...", style="dim")
            _run(grader(*asked, "--format", "html", "--out", str(folder)), points=True)
            kept &= print_opened(_measure_opening(folder, options.pairs), console)

            console.print("measuring processes ...", style="dim")
            seen = json.loads(_run([sys.executable, "-m", "tests.bench.processes", str(options.fixtures)]))
            kept &= print_processes(Processes(**seen), console)

            console.print("measuring where explanations lie ...", style="dim")
            found = json.loads(_run([sys.executable, "-m", "tests.bench.localisation"]))
            kept &= print_localisation([Localisation(**entry) for entry in found], console)
    return 0 if kept else 1


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench",
        description="What grading the reference costs, against a script that makes the same calls and no more.",
    )
    parser.add_argument("--pairs", type=int, default=5, metavar="N", help="of runs to compare (default: 5)")
    parser.add_argument("--quick", action="store_true", help="one pair, nothing on processes and maps")
    parser.add_argument("--all", action="store_true", help="the further exercises as well")
    parser.add_argument("--fixtures", type=Path, default=DATA_FOLDER, metavar="DIR", help="grade with these")
    options = parser.parse_args()
    if options.quick:
        options.pairs = 1
    if options.pairs < 1:
        parser.error("--pairs takes a number from 1 on")
    return options


def _measure_pairs(commands: tuple[list[str], list[str]], count: int) -> list[Pair]:
    """Return pairs of runs one right after the other; every second pair begins with the bare script."""
    pairs = []
    for number in range(count):
        order = (0, 1) if number % 2 == 0 else (1, 0)
        costs = {which: run(commands[which], _ENVIRONMENT) for which in order}
        pairs.append(Pair(costs[0], costs[1]))
    return pairs


def _measure_opening(folder: Path, count: int) -> Opened | None:
    """Return how soon a browser has opened the page in a folder, None where there is no browser."""
    if CHROMIUM is None:
        return None
    page = folder / "result.html"
    seconds = [seconds_to_open(page, folder / "profile") for _ in range(count)]
    return Opened(seconds, page.stat().st_size)


def _run(command: list[str], *, points: bool = False) -> str:
    """Return what a command prints; where it is the grader's, missing points are none of our business."""
    ended = subprocess.run(command, env=_ENVIRONMENT, stdout=subprocess.PIPE, encoding="utf-8", check=False)
    if ended.returncode not in ((0, 1) if points else (0,)):
        sys.exit(f"bench: {' '.join(command)} ended with code {ended.returncode}; see its words above")
    return ended.stdout


if __name__ == "__main__":
    sys.exit(main())
