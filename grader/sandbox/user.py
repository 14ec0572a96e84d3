"""The layer `user`: a worker of root's becomes a spare user that owns nothing but its own folder.

Each worker gets a number of its own, so that workers cannot signal each other or read each other's folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from grader.sandbox.kernel import PR_SET_DUMPABLE, control_process, die_with_parent
from grader.sandbox.layers import Lacking

_FIRST, _COUNT = (
    60_600,
    500,
)  # between what systemd gives to people and what it gives to services, systemd.io/UIDS-GIDS
THREADS = 256  # of one worker; the kernel counts them by user, so only a user of its own can be limited


def spare_user(slot: int) -> int:
    """Return the number of the user that the worker in a slot becomes."""
    return _FIRST + (os.getpid() * 37 + slot) % _COUNT


def why_none(readable: Iterable[Path]) -> str:
    """Return why workers started by this process cannot become another user, "" where they can.

    Args:
        readable: what they have to read.
    """
    if sys.platform != "linux":
        return "only Linux has it"
    if os.geteuid() != 0:
        return "only root can become another user"
    if not any(_holds(line, _FIRST, _COUNT) for line in Path("/proc/self/uid_map").read_text().splitlines()):
        return "this container has no spare users"
    private = next((folder for path in readable if (folder := _private_above(path))), None)
    if private is not None:
        return f"Python lies under {private}, which only its owner can enter; install it elsewhere, or bubblewrap"
    return ""


def lock(user: int) -> str:
    """Become another user, for good."""
    import resource

    parent = os.getppid()
    try:
        resource.setrlimit(resource.RLIMIT_NPROC, (THREADS, THREADS))
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    except OSError as error:
        raise Lacking(f"the kernel refuses another user ({error.strerror})") from None
    control_process(PR_SET_DUMPABLE, 1)  # else /proc/self belongs to root, and honest code looks there
    die_with_parent(parent)
    return f"one of {_COUNT} users without any rights, from {_FIRST} on"  # not which: results are the same each time


def probe(canary: Path) -> None:
    """Raise `Lacking` where something of the former user's is still within reach."""
    if 0 in (*os.getresuid(), *os.getresgid(), *os.getgroups()):
        raise Lacking("a part of this process is still root's")
    attempts: tuple[Callable[[], None], ...] = (
        lambda: os.setresuid(0, 0, 0),
        lambda: os.kill(os.getppid(), 0),
        lambda: os.utime(canary),
    )
    for attempt in attempts:
        try:
            attempt()
        except OSError:
            continue
        raise Lacking("root's processes and files are still within reach")


def _holds(line: str, first: int, count: int) -> bool:
    """Return whether a line of uid_map, "inside outside length", covers some numbers."""
    inside, _, length = map(int, line.split())
    return inside <= first and first + count <= inside + length


def _private_above(path: Path) -> Path | None:
    """Return the folder on the way to a path, or the path, that others may not enter; None where they may."""
    real = Path(os.path.realpath(path))
    for folder in [*reversed(real.parents), real]:
        try:
            mode = folder.stat().st_mode
        except OSError:
            return None
        if not mode & (0o001 if folder.is_dir() else 0o004):
            return folder
    return None
