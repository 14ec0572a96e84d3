"""`python -m grader doctor`: which layers of the wall this machine has, proven how, and what to do for more."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from grader.errors import GraderFault
from grader.sandbox import layers
from grader.sandbox.examine import examine
from grader.sandbox.layers import REQUIRED, Lacking, Layer
from grader.sandbox.sources import switched_off

# What the probe of each layer tries from inside a locked process, and what helps where it does not hold.
_PROBES = {
    layers.BUBBLEWRAP: "looks for a file that exists outside, and for a network",
    layers.LIMITS: "reads its limits back and opens a file too many",
    layers.USER: "asks to be root again, signals its parent, touches a file of root's",
    layers.PRIVILEGES: "looks for a capability that is left",
    layers.LANDLOCK: "reads a file outside, writes to it, lists its folder, binds a TCP port, signals its parent",
    layers.SECCOMP: "forks, runs a program, opens a socket, signals its parent, changes a mode and a time",
    layers.CGROUP: "moves a process into a group and reads the bound back",
}
_REMEDIES = {
    layers.BUBBLEWRAP: "install the package bubblewrap; where namespaces are refused, as in containers, do without",
    layers.LIMITS: "Linux or macOS",
    layers.USER: "grade as root, with Python installed where other users can read it; or do without",
    layers.PRIVILEGES: "Linux",
    layers.LANDLOCK: "Linux 5.13 or newer with Landlock among its security modules (6.12 for all of it)",
    layers.SECCOMP: "Linux on x86-64 or aarch64",
    layers.CGROUP: "grade as root or in a service of its own, with version 2 of control groups; or give fewer --jobs",
}


def main(arguments: Sequence[str]) -> int:
    """Run the command, which takes no arguments, and return 0 where official grading is possible, else 3."""
    argparse.ArgumentParser(prog="python -m grader doctor", description=__doc__).parse_args(arguments)
    return 0 if run_doctor() else 3


def run_doctor(console: Console | None = None) -> bool:
    """Print the table and return whether official grading is possible here.

    Raises:
        GraderFault: if the layers could not be tried.
    """
    console = console or Console(highlight=False)
    try:
        found = examine(switched_off())
    except Lacking as lacking:
        raise GraderFault(str(lacking)) from None
    table = Table(box=SIMPLE_HEAD, header_style="dim")
    for column in ("layer", "here", "proven: a locked process", "what it does, or why not and what helps"):
        table.add_column(column)
    for layer in found:
        here = (
            Text("yes", "green")
            if layer.in_force
            else Text("no", "red" if layer.name in REQUIRED else "yellow")
        )
        table.add_row(layer.name, here, _PROBES[layer.name], _about(layer))
    console.print(table)
    console.print(_verdict(found))
    return not _missing(found)


def _about(layer: Layer) -> str:
    return layer.says if layer.in_force else f"{layer.says}; {_REMEDIES[layer.name]}"


def _missing(found: Sequence[Layer]) -> list[str]:
    """Return the layers that official grading needs and this machine has not."""
    in_force = {layer.name for layer in found if layer.in_force}
    return [name for name in REQUIRED if name not in in_force]


def _verdict(found: Sequence[Layer]) -> Text:
    missing = _missing(found)
    if missing:
        return Text(
            f"not for official grades: --require-isolation refuses without {' and '.join(missing)}; "
            "grading your own work needs none of this"
        )
    return Text("good for official grades: --require-isolation will grade here")
