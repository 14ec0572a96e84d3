"""System calls that Python has no name for, made through the C library."""

from __future__ import annotations

import ctypes
import functools
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS = 1, 4, 38, 39  # prctl(2)


def system_call(number: int, *arguments: int | ctypes.c_void_p | None) -> int:
    """Return what a system call returns.

    Args:
        number: as this machine counts them; see `grader.sandbox.syscalls`.
        arguments: whole numbers, addresses made with `address_of`, or None for no address.

    Raises:
        OSError: if the kernel says no.
    """
    returned: int = _c_library().syscall(ctypes.c_long(number), *map(_as_register, arguments))
    if returned == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return returned


def control_process(option: int, value: int = 0) -> int:
    """Return what prctl(2) returns for an option that takes one number.

    Raises:
        OSError: if the kernel says no.
    """
    zero = ctypes.c_ulong(0)
    returned: int = _c_library().prctl(option, ctypes.c_ulong(value), zero, zero, zero)
    if returned == -1:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return returned


def die_with_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to end this process when its parent ends, and end it now where that has happened.

    A change of user forgets the wish, so it is made again after one. Only Linux knows it; elsewhere nothing is asked.

    Args:
        parent: the process that started this one.
        by: what is sent then.
    """
    if sys.platform == "linux":
        control_process(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        os._exit(1)


def address_of(structure: ctypes.Structure | ctypes.Array[Any]) -> ctypes.c_void_p:
    """Return the address of a structure or an array, which must be kept alive meanwhile."""
    return ctypes.c_void_p(ctypes.addressof(structure))


def _as_register(argument: int | ctypes.c_void_p | None) -> ctypes.c_long | ctypes.c_void_p:
    return ctypes.c_long(argument) if isinstance(argument, int) else argument or ctypes.c_void_p(None)


@functools.cache
def _c_library() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
