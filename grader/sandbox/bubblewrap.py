"""The layer `bubblewrap`: the warm process and all its workers in a world of their own, where that can be had.

Files that workers have no business with do not exist in it, not even their names and sizes; there is no network and no
process of anybody else's; and each worker's folder has a size that the kernel keeps. It needs the program `bwrap`
and, for ordinary users, a kernel that gives them namespaces, which most containers refuse.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from grader.sandbox.environment import ROOT
from grader.sandbox.layers import Lacking
from grader.sandbox.readable import WORKER_CODE, readable_by_workers
from grader.sandbox.scratch import FOLDER_BYTES, SLOTS

HIDDEN = ROOT / "grader" / "checks"  # exists outside and must not inside
_SHARED_BYTES = 64 << 20  # of everything in memory that no worker's folder is
_SECONDS = 10.0  # for the trial, which takes a hundredth of one


def wrap(environment: Mapping[str, str], scratch: Path, weights_folder: Path | None) -> list[str]:
    """Return what to put before the command of a Python program of ours, so that it runs inside bubblewrap.

    Args:
        environment: all that it gets.
        scratch: the folder for the workers' own, which is in memory inside.
        weights_folder: where the trained nets lie; None for a program that needs none.

    Raises:
        Lacking: if that cannot be done on this machine.
    """
    if sys.platform != "linux":
        raise Lacking("only Linux has it")
    program = shutil.which("bwrap")
    if program is None:
        raise Lacking("bwrap is not installed")
    start = [program, *_namespaces()]
    _try([*start, "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"])
    variables = [part for name, value in environment.items() for part in ("--setenv", name, value)]
    world = list(_world(scratch, weights_folder, environment))
    return [*start, *world, "--clearenv", *variables, "--chdir", "/", "--"]


def probe(hidden: Path | None) -> str:
    """Return what it does; raise `Lacking` where files or the network are still there.

    Args:
        hidden: a path that exists outside; None outside bubblewrap.
    """
    if hidden is None:
        raise Lacking("not used")
    if os.path.lexists(hidden):
        raise Lacking("files outside can still be seen")
    if [name for _, name in socket.if_nameindex() if name != "lo"]:
        raise Lacking("the network can still be seen")
    return "bubblewrap (no other files, processes, network)"


def _namespaces() -> list[str]:
    """Return the options that make the world; root keeps its users, so that workers can become spare ones."""
    users = [] if os.geteuid() == 0 else ["--unshare-user"]
    others = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    # as the first process, for bubblewrap's own would be left behind for a moment when it ends
    return [*users, *others, "--die-with-parent", "--new-session", "--as-pid-1"]


def _try(start: Sequence[str]) -> None:
    """Raise `Lacking` with bubblewrap's own words where it cannot start anything."""
    harmless = shutil.which("true") or sys.executable
    try:
        tried = subprocess.run(
            [*start, "--", harmless],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Lacking(f"bwrap cannot be run ({type(error).__name__})") from None
    if tried.returncode != 0:
        said = " ".join(tried.stderr.decode("utf-8", "replace").split())
        raise Lacking(f"namespaces are refused here ({said.removeprefix('bwrap: ')[:120]})")


def _world(scratch: Path, weights_folder: Path | None, environment: Mapping[str, str]) -> Iterator[str]:
    """Return the options that say which files there are."""
    yield from ("--proc", "/proc", "--dev", "/dev", "--size", str(_SHARED_BYTES), "--tmpfs", "/tmp")
    yield from ("--size", str(_SHARED_BYTES), "--tmpfs", str(scratch))
    for slot in range(SLOTS):
        yield from ("--size", str(FOLDER_BYTES), "--tmpfs", str(scratch / str(slot)))
    shown = [path for path in readable_by_workers() if path.parts[1] not in ("proc", "dev")]
    shown += [Path(sys.prefix, "pyvenv.cfg"), *_folders_of_links(Path(sys.executable))]
    shown += [ROOT / code for code in WORKER_CODE]
    shown += [] if weights_folder is None else [weights_folder.absolute()]
    shown = [path for path in shown if os.access(path, os.R_OK)]
    parents = {parent for path in shown for parent in path.parents}
    for parent in sorted(parents - {Path("/")}):  # parents come first
        yield from ("--dir", str(parent))  # else nobody but root may pass through some
    for path in dict.fromkeys(shown):
        yield from ("--ro-bind-try", str(path), str(path))
    yield from _font_lists(Path(environment["MPLCONFIGDIR"]), scratch)


def _font_lists(cache: Path, scratch: Path) -> Iterator[str]:
    """Return the options for matplotlib's folder, which must be one that can be written to or it takes another."""
    lists = sorted(cache.glob("fontlist-*.json"))
    if lists:
        yield from ("--size", str(_SHARED_BYTES), "--tmpfs", str(cache))
        for path in lists:
            yield from ("--ro-bind", str(path), str(path))
    elif cache != scratch:
        yield from ("--bind-try", str(cache), str(cache))  # where the list is going to be kept


def _folders_of_links(program: Path) -> Iterator[Path]:
    """Return the folders of a program and of every link on the way to it."""
    path = program.absolute()
    for _ in range(16):
        yield path.parent
        if not os.path.islink(path):  # noqa: PTH114  which asks nothing of folders it may not enter
            return
        path = Path(os.path.normpath(path.parent / path.readlink()))
