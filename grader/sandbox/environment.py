"""The environment that student code sees: built from a list of what it needs, not from what the judge has."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# One thread: an oversubscribed torch is 7 to 500 times slower, and only a single-threaded process can be forked.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")

# Threads sleep while they wait, for students who set more of them than there are free cores: ten gradients of
# SqueezeNet with four threads took 3.5 s on four busy cores in place of more than 100 s, and deadlines go by the wall.
_PATIENT_THREADS = {"OMP_WAIT_POLICY": "passive"}

# Memory is kept for the next tensor when torch frees it, not given back only to be faulted in again. Older C libraries
# take no threshold above 32 MB. Not in large pages: they make a fork cheaper, but where the machine is a guest,
# clearing them cost 3 s a run (`make bench`).
_KEEP_MEMORY = {
    "GLIBC_TUNABLES": "glibc.malloc.mmap_threshold=33554432:glibc.malloc.trim_threshold=1073741824"
}

_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH")


def clean_environment(scratch: Path) -> dict[str, str]:
    """Return the environment of a worker.

    Args:
        scratch: an empty folder that stands in for the home folder and for matplotlib's settings.
    """
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    fonts = os.environ.get("MPLCONFIGDIR") or _matplotlib_cache(scratch)
    return (
        kept
        | ONE_THREAD
        | _PATIENT_THREADS
        | _KEEP_MEMORY
        | {"HOME": str(scratch), "MPLBACKEND": "Agg", "MPLCONFIGDIR": fonts}
    )


def _matplotlib_cache(scratch: Path) -> str:
    """Return the folder whose font list spares the warm process two seconds of looking at every font."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "matplotlib"
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError:
        return str(scratch)
    return str(cache)
