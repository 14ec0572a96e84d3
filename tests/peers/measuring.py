"""Run commands, some at once, and measure all their processes: wall time, processor time, peak memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.peers.graders.asking import COURSE, ROOT, Command, Plan

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_LOOK_FIRST = 0.1  # seconds; what lives shorter than that holds no torch
_LOOK_EVERY = 0.5  # in the end: looking takes a processor some milliseconds for each process that holds torch


@dataclass(frozen=True, slots=True)
class Cost:
    """What some commands took together.

    Attributes:
        wall: seconds from the first start to the last end.
        cpu: processor seconds, user and system, of all their processes.
        peak_mb: the most memory that they held at one time; what processes share counts once.
        codes: exit code of each command; None where it had to be stopped.
    """

    wall: float
    cpu: float
    peak_mb: float
    codes: tuple[int | None, ...]


def surroundings() -> dict[str, str]:
    """Return the environment variables that every grader gets.

    One thread for all: torch takes all cores where nothing says otherwise, and several such processes at once are many
    times slower; our grader pins its workers by itself.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST"))}
    kept |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return kept | {"MPLBACKEND": "Agg", "PYTHONPATH": f"{ROOT}{os.pathsep}{COURSE}"}


def run(plan: Plan, *, seconds: float | None = None) -> Cost:
    """Run a plan's commands to their end and return what they took.

    A process that nobody waited for is adopted by this one (Linux) and counted; one that outlives its command is ended.

    Args:
        plan: what to run.
        seconds: after which what still runs is ended with all its processes.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    waiting, running = list(enumerate(plan.commands))[::-1], {}
    codes: dict[int, int | None] = {}
    began, cpu = time.perf_counter(), 0.0
    overdue = threading.Event()
    with _watching_memory() as peak, _alarm(seconds, overdue):
        while waiting or running:
            while waiting and len(running) < plan.jobs and not overdue.is_set():
                number, command = waiting.pop()
                running[_start(command)] = number
            if overdue.is_set() and not running:
                break
            pid, status, usage = os.wait4(-1, 0)
            cpu += usage.ru_utime + usage.ru_stime
            if pid in running:
                code = os.waitstatus_to_exitcode(status)
                codes[running.pop(pid)] = None if overdue.is_set() else code
        wall = time.perf_counter() - began
        cpu += _reap_the_rest()
    return Cost(wall, cpu, peak[0], tuple(codes.get(number) for number in range(len(plan.commands))))


def _start(command: Command) -> int:
    environment: Mapping[str, str] = surroundings() | command.more
    return subprocess.Popen(
        command.words,
        cwd=command.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ).pid


def _reap_the_rest() -> float:
    """End what is left and return its processor seconds."""
    cpu = 0.0
    while True:
        for pid in descendants(os.getpid()):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            _, _, usage = os.wait4(-1, 0)
        except ChildProcessError:
            return cpu
        cpu += usage.ru_utime + usage.ru_stime


@contextlib.contextmanager
def _alarm(seconds: float | None, overdue: threading.Event) -> Iterator[None]:
    """End all processes after some seconds, again and again until the block is left."""
    done = threading.Event()

    def end() -> None:
        if done.wait(seconds):
            return
        overdue.set()
        while not done.wait(0.2):
            for pid in descendants(os.getpid()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    thread = threading.Thread(target=end, daemon=True)
    if seconds is not None:
        thread.start()
    try:
        yield
    finally:
        done.set()
        if seconds is not None:
            thread.join()


@contextlib.contextmanager
def _watching_memory() -> Iterator[list[float]]:
    """Give a list whose one number is the most MB that this process's descendants held together so far."""
    peak, done = [0.0], threading.Event()

    def look() -> None:
        pause = _LOOK_FIRST
        while not done.wait(pause):
            pause = min(1.2 * pause, _LOOK_EVERY)
            peak[0] = max(peak[0], sum(_held_mb(pid) for pid in descendants(os.getpid())))

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        done.set()
        thread.join()


def descendants(pid: int) -> list[int]:
    """Return the processes that a process started, and those that these started (Linux; elsewhere none)."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def _held_mb(pid: int) -> float:
    """Return the memory of a process, what it shares with n others counted as an nth; 0 where it has ended."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0
