"""What a worker may read beside its own folder: Python, the libraries, fonts, and what the kernel tells everybody."""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path

from grader.sandbox.environment import ROOT

_SHARED_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts")
_SETTINGS = ("/etc/ld.so.cache", "/etc/localtime", "/usr/share/zoneinfo", "/etc/mime.types")
_DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
_MACHINE = ("/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu")

# What the warm process imports of ours: nothing that knows a right answer.
WORKER_CODE = (
    "grader/__init__.py",
    "grader/sandbox",
    "fixtures/__init__.py",
    "fixtures/analytic.py",
    "fixtures/analytic_vgg.py",
    "fixtures/arguments.py",
    "fixtures/models.py",
    "fixtures/realise.py",
    "fixtures/torchvision_fallback.py",
    "fixtures/weights.py",
)


def readable_by_workers() -> tuple[Path, ...]:
    """Return the folders and files that a worker may read, none of which holds anything of ours."""
    paths = [*libraries(), *map(Path, (*_FONTS, *_SETTINGS, *_DEVICES, *_MACHINE))]
    return (*paths, Path("/proc/self"))


def libraries() -> tuple[Path, ...]:
    """Return the folders of the standard library, of installed packages and of shared libraries."""
    named = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    prefixes = [Path(prefix, "lib") for prefix in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    found = [*map(Path, named), *prefixes, *map(Path, (*_installed(), *_SHARED_LIBRARIES))]
    kept = [path.absolute() for path in found if path.is_dir()]
    return tuple(dict.fromkeys(path for path in kept if not _holds_ours(path)))


def _installed() -> list[str]:
    """Return the folders of installed packages: those that Python looks through after its own library.

    What stands before it, the current folder and PYTHONPATH, is not for workers.
    """
    own = sysconfig.get_path("stdlib")
    after = sys.path[sys.path.index(own) + 1 :] if own in sys.path else []
    return [*site.getsitepackages(), *after]


def _holds_ours(folder: Path) -> bool:
    """Return whether our own files lie in a folder, as they would where a checkout is a folder of packages."""
    return ROOT.is_relative_to(os.path.realpath(folder))
