"""Run a command and measure its whole tree of processes: wall time and processor time."""

from __future__ import annotations

import ctypes
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took.

    Attributes:
        wall: seconds from start to end of the first process.
        cpu: processor seconds, user and system, of it and all its descendants.
        code: its exit code.
        orphans: descendants that nobody had waited for; their seconds are counted as well.
    """

    wall: float
    cpu: float
    code: int
    orphans: int


def run(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end, its output thrown away, and return what it took.

    A process that somebody waits for is counted through its parent. This process adopts the others (Linux), so
    that none escapes.

    Args:
        arguments: the command; it must end all its processes before it ends or soon after.
        environment: of the command, by default this process's own.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    silence = [
        (os.POSIX_SPAWN_OPEN, number, os.devnull, flags, 0)
        for number, flags in ((0, os.O_RDONLY), (1, os.O_WRONLY))
    ]
    began = time.perf_counter()
    pid = os.posix_spawn(arguments[0], arguments, environment or os.environ, file_actions=silence)
    wall, cpu, code, orphans = 0.0, 0.0, 0, -1
    while True:
        try:
            ended, status, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return Cost(wall, cpu, code, orphans)
        cpu += usage.ru_utime + usage.ru_stime
        orphans += 1
        if ended == pid:
            wall, code = time.perf_counter() - began, os.waitstatus_to_exitcode(status)


def grader(*arguments: str) -> list[str]:
    """Return the command that grades the reference, with further arguments."""
    return [sys.executable, "-m", "grader", "reference", *arguments]


def bare(frames: Path, weights: Path) -> list[str]:
    """Return the command that makes the recorded calls without a grader."""
    return [sys.executable, "-m", "tests.bench.bare", str(frames), str(weights)]
