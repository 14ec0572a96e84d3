"""Fifty honest gradings in a row while every core is busy twice over: the verdicts must not differ by a point."""

from __future__ import annotations

import os
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from tests.hostile.battery import run_battery
from tests.hostile.modes import MODES, Machine

_BUSY = "while True: pass"


def run_under_load(machine: Machine, console: Console, gradings: int) -> int:
    """Grade honest submissions one after the other under full load; 0 where each got exactly its points."""
    cores = len(os.sched_getaffinity(0))
    mode = next(mode for mode in MODES if mode.name == ("root-bare" if os.getuid() == 0 else "user-bare"))
    with busy(machine, 2 * cores):
        load = os.getloadavg()[0]
        outcome = run_battery(mode, machine, (), honest=gradings, lanes=1)
        load = max(load, os.getloadavg()[0])
    wrong = Counter(fault.partition(":")[0] for fault in outcome.beside)
    for fault in outcome.beside:
        console.print(f"  {fault}", markup=False, style="red")
    console.print(
        f"{gradings - len(wrong)} of {gradings} gradings gave exactly the points deserved, "
        f"one after the other, with {2 * cores} busy processes on {cores} cores (load {load:.0f})",
        markup=False,
    )
    return 1 if outcome.beside else 0


@contextmanager
def busy(machine: Machine, count: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    command = [str(machine.python), "-I", "-S", "-c", _BUSY]
    environment = {"PATH": os.environ.get("PATH", ""), **machine.environment}
    processes = [subprocess.Popen(command, env=environment) for _ in range(count)]
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()
