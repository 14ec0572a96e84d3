"""Choose where workers come from on this platform."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from grader.errors import Unusable
from grader.sandbox.launch import WarmProcess
from grader.sandbox.spawn import SpawnedWorkers


def open_source(
    wanted: str, weights_folder: Path, jobs: int, *, compiler: bool = True
) -> WarmProcess | SpawnedWorkers:
    """Return a started source of workers.

    Args:
        wanted: "fork", "spawn", or "auto" for the better one that this platform has.
        weights_folder: where the trained nets lie.
        jobs: how many exercises are judged at once.
        compiler: whether forked workers find torch's compiler imported; see `grader.sandbox.libraries`.

    Raises:
        Unusable: if fork is wanted where there is none.
    """
    can_fork = sys.platform == "linux" and hasattr(os, "pidfd_open")
    if wanted == "fork" and not can_fork:
        raise Unusable("workers cannot be forked on this platform; leave out --workers")
    if wanted == "spawn" or not can_fork:
        # judges that are forked have workers of their own, those that are not take turns
        return SpawnedWorkers(weights_folder, ahead=1 if hasattr(os, "fork") else jobs)
    return WarmProcess(weights_folder, compiler=compiler)
