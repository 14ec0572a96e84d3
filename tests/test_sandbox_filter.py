"""The filter of system calls, run through here instruction by instruction: on both architectures, whatever this one is."""

from __future__ import annotations

import errno

import pytest

from grader.sandbox import syscalls
from grader.sandbox.seccomp import build_filter

ARCHITECTURES = {syscalls.X86_64: 0xC000003E, syscalls.AARCH64: 0xC00000B7}
ALLOWED, KILLED, NOT_ALLOWED, UNKNOWN = 0x7FFF0000, 0x80000000, 0x50000 | errno.EPERM, 0x50000 | errno.ENOSYS
PID = 4711
READ, MMAP = {syscalls.X86_64: 0, syscalls.AARCH64: 63}, {syscalls.X86_64: 9, syscalls.AARCH64: 222}


def decide(machine, number, *arguments, architecture=None):
    """Return what the filter says to a call, as the kernel's machine would run it."""
    words = {0: number, 4: ARCHITECTURES[machine] if architecture is None else architecture}
    for place, argument in enumerate([*arguments, *[0] * 6][:6]):
        words[16 + 8 * place] = argument & 0xFFFFFFFF
        words[20 + 8 * place] = argument >> 32 & 0xFFFFFFFF
    program, place, value = build_filter(machine, PID), 0, 0
    while True:
        code, when, otherwise, k = program[place]
        place += 1
        match code:
            case 0x20:
                value = words[k]
            case 0x06:
                return k
            case 0x15 | 0x35 | 0x45:
                true = {0x15: value == k, 0x35: value >= k, 0x45: bool(value & k)}[code]
                place += when if true else otherwise


@pytest.fixture(params=ARCHITECTURES)
def machine(request):
    return request.param


def test_what_every_program_does_is_allowed(machine):
    """Reading and mapping memory."""
    assert decide(machine, READ[machine]) == ALLOWED
    assert decide(machine, MMAP[machine]) == ALLOWED


def test_every_call_of_the_table_is_refused(machine):
    """With the error that Python tells as PermissionError."""
    refused = syscalls.refused(machine)

    assert len(refused) > 120
    assert {decide(machine, number) for number in refused} == {NOT_ALLOWED}


def test_threads_may_be_started_and_processes_may_not(machine):
    """The flags of clone tell; those of clone3 cannot be seen, so it is as if there were none."""
    thread, process = 0x3D0F00, 0x1200011
    assert decide(machine, syscalls.CLONE[machine], thread) == ALLOWED
    assert decide(machine, syscalls.CLONE[machine], process) == NOT_ALLOWED
    assert decide(machine, syscalls.CLONE3[machine]) == UNKNOWN


@pytest.mark.parametrize("call", [syscalls.KILL, syscalls.TGKILL])
def test_only_the_process_itself_may_be_signalled(machine, call):
    """Neither another one, nor a group, nor everybody."""
    assert decide(machine, call[machine], PID) == ALLOWED
    for other in (PID + 1, 0, 1, -1, -PID):
        assert decide(machine, call[machine], other & (1 << 64) - 1) == NOT_ALLOWED


def test_limits_may_be_read_and_not_set(machine):
    """The new limit's address is what tells, in both its halves."""
    assert decide(machine, syscalls.PRLIMIT64[machine], 0, 7, 0, 1) == ALLOWED
    for address in (0x7FFF0000, 1 << 40):
        assert decide(machine, syscalls.PRLIMIT64[machine], 0, 7, address) == NOT_ALLOWED


@pytest.mark.parametrize(
    ("call", "place", "allowed", "refused"),
    [
        (syscalls.FCNTL, 1, (1, 3, 1030), (8, 10, 15)),
        (syscalls.IOCTL, 1, (0x5401, 0x541B), (0x5412, 0x8901)),
        (syscalls.PRCTL, 0, (15, 16, 38), (1, 35, 0x59616D61)),
    ],
)
def test_some_calls_are_refused_for_what_they_ask(machine, call, place, allowed, refused):
    """A signal to whoever they name, typing for somebody else, outliving the warm process."""
    for value in allowed:
        assert decide(machine, call[machine], *[0] * place, value) == ALLOWED
    for value in refused:
        assert decide(machine, call[machine], *[0] * place, value) == NOT_ALLOWED


def test_calls_of_another_architecture_end_the_process(machine):
    """Their numbers mean other calls; x86-64's third table is refused as a whole."""
    assert decide(machine, READ[machine], architecture=0x40000003) == KILLED
    if machine == syscalls.X86_64:
        assert decide(machine, 0x40000000 | READ[machine]) == NOT_ALLOWED
