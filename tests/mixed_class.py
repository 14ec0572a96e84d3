"""Grade a class of everything at once: `python -m tests.mixed_class [--out GRADES] [--seconds 5]`.

Two hundred submissions: every folder of tests/submissions, every attack of tests/hostile, and honest copies to fill up.
Each honest one must get from the batch exactly what it gets alone, each attack no more than an empty submission, and the
attacks must leave no trace. Ends with 0 where that holds, else with 1 and what differs. GRADES stays, to be looked at.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from grader.batch.store import open_grades
from tests.determinism import PRINT_TIMES, SUBMISSIONS, without_times
from tests.harness import Job, grade_all
from tests.hostile.arena import Arena, open_arena
from tests.hostile.assemble import attack_names

ROOT = Path(__file__).resolve().parents[1]
_OTHER_EACH_TIME = {
    "isolation",
    "protections",
    "submission",
}  # spare users, limits of a busy machine, the path


def main(arguments: Sequence[str]) -> int:
    """Grade the class, then the honest ones alone, and compare."""
    options = _parse(arguments)
    with tempfile.TemporaryDirectory(prefix="mixed-") as made:
        Path(made).chmod(0o755)
        with open_arena(Path(made), ROOT, Path(sys.executable), 0, None) as arena:
            folder = arena.root / "submissions"
            attacks = [name for name in attack_names() if arena.put(name)]
            honest = {name: _hand_in(SUBMISSIONS / name, folder) for name in _names()}
            for number in range(options.number - len(attacks) - len(honest)):
                copy = arena.put(f"honest/full-{number:03}")
                with (copy / "saliency.py").open("a", encoding="utf-8") as file:
                    file.write(f"\n# number {number}\n")
            grades = options.out or arena.root / "graded"
            began = time.monotonic()
            command = [sys.executable, "-m", "grader", "batch", str(folder), "--out", str(grades)]
            subprocess.run([*command, "--timeout", f"{options.seconds:g}"], cwd=ROOT, check=True)
            print(f"{options.number} submissions in {time.monotonic() - began:.0f} s", flush=True)
            jobs = [Job(str(path), seconds=options.seconds) for path in honest.values()]
            alone = dict(zip(honest, grade_all(jobs), strict=True))
            faults = list(_faults(grades, attacks, alone, arena))
    print(*faults, sep="\n")
    print(f"{len(honest)} honest ones as alone, {len(attacks)} attacks: {len(faults)} faults")
    return 1 if faults else 0


def _names() -> list[str]:
    return sorted(path.parent.name for path in SUBMISSIONS.glob("*/expected.json"))


def _hand_in(given: Path, folder: Path) -> Path:
    """Put a folder of tests/submissions, or what is handed in of it, among the class and return where it is."""
    expected = json.loads((given / "expected.json").read_text("utf-8"))
    what = given / expected.get("hand_in", "")
    if what.is_dir():
        return Path(shutil.copytree(what, folder / f"honest-{given.name}", symlinks=True))
    return Path(shutil.copyfile(what, folder / f"honest-{given.name}{what.suffix}"))


def _faults(grades: Path, attacks: Sequence[str], alone: dict[str, Any], arena: Arena) -> Iterator[str]:
    """Yield a line for each thing that is not as it must be."""
    with open_grades(grades) as opened:
        rows = {row.student: row for row in opened.rows()}
    for name, answer in alone.items():
        row = rows[f"honest-{name}"]
        if "sentence" in answer:
            if row.problem is None or row.result is not None:
                yield f"{name}: alone it cannot be used, in the batch it has a result"
            continue
        but = _OTHER_EACH_TIME | ({"prints"} if name in PRINT_TIMES else set())
        if without_times(row.result, but) != without_times(answer["result"], but):
            before, now = answer["result"]["score"], row.result and row.result["score"]
            yield f"{name}: alone {before} points, in the batch {now}, and not all alike"
    full = {row.result["score"] for name, row in rows.items() if name.startswith("honest-full-")}
    if full != {30.0}:
        yield f"the honest copies, each worth 30 points, have {sorted(full)}"
    for name in attacks:
        if (result := rows[name].result) and result["score"] > 0:
            yield f"the attack {name} has {result['score']} points"
    yield from (f"left behind: {trace}" for trace in arena.traces())


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.mixed_class", description=__doc__)
    parser.add_argument("--out", type=Path, metavar="GRADES", help="keep the grades there")
    parser.add_argument("--number", type=int, default=200, metavar="N", help="submissions (default: 200)")
    parser.add_argument(
        "--seconds", type=float, default=5.0, metavar="S", help="that a call may take (default: 5)"
    )
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
