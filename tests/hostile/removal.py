"""What each layer of the wall is for: take one away, and see which attacks succeed that did not before."""

from __future__ import annotations

import os
from collections.abc import Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from grader.sandbox.layers import BUBBLEWRAP, LANDLOCK, LIMITS, PRIVILEGES, SECCOMP, USER
from tests.hostile.battery import run_battery
from tests.hostile.modes import MODES, Machine, Mode, reason_against

REMOVED: tuple[tuple[str, ...], ...] = (
    (),
    (LIMITS,),
    (USER,),
    (PRIVILEGES,),
    (LANDLOCK,),
    (SECCOMP,),
    (LANDLOCK, USER),
    (LIMITS, USER, PRIVILEGES, LANDLOCK, SECCOMP),
)


def show_what_layers_stop(machine: Machine, console: Console, attacks: Sequence[str]) -> int:
    """Print a table: layer removed, attacks that now succeed. 1 where nothing is lost with a layer, so that none idles."""
    bare, full = ("root-bare", "root") if os.getuid() == 0 else ("user-bare", "user")
    modes = {mode.name: mode for mode in MODES}
    table = Table("removed", "attacks that now succeed", show_lines=True)
    before: dict[str, str] = {}
    idle = []
    runs = [(bare, removed) for removed in REMOVED]
    if reason_against(modes[full], machine) is None:
        runs += [(full, ()), (full, (BUBBLEWRAP,))]
    for name, removed in runs:
        outcome = run_battery(modes[name], machine, attacks, without=removed, honest=0)
        if not removed:
            before = dict(outcome.verdicts)
        now = {
            attack: verdict for attack, verdict in outcome.verdicts.items() if verdict != before.get(attack)
        }
        if BUBBLEWRAP in removed:
            now |= _sizes(machine, modes[full], removed)
        said = "\n".join(f"{attack}: {verdict}"[:160] for attack, verdict in now.items())
        beside = "\n".join(f"beside: {fault}"[:160] for fault in outcome.beside[:3])
        label = f"{', '.join(removed) or 'nothing'} ({modes[name].says})"
        table.add_row(escape(label), escape("\n".join(filter(None, (said, beside))) or "none"))
        console.print(f"{label}: {len(now)} attacks", markup=False)
        if removed and not now and not outcome.beside:
            idle.append(label)
    console.print(table)
    for label in idle:
        console.print(f"nothing was lost without {label}", markup=False)
    return 1 if idle else 0


def _sizes(machine: Machine, mode: Mode, removed: Sequence[str]) -> dict[str, str]:
    """Return what can be learned of files without reading them, which only bubblewrap hides."""
    outcome = run_battery(mode, machine, ("measures_files",), without=removed, honest=0, count_sizes=True)
    return {name: verdict for name, verdict in outcome.verdicts.items() if verdict != "held"}
