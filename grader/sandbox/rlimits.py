"""The layer `limits`: memory, processor time, file size, open files and core dumps, each limited by the kernel."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.sandbox.layers import Lacking

# Above what the warm process holds; 5 VGG pictures at 224x224 with their graph take 0.4 GB.
MEMORY_BYTES = 2 << 30
FILE_BYTES = 16 << 20
OPEN_FILES = 128


def lock(cpu_seconds: int) -> str:
    """Limit this process and return what it is limited to.

    Args:
        cpu_seconds: processor time after which the kernel ends the process; the judge's wall deadline comes first.
    """
    said = []
    for what, (value, says) in _wanted(cpu_seconds).items():
        _set(what, value)
        said += [says] if says else []
    return ", ".join(said)


def probe(cpu_seconds: int) -> None:
    """Raise `Lacking` where a limit is higher than it should be, or can be raised."""
    import resource

    for what, (value, _) in _wanted(cpu_seconds).items():
        _, hard = resource.getrlimit(what)
        if hard == resource.RLIM_INFINITY or hard > value:
            raise Lacking("the kernel does not keep the limits that it was given")
    if sys.platform == "linux":
        _, descriptors = resource.getrlimit(resource.RLIMIT_NOFILE)
        try:
            os.dup2(0, descriptors)
        except OSError:
            return
        raise Lacking(f"more than {descriptors} files could be open")


def _wanted(cpu_seconds: int) -> dict[int, tuple[int, str]]:
    """Return each limit's value and how it is told of."""
    if sys.platform == "win32":
        raise Lacking("Windows has no such limits")
    import resource

    wanted = {
        resource.RLIMIT_CORE: (0, ""),
        resource.RLIMIT_CPU: (cpu_seconds, f"cpu {cpu_seconds} s"),
        resource.RLIMIT_FSIZE: (FILE_BYTES, f"file size {FILE_BYTES >> 20} MB"),
        resource.RLIMIT_NOFILE: (OPEN_FILES, f"{OPEN_FILES} open files"),
    }
    if sys.platform == "linux":
        most = _address_space() + MEMORY_BYTES
        wanted[resource.RLIMIT_AS] = (most, f"memory +{MEMORY_BYTES >> 30} GB")
    return wanted


def _set(what: int, value: int) -> None:
    import resource

    _, hard = resource.getrlimit(what)
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(what, (value, value))
    except (OSError, ValueError) as error:
        raise Lacking(f"the kernel refuses a limit ({error})") from None


def _address_space() -> int:
    """Return the bytes of address space that this process has mapped."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
