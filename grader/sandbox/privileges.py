"""The layer `privileges`: no capability of root's is left, and no program that is run could bring one back."""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

from grader.sandbox.kernel import (
    PR_GET_NO_NEW_PRIVS,
    PR_SET_NO_NEW_PRIVS,
    address_of,
    control_process,
    system_call,
)
from grader.sandbox.layers import Lacking
from grader.sandbox.syscalls import CAPSET, architecture

_VERSION = 0x20080522  # capabilities(7): the third, of two 32-bit words each


def lock() -> str:
    """Give up every capability and the way to new ones, and return what that means."""
    if sys.platform != "linux":
        raise Lacking("only Linux has it")
    try:
        control_process(PR_SET_NO_NEW_PRIVS, 1)
        if os.geteuid() == 0:
            _drop_capabilities()
    except OSError as error:
        raise Lacking(f"the kernel refuses ({error.strerror})") from None
    return "no capabilities, no new ones"


def probe() -> None:
    """Raise `Lacking` where a capability is left."""
    if control_process(PR_GET_NO_NEW_PRIVS) != 1:
        raise Lacking("a program could still bring privileges")
    lines = Path("/proc/self/status").read_text().splitlines()
    left = [
        line
        for line in lines
        if line.startswith(("CapPrm", "CapEff", "CapAmb")) and line.split()[1].strip("0")
    ]
    if left:
        raise Lacking("capabilities are left")


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(_VERSION, 0)
    none = (ctypes.c_uint32 * 6)()
    system_call(CAPSET[architecture()], address_of(header), address_of(none))
