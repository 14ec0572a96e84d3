"""The layer `cgroup`: one bound on the memory of the warm process and all its workers together.

It needs version 2 of control groups and a group in which this process may make another, as root has on most machines
and services have that were given one of their own.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from grader.sandbox.layers import CGROUP, Lacking, Layer

_HIERARCHY = Path("/sys/fs/cgroup")


class MemoryGroup:
    """A control group of the warm process's own.

    Args:
        most: bytes of memory that all processes in it may use together.

    Raises:
        Lacking: if it cannot be made here.
    """

    def __init__(self, most: int) -> None:
        own = _own_group()
        self._most = most
        self.folder = own / f"grader-{os.getpid()}-{os.urandom(4).hex()}"
        try:
            self.folder.mkdir()
        except OSError as error:
            raise Lacking(f"no group can be made here ({error.strerror})") from None
        try:
            (self.folder / "memory.max").write_text(str(most))
            with contextlib.suppress(OSError):
                (self.folder / "memory.swap.max").write_text("0")
        except OSError:
            self.close()
            raise Lacking("this process's group does not pass on the control of memory") from None

    def enter(self, pid: int) -> Layer:
        """Move a process that was just started into the group, and return what the kernel then says.

        Raises:
            Lacking: if it is not in the group afterwards.
        """
        try:
            (self.folder / "cgroup.procs").write_text(str(pid))
        except OSError as error:
            raise Lacking(f"the process cannot be moved ({error.strerror})") from None
        inside = (self.folder / "cgroup.procs").read_text().split()
        bound = (self.folder / "memory.max").read_text().strip()
        if str(pid) not in inside or not bound.isdigit() or int(bound) > self._most:
            raise Lacking("the kernel does not keep the bound that it was given")
        return Layer(CGROUP, True, f"memory {self._most / (1 << 30):.1f} GB for all workers together")

    def close(self) -> None:
        """Remove the group; it goes when its last process has ended."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()


def machine_memory() -> int:
    """Return the bytes of memory of this machine, 0 where it does not say."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 0


def _own_group() -> Path:
    """Return the folder of this process's group."""
    if sys.platform != "linux":
        raise Lacking("only Linux has it")
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        raise Lacking("this kernel has no control groups") from None
    named = next((line[3:] for line in lines if line.startswith("0::")), None)
    if named is None or not (_HIERARCHY / "cgroup.controllers").is_file():
        raise Lacking("control groups of version 2 are not mounted here")
    return _HIERARCHY / named.lstrip("/")
