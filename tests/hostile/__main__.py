"""The battery of attacks: `python -m tests.hostile`, or `make hostile`.

python -m tests.hostile                    every attack in every mode that this machine can give
python -m tests.hostile --mode user-bare   in one mode; repeatable
python -m tests.hostile --only fork_bomb   one attack; repeatable
python -m tests.hostile --private DIR      with the replay, which earns everything at home and nothing there
python -m tests.hostile --layers           which attacks succeed when one layer is taken away
python -m tests.hostile --load             50 honest gradings in a row while every core is busy twice over

Ends with 0 where everything held, else with 1. Attacks are bounded by themselves, and aim at what the battery brings.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from tests.hostile.assemble import attack_names
from tests.hostile.battery import Outcome, run_battery
from tests.hostile.modes import MODES, Machine, reason_against, set_up_machine


def main(arguments: Sequence[str]) -> int:
    """Run what the command line asks for."""
    options = _parse(arguments)
    console = Console(soft_wrap=True, highlight=False)
    with set_up_machine() as machine:
        if options.load:
            from tests.hostile.load import run_under_load

            return run_under_load(machine, console, options.gradings)
        if options.layers:
            from tests.hostile.removal import show_what_layers_stop

            return show_what_layers_stop(machine, console, options.only or attack_names())
        return _run_modes(machine, console, options)


def _run_modes(machine: Machine, console: Console, options: argparse.Namespace) -> int:
    outcomes: dict[str, Outcome] = {}
    for mode in MODES:
        if options.mode and mode.name not in options.mode:
            continue
        reason = reason_against(mode, machine)
        if reason is not None:
            console.print(f"{mode.name}: skipped, {reason}", markup=False)
            continue
        console.print(f"{mode.name}: {mode.says} ...", markup=False)
        outcome = run_battery(
            mode, machine, options.only or attack_names(), private=options.private, honest=options.honest
        )
        outcomes[mode.name] = outcome
        console.print(f"  {outcome.isolation}", markup=False, style="dim")
        for trouble in outcome.beside:
            console.print(f"  BESIDE: {trouble}", markup=False, style="red")
    if not outcomes:
        console.print("no mode could be run", style="red")
        return 1
    console.print(draw_table({name: outcome.verdicts for name, outcome in outcomes.items()}))
    for name, outcome in outcomes.items():
        held = sum(verdict == "held" for verdict in outcome.verdicts.values())
        told = f"{name}: {held} of {len(outcome.verdicts)} attacks held"
        console.print(
            told + (f", {len(outcome.beside)} faults beside" if outcome.beside else ""), markup=False
        )
    return 0 if all(outcome.held for outcome in outcomes.values()) else 1


def draw_table(verdicts: Mapping[str, Mapping[str, str]]) -> Table:
    """Return verdicts by column and attack as a table."""
    table = Table(show_lines=False)
    table.add_column("attack", no_wrap=True)
    for name in verdicts:
        table.add_column(name, overflow="fold")
    for attack in next(iter(verdicts.values())):
        table.add_row(attack, *(_cell(column[attack]) for column in verdicts.values()))
    return table


def _cell(verdict: str) -> str:
    colour = "green" if verdict == "held" else "red" if verdict.startswith("LOST") else "yellow"
    return f"[{colour}]{escape(verdict)}[/]"


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.hostile", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--mode", action="append", choices=[mode.name for mode in MODES])
    parser.add_argument("--only", action="append", choices=attack_names(), metavar="NAME")
    parser.add_argument(
        "--honest", type=int, default=3, help="honest submissions among the attacks (default: 3)"
    )
    parser.add_argument(
        "--private",
        type=Path,
        metavar="DIR",
        help="private fixtures, for the replay as well; python -m fixtures build --seed X --out DIR makes them",
    )
    parser.add_argument("--layers", action="store_true", help="take one layer away after the other")
    parser.add_argument(
        "--load", action="store_true", help="grade honest submissions while the machine is busy"
    )
    parser.add_argument("--gradings", type=int, default=50, help="how many, under --load (default: 50)")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
