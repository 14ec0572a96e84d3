"""The layer `seccomp`: a filter in the kernel that refuses system calls which no exercise needs.

No new process and no other program, no socket, no signal to another process, no look into one, no change of modes,
owners and times, no namespaces, no mounts, no memory that outlives the worker. Threads are allowed. What is refused
raises PermissionError in Python.

Source: https://docs.kernel.org/userspace-api/seccomp_filter.html and linux/bpf_common.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import socket
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from grader.sandbox import syscalls
from grader.sandbox.kernel import PR_SET_NO_NEW_PRIVS, address_of, control_process, system_call
from grader.sandbox.layers import Lacking

_LOAD, _EQUALS, _AT_LEAST, _ANY_BIT, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
)  # operations of the filter's machine
_ALLOW, _KILL, _ERROR = 0x7FFF0000, 0x80000000, 0x00050000  # what it returns
_NUMBER, _ARCHITECTURE = 0, 4  # offsets in seccomp_data; arguments follow from 16 on, low word first
_AUDIT = {syscalls.X86_64: 0xC000003E, syscalls.AARCH64: 0xC00000B7}
_X32 = 0x40000000  # the bit that marks the calls of x86-64's third table
_SET_FILTER, _ALL_THREADS = 1, 1

_CLONE_THREAD = 0x00010000
_FCNTL_REFUSED = (8, 10, 15)  # F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal to whoever they name
_IOCTL_REFUSED = (
    0x8901,
    0x8902,
    0x540E,
    0x5410,
    0x5412,
    0x541C,
    0x5423,
)  # FIOSETOWN, SIOCSPGRP, TIOC...: the same
_PRCTL_REFUSED = (1, 35, 0x59616D61)  # PR_SET_PDEATHSIG, PR_SET_MM, PR_SET_PTRACER

_Instruction = tuple[int, int, int, int]  # operation, jump if true, jump if false, value


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


class _Operation(ctypes.Structure):
    _fields_ = (
        ("code", ctypes.c_uint16),
        ("true", ctypes.c_uint8),
        ("false", ctypes.c_uint8),
        ("k", ctypes.c_uint32),
    )


def lock() -> str:
    """Put the filter in force for every thread of this process, and return what it does."""
    if sys.platform != "linux":
        raise Lacking("only Linux has it")
    machine = syscalls.architecture()
    instructions = build_filter(machine, os.getpid())
    block = (_Operation * len(instructions))(*(_Operation(*step) for step in instructions))
    program = _Program(len(instructions), ctypes.addressof(block))
    try:
        control_process(PR_SET_NO_NEW_PRIVS, 1)  # which the kernel asks of ordinary users
        system_call(syscalls.SECCOMP[machine], _SET_FILTER, _ALL_THREADS, address_of(program))
    except OSError as error:
        raise Lacking(f"the kernel refuses the filter ({error.strerror})") from None
    return "seccomp (no processes, programs, sockets, signals)"


def probe(own: Path) -> None:
    """Raise `Lacking` where a call that must be refused is not."""
    attempts: dict[str, Callable[[], object]] = {
        "a process could still be started": _fork,
        "a socket could still be opened": lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close(),
        "a process outside could still be signalled": lambda: os.kill(os.getppid(), 0),
        "a file's mode could still be changed": lambda: own.chmod(0o700),
        "a file's time could still be changed": lambda: os.utime(own),
        "a program could still be run": lambda: os.execv(own, ["x"]),
    }
    for what, attempt in attempts.items():
        try:
            attempt()
        except OSError as error:
            if error.errno == errno.EPERM:
                continue
        raise Lacking(what)
    os.kill(os.getpid(), 0)  # to itself it may


def build_filter(machine: str, pid: int) -> list[_Instruction]:
    """Return the filter for an architecture and the one process that may be signalled."""
    refuse = (_RETURN, 0, 0, _ERROR | errno.EPERM)
    unknown = (_RETURN, 0, 0, _ERROR | errno.ENOSYS)
    allow = (_RETURN, 0, 0, _ALLOW)
    program = [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUALS, 1, 0, _AUDIT[machine]), (_RETURN, 0, 0, _KILL)]
    program.append((_LOAD, 0, 0, _NUMBER))
    if machine == syscalls.X86_64:
        program += [(_AT_LEAST, 0, 1, _X32), refuse]
    for number in syscalls.refused(machine):
        program += [(_EQUALS, 0, 1, number), refuse]

    def special(number: int, block: list[_Instruction]) -> None:
        program.extend([(_EQUALS, 0, len(block), number), *block])

    special(syscalls.CLONE3[machine], [unknown])  # the C library then uses clone, whose flags can be seen
    special(syscalls.CLONE[machine], [_low(0), (_ANY_BIT, 0, 1, _CLONE_THREAD), allow, refuse])
    for number in (syscalls.KILL[machine], syscalls.TGKILL[machine]):
        special(number, [_low(0), (_EQUALS, 0, 1, pid), allow, refuse])
    nothing_new = [_low(2), (_EQUALS, 0, 3, 0), _high(2), (_EQUALS, 0, 1, 0), allow, refuse]
    special(syscalls.PRLIMIT64[machine], nothing_new)
    special(syscalls.FCNTL[machine], [_low(1), *_any_of(_FCNTL_REFUSED, refuse), allow])
    special(syscalls.IOCTL[machine], [_low(1), *_any_of(_IOCTL_REFUSED, refuse), allow])
    special(syscalls.PRCTL[machine], [_low(0), *_any_of(_PRCTL_REFUSED, refuse), allow])
    return [*program, allow]


def _low(argument: int) -> _Instruction:
    return (_LOAD, 0, 0, 16 + 8 * argument)


def _high(argument: int) -> _Instruction:
    return (_LOAD, 0, 0, 20 + 8 * argument)


def _any_of(values: Iterable[int], then: _Instruction) -> list[_Instruction]:
    return [step for value in values for step in ((_EQUALS, 0, 1, value), then)]


def _fork() -> None:
    """Start a process, which ends at once, and wait for it."""
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
