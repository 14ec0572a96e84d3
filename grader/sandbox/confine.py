"""Limits that a student worker puts on itself, for good, before it imports the submission.

This is the seam for the kernel's own walls: each layer is a function that returns the word for the protection it
put in force, or None where the platform has none. `confine()` is called once per worker.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

MEMORY_BYTES = (
    2 << 30
)  # above what the warm process holds; 5 VGG pictures at 224x224 with their graph take 0.4 GB
FILE_BYTES = 16 << 20
OPEN_FILES = 256


def confine(cpu_seconds: int) -> list[str]:
    """Limit memory, processor time, file size and open files of this process, and return what is in force.

    Args:
        cpu_seconds: processor time after which the kernel ends the process; the judge's wall deadline comes first.
    """
    if sys.platform == "win32":
        return []
    import resource

    def limit(what: int, value: int) -> None:
        _, hard = resource.getrlimit(what)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(what, (value, value))

    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, FILE_BYTES)
    limit(resource.RLIMIT_NOFILE, OPEN_FILES)
    limit(resource.RLIMIT_CPU, cpu_seconds)
    in_force = [f"cpu {cpu_seconds} s", f"file size {FILE_BYTES >> 20} MB"]
    if sys.platform == "linux":
        limit(resource.RLIMIT_AS, _address_space() + MEMORY_BYTES)
        in_force.append(f"memory +{MEMORY_BYTES >> 30} GB")
    return in_force


def _address_space() -> int:
    """Return the bytes of address space that this process has mapped."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
