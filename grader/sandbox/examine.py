"""Lock a process in that runs no student's code, and tell which layers hold: what `python -m grader doctor` asks for.

It takes the road that workers take, in a tenth of a second, since it needs no torch.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from typing import Any

from grader.sandbox.bubblewrap import wrap
from grader.sandbox.cgroup import MemoryGroup, machine_memory
from grader.sandbox.confine import confine
from grader.sandbox.environment import ROOT, clean_environment
from grader.sandbox.layers import BUBBLEWRAP, CGROUP, SWITCHED_OFF, Lacking, Layer, from_plain
from grader.sandbox.nursery import Nursery
from grader.sandbox.scratch import choose_root, remove

_SECONDS = 30.0
_CPU_SECONDS = 60


def examine(without: frozenset[str] = frozenset()) -> tuple[Layer, ...]:
    """Return each layer as a worker on this machine would find it.

    Args:
        without: layers that are left out.

    Raises:
        Lacking: if none could be tried.
    """
    try:
        return (*_layers_within(wrap, without), _cgroup(without))
    except _DidNotStart:
        return (*_layers_within(_refuse, without), _cgroup(without))


class _DidNotStart(Lacking):
    """The process that should lock itself in said nothing."""


def _refuse(*_: object) -> list[str]:
    raise Lacking("Python does not start in it")


def _layers_within(wrap_in: Callable[..., list[str]], without: frozenset[str]) -> tuple[Layer, ...]:
    """Return what a process that locks itself in tells, inside bubblewrap unless that is refused."""
    scratch = choose_root()
    environment = clean_environment(scratch)
    plan: dict[str, Any] = {"scratch": str(scratch), "without": sorted(without), "reasons": {}}
    start: list[str] = []
    try:
        if BUBBLEWRAP not in without:
            start = wrap_in(environment, scratch, None)
    except Lacking as lacking:
        plan["reasons"][BUBBLEWRAP] = str(lacking)
    plan["wrapped"] = bool(start)
    if not start:
        scratch.mkdir(mode=0o700)
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.sandbox.examine import tell; "
        f"tell({plan!r})"
    )
    try:
        ended = subprocess.run(
            [*start, sys.executable, "-I", "-c", program],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _DidNotStart(f"the process that should lock itself in did not start ({error})") from None
    finally:
        remove(scratch)
    if ended.returncode:
        raise _DidNotStart("the process that should lock itself in did not start")
    return from_plain(json.loads(ended.stdout))


def tell(plan: Mapping[str, Any]) -> None:
    """Lock a child of this process in and print its layers as JSON."""
    nursery = Nursery(plan, None)
    place = nursery.place()
    pid = os.fork() if sys.platform == "linux" else 0
    if pid == 0:
        layers = confine(place, _CPU_SECONDS)
        print(json.dumps([layer.to_plain() for layer in layers]), flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
    nursery.close()


def _cgroup(without: frozenset[str]) -> Layer:
    """Return whether this process could put workers into a group of their own."""
    if CGROUP in without:
        return Layer(CGROUP, False, SWITCHED_OFF)
    sleeper = None
    try:
        group = MemoryGroup(machine_memory() * 3 // 4)
        sleeper = subprocess.Popen([sys.executable, "-I", "-c", "input()"], stdin=subprocess.PIPE)
        return group.enter(sleeper.pid)
    except Lacking as lacking:
        return Layer(CGROUP, False, str(lacking))
    finally:
        if sleeper is not None:
            sleeper.kill()
            sleeper.wait()
            group.close()
