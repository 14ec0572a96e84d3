"""The layer `landlock`: the kernel's own list of what a process may open, for processes without any privilege.

Files: reading what is listed, writing in the worker's own folder, nothing else. As far as the kernel's version goes
also no TCP, no signal to a process outside, no abstract socket outside. A rule holds for a place in the tree of
folders, so a link that leads out of it leads nowhere.

Source: https://docs.kernel.org/userspace-api/landlock.html, ABI 1 to 7.
"""

from __future__ import annotations

import ctypes
import os
import socket
import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from grader.sandbox.kernel import PR_SET_NO_NEW_PRIVS, address_of, control_process, system_call
from grader.sandbox.layers import Lacking

_CREATE, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION_FLAG, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_CHAR, _MAKE_DIR, _MAKE_REG, _MAKE_SOCK, _MAKE_FIFO, _MAKE_BLOCK, _MAKE_SYM = (
    1 << bit for bit in range(6, 13)
)
_REFER, _TRUNCATE, _IOCTL_DEV = 1 << 13, 1 << 14, 1 << 15
_FILES_OF_ABI = {1: _REFER - 1, 2: (_REFER << 1) - 1, 3: (_TRUNCATE << 1) - 1, 4: (_TRUNCATE << 1) - 1}
_FILES = (_IOCTL_DEV << 1) - 1  # from ABI 5 on
_TCP = 0b11  # bind, connect: ABI 4
_SCOPES = 0b11  # abstract sockets, signals: ABI 6

_READ = _READ_FILE | _READ_DIR
_OWN = (
    _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _MAKE_SYM | _REFER | _TRUNCATE
)
_OF_FILES = (
    _READ_FILE | _WRITE_FILE | _TRUNCATE | _EXECUTE | _IOCTL_DEV
)  # rights that a rule on a file may hold


class _Attributes(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _Rule(ctypes.Structure):  # the kernel reads 12 bytes, without the padding at the end
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """Return the kernel's version of Landlock.

    Raises:
        Lacking: if it has none.
    """
    if sys.platform != "linux":
        raise Lacking("only Linux has it")
    try:
        return system_call(_CREATE, None, 0, _VERSION_FLAG)
    except OSError as error:
        raise Lacking(f"this kernel has none, or it is switched off ({error.strerror})") from None


def lock(readable: Iterable[Path], own: Path) -> str:
    """Let this process read what is listed and write in its own folder, and return what else it may no longer do."""
    abi = version()
    if len(list(Path("/proc/self/task").iterdir())) != 1:  # the rules would hold for this thread alone
        raise Lacking("this process has more than one thread already")
    handled = _FILES_OF_ABI.get(abi, _FILES)
    attributes = _Attributes(handled, _TCP if abi >= 4 else 0, _SCOPES if abi >= 6 else 0)
    size = 24 if abi >= 6 else 16 if abi >= 4 else 8
    try:
        control_process(PR_SET_NO_NEW_PRIVS, 1)  # which the kernel asks of ordinary users
        ruleset = system_call(_CREATE, address_of(attributes), size, 0)
        for path in readable:
            _allow(ruleset, path, _READ & handled)
        _allow(ruleset, Path(os.devnull), (_READ_FILE | _WRITE_FILE) & handled)
        _allow(ruleset, own, _OWN & handled)
        system_call(_RESTRICT_SELF, ruleset, 0)
        os.close(ruleset)
    except OSError as error:
        raise Lacking(f"the kernel refuses its rules ({error.strerror})") from None
    scopes = ["files", *(["TCP"] if abi >= 4 else []), *(["signals", "abstract sockets"] if abi >= 6 else [])]
    return f"landlock {abi} ({', '.join(scopes)})"


def probe(canary: Path, own: Path, said: str) -> None:
    """Raise `Lacking` where something that must be refused is not.

    Args:
        canary: a file outside, of this same user's.
        own: the worker's folder, which it must be able to write to.
        said: what `lock` returned.
    """
    for attempt in (
        canary.read_bytes,
        lambda: list(canary.parent.iterdir()),
        lambda: canary.write_bytes(b""),
    ):
        if _succeeds(attempt):
            raise Lacking("a file outside could still be opened")
    inside = own / ".probe"
    if not _succeeds(lambda: inside.write_bytes(b"")) or not _succeeds(inside.unlink):
        raise Lacking("the worker's own folder cannot be written to")
    if "signals" in said and _succeeds(lambda: os.kill(os.getppid(), 0)):
        raise Lacking("a process outside could still be signalled")
    if "TCP" in said:
        with socket.socket() as tcp:
            if _succeeds(lambda: tcp.bind(("127.0.0.1", 0))):
                raise Lacking("TCP could still be used")


def _allow(ruleset: int, path: Path, allowed: int) -> None:
    """Add a rule for a path, none where there is nothing."""
    try:
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(opened).st_mode):
            allowed &= _OF_FILES
        rule = _Rule(allowed, opened)
        system_call(_ADD_RULE, ruleset, _PATH_BENEATH, address_of(rule), 0)
    finally:
        os.close(opened)


def _succeeds(attempt: object) -> bool:
    """Return whether an attempt is not refused; any refusal but the kernel's counts as success."""
    assert callable(attempt)
    try:
        attempt()
    except PermissionError:
        return False
    return True
