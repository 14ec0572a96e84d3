"""Choose where workers come from on this platform."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.errors import Unusable
from grader.sandbox.launch import WarmProcess
from grader.sandbox.layers import NAMES
from grader.sandbox.spawn import SpawnedWorkers


def open_source(
    wanted: str, weights_folder: Path, jobs: int, *, compiler: bool = True, memory: int = 0
) -> WarmProcess | SpawnedWorkers:
    """Return a started source of workers.

    Args:
        wanted: "fork", "spawn", or "auto" for the better one that this platform has.
        weights_folder: where the trained nets lie.
        jobs: how many exercises are judged at once.
        memory: bytes that all forked workers may use together; see `WarmProcess`.
        compiler: whether forked workers find torch's compiler imported; see `grader.sandbox.libraries`.

    Raises:
        Unusable: if fork is wanted where there is none, or `GRADER_WITHOUT` names what is no layer.
    """
    without = switched_off()
    can_fork = sys.platform == "linux" and hasattr(os, "pidfd_open")
    if wanted == "fork" and not can_fork:
        raise Unusable("workers cannot be forked on this platform; leave out --workers")
    if wanted == "spawn" or not can_fork:
        # judges that are forked have workers of their own, those that are not take turns
        return SpawnedWorkers(weights_folder, ahead=1 if hasattr(os, "fork") else jobs, without=without)
    return WarmProcess(weights_folder, compiler=compiler, memory=memory, without=without)


def switched_off() -> frozenset[str]:
    """Return the layers of the wall that `GRADER_WITHOUT` names, commas between them.

    It is read here, in the grading process, before any code of a student's is looked at.

    Raises:
        Unusable: if it names what is no layer.
    """
    named = frozenset(
        name.strip() for name in os.environ.get("GRADER_WITHOUT", "").split(",") if name.strip()
    )
    unknown = sorted(named - set(NAMES))
    if unknown:
        raise Unusable(f"GRADER_WITHOUT names {unknown[0]!r}, but the layers are {', '.join(NAMES)}")
    return named
