"""Run a command as in a default container, where no name space can be made: `python -m tests.hostile.refuse COMMAND`.

A seccomp filter refuses what Docker's default profile refuses to a process without CAP_SYS_ADMIN: unshare, setns,
mount and its kin, pivot_root, and clone with a flag for a new name space; clone3 is said not to exist, as Docker does.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

_REFUSED = {
    "x86_64": (0xC000003E, 56, 435, (272, 308, 165, 166, 155, 428, 429, 430, 431, 432, 433, 442)),
    "aarch64": (0xC00000B7, 220, 435, (97, 268, 40, 39, 41, 428, 429, 430, 431, 432, 433, 442)),
}  # architecture: its audit number, clone, clone3, and all others
_NEW_NAMESPACES = 0x02000000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000 | 0x00020000

_LOAD, _JUMP_EQUAL, _JUMP_ANY, _RETURN = 0x20, 0x15, 0x45, 0x06  # BPF_LD+W+ABS, BPF_JMP+JEQ, +JSET, BPF_RET
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000


def refuse_namespaces() -> None:
    """Put the filter in force for this process and all that it starts.

    Raises:
        OSError: if this machine or architecture does not take it.
    """
    if platform.machine() not in _REFUSED:
        raise OSError(f"there is no table of system calls for {platform.machine()}")
    audit, clone, clone3, others = _REFUSED[platform.machine()]
    steps = [(_LOAD, 0, 0, 4), (_JUMP_EQUAL, 1, 0, audit), (_RETURN, 0, 0, _ALLOW), (_LOAD, 0, 0, 0)]
    for number in others:
        steps += [(_JUMP_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERROR | errno.EPERM)]
    steps += [(_JUMP_EQUAL, 0, 1, clone3), (_RETURN, 0, 0, _ERROR | errno.ENOSYS)]
    steps += [(_JUMP_EQUAL, 0, 3, clone), (_LOAD, 0, 0, 16), (_JUMP_ANY, 0, 1, _NEW_NAMESPACES)]
    steps += [(_RETURN, 0, 0, _ERROR | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
    program = b"".join(struct.pack("HBBI", *step) for step in steps)
    buffer = ctypes.create_string_buffer(program, len(program))
    described = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(steps), ctypes.addressof(buffer)))
    libc = ctypes.CDLL(None, use_errno=True)
    no_new_privs, set_seccomp, mode_filter = 38, 22, 2  # prctl(2)
    for arguments in ((no_new_privs, 1, 0, 0, 0), (set_seccomp, mode_filter, described, 0, 0)):
        if libc.prctl(*arguments) != 0:
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    refuse_namespaces()
    os.execv(sys.argv[1], sys.argv[1:])
