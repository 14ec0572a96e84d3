"""The whole comparison on one screen: install, measure, attack, show. `python -m tests.peers --help`."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from importlib.metadata import version as installed
from pathlib import Path

from rich.console import Console

from tests.peers.attacking import SECONDS, attack_names, verdict, write_attacks
from tests.peers.environments import NotInstalled, prepare, version
from tests.peers.graders.asking import ROOT, Command, Grader, Plan
from tests.peers.graders.check50 import Check50
from tests.peers.graders.nbgrader import Nbgrader
from tests.peers.graders.otter import Otter
from tests.peers.graders.ours import Ours
from tests.peers.graders.plain import Gradescope, Pytest
from tests.peers.measured import Per, Row
from tests.peers.measuring import run
from tests.peers.report import make_tables, print_tables, write_markdown
from tests.peers.scratch import Scratch
from tests.peers.submissions import RIGHT, write_submissions

PEERS = {"otter": Otter, "nbgrader": Nbgrader, "check50": Check50, "gradescope": Gradescope, "pytest": Pytest}
PAGE = ROOT / "docs" / "peers.md"
MOST = sum(len(names) for names in RIGHT.values())


def main() -> int:
    """Run the comparison and return its exit code: 1 where an attack earned something from ours, 3 where ours does not run."""
    options = _parse()
    os.chdir(ROOT)
    console = Console(width=None if sys.stdout.isatty() else 150, highlight=False)
    about = _about(options)
    console.print("\n".join(about), style="dim")
    scratch = Scratch(ROOT / "out" / "peers")
    graders: dict[str, Grader] = {"ours": Ours()}
    rows = {"ours": Row("ours")}
    for name in options.only or PEERS:
        console.print(f"setting up {name} ...", style="dim")
        rows[name] = _set_up(name, graders, scratch.environments)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    right, wrong = write_submissions(scratch.fresh("submissions"), options.submissions)

    floor = Row(
        "bare script", "import torch and make the calls, nothing around", "the same, all in one process"
    )
    floor.right, floor.wrong = [None] * len(right), [None] * len(wrong)
    calls = _measure(graders, rows, floor, scratch, (right, wrong), options.rounds, cores, console)
    if not options.no_attacks:
        _attack(graders, rows, scratch, cores, console)

    if "ours" not in graders:
        console.print(f"peers: {rows['ours'].missing}: nothing to compare with", style="red")
        return 3
    tables = make_tables(rows, floor, calls)
    print_tables(tables, console)
    if not options.no_page:
        PAGE.write_text(write_markdown(tables, about), encoding="utf-8")
        console.print(f"written to {PAGE.relative_to(ROOT)}", style="dim")
    gained = [name for name, said in rows["ours"].attacks.items() if said.startswith(("FULL", "gains"))]
    return 1 if gained else 0


def _set_up(name: str, graders: dict[str, Grader], environments: Path) -> Row:
    """Return the row of a peer, which is among the graders then, unless it cannot be installed."""
    try:
        graders[name] = PEERS[name](prepare(name, environments))
    except NotInstalled as reason:
        return Row(f"{name} {version(name)}", missing=f"not installed: {reason}")
    return Row(graders[name].title)


def _measure(
    graders: dict[str, Grader],
    rows: dict[str, Row],
    floor: Row,
    scratch: Scratch,
    handed_in: tuple[list[Path], list[Path]],
    rounds: int,
    cores: int,
    console: Console,
) -> Per:
    """Fill in costs and points, one round after the other, and return what the student's calls take."""
    right, wrong = handed_in
    calls: list[dict[str, float]] = []
    _warm_up(graders, rows, scratch, right[0], cores, console)
    for number in range(rounds):
        turn = list(graders)[number % len(graders) :] + list(graders)[: number % len(graders)]
        first = right[number % len(right)]
        calls += _add_floor(floor, scratch, first, [*right, *wrong])
        for name in turn:
            console.print(f"round {number + 1} of {rounds}: {name} ...", style="dim")
            grader, row = graders[name], rows[name]
            row.alone.append(run(grader.plan([first], scratch.fresh(name), cores)))
            place = scratch.fresh(name)
            plan = grader.plan([*right, *wrong], place, cores)
            row.class_.append(run(plan))
            row.side_by_side = cores if name == "ours" else min(plan.jobs, len(plan.commands))
            shares = grader.shares([*right, *wrong], place, row.class_[-1].codes)
            row.right, row.wrong = shares[: len(right)], shares[len(right) :]
        calls += _add_floor(floor, scratch, first, [*right, *wrong])  # before and after: machines drift
    return Per(
        sum(one["wall"] for one in calls) / len(calls), sum(one["cpu"] for one in calls) / len(calls), 0.0
    )


def _add_floor(floor: Row, scratch: Scratch, first: Path, files: list[Path]) -> list[dict[str, float]]:
    """Run the bare script on one submission and on all, and return what the calls of each took."""
    out = scratch.fresh("bare") / "calls.json"
    floor.alone.append(run(_bare([first], out)))
    floor.class_.append(run(_bare(files, out)))
    told: list[dict[str, float]] = json.loads(out.read_text(encoding="utf-8"))
    return told


def _warm_up(
    graders: dict[str, Grader],
    rows: dict[str, Row],
    scratch: Scratch,
    file: Path,
    cores: int,
    console: Console,
) -> None:
    """Run each once without counting it, so that files are in memory; who has no result is left out, and it is said."""
    run(_bare([file], scratch.fresh("bare") / "calls.json"))
    for name, grader in list(graders.items()):
        console.print(f"trying {name} ...", style="dim")
        rows[name].alone_by, rows[name].class_by = grader.alone_by, grader.class_by
        place = scratch.fresh(name)
        try:
            codes = run(grader.plan([file], place, cores)).codes
            reason = "" if grader.shares([file], place, codes) != [None] else f"exit code {codes[0]}"
        except RuntimeError as error:  # what has to be laid out before it can grade
            reason = str(error).splitlines()[0]
        if reason:
            rows[name].missing = f"no result for a right submission: {reason}"
            del graders[name]


def _attack(
    graders: dict[str, Grader], rows: dict[str, Row], scratch: Scratch, cores: int, console: Console
) -> None:
    """Fill in what each attack gains; all graders get it at the same time, since nothing is timed."""
    control: dict[str, float | None] = {}
    for name, file in zip(attack_names(), write_attacks(scratch.fresh("attacks"))):
        console.print(f"attack {name} ...", style="dim")
        places = {grader: scratch.fresh(grader) for grader in graders}
        plans = {grader: asked.plan([file], places[grader], cores) for grader, asked in graders.items()}
        commands = [plan.commands[0] for plan in plans.values()]
        codes = run(Plan(commands, len(commands)), seconds=SECONDS).codes
        for (grader, asked), code in zip(graders.items(), codes):
            share = asked.shares([file], places[grader], [code])[0] if code is not None else None
            control.setdefault(grader, share)
            rows[grader].attacks[name] = verdict(share, control[grader], ended=code is not None)


def _bare(files: list[Path], out: Path) -> Plan:
    words = [sys.executable, "-m", "tests.peers.bare", *map(str, files), "--out", str(out)]
    return Plan([Command(words, ROOT)])


def _about(options: argparse.Namespace) -> list[str]:
    """Return when, on what and how this is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    measured = (
        f"Measured by `python -m tests.peers --submissions {options.submissions} --rounds {options.rounds}` on "
        f"{datetime.date.today().isoformat()}: {os.cpu_count()} cores, {memory:.0f} GB of memory, Python "
        f"{platform.python_version()}, torch {installed('torch').partition('+')[0]}, load {load:.1f} at the start."
    )
    alike = (
        "All graders get the same files, nets and pictures, checks that make the same calls, and one thread for each "
        "process. Rounds are interleaved, numbers are medians: trust ratios, and those of a quiet machine."
    )
    return [measured, alike]


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.peers", description="Other autograders beside ours."
    )
    parser.add_argument(
        "--submissions",
        type=int,
        default=MOST,
        metavar="N",
        help=f"right ones, and as many wrong ones ({MOST})",
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="of measurements (3)")
    parser.add_argument("--only", action="append", choices=PEERS, help="this peer beside ours; repeatable")
    parser.add_argument("--no-attacks", action="store_true", help="measure only")
    parser.add_argument("--no-page", action="store_true", help="leave docs/peers.md as it is")
    options = parser.parse_args()
    if not 1 <= options.submissions <= MOST or options.rounds < 1:
        parser.error(f"--submissions takes a number from 1 to {MOST}, --rounds one from 1 on")
    return options


if __name__ == "__main__":
    sys.exit(main())
