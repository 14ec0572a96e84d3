"""Lock a worker in, layer by layer, before it imports the submission, and tell which layers hold."""

from __future__ import annotations

from collections.abc import Callable

from grader.sandbox import bubblewrap, landlock, layers, privileges, rlimits, seccomp, user
from grader.sandbox.layers import SWITCHED_OFF, Lacking, Layer, Place


def confine(place: Place, cpu_seconds: int) -> list[Layer]:
    """Put every layer that this machine has in force, for good, and return what each one's probe has shown.

    The order matters: another user needs root's privileges, and seccomp refuses what the other probes try.

    Args:
        place: where this process lives.
        cpu_seconds: processor time after which the kernel ends it.
    """

    def limits() -> str:
        said = rlimits.lock(cpu_seconds)
        rlimits.probe(cpu_seconds)
        return said

    def another_user() -> str:
        assert place.user is not None
        said = user.lock(place.user)
        user.probe(place.canary)
        return said

    def no_privileges() -> str:
        said = privileges.lock()
        privileges.probe()
        return said

    def files() -> str:
        if not _can_read(place):  # which another user might not
            raise Lacking("there was no canary to show that it holds")
        said = landlock.lock(place.readable, place.folder)
        landlock.probe(place.canary, place.folder, said)
        return said

    def system_calls() -> str:
        said = seccomp.lock()
        seccomp.probe(place.folder)
        return said

    steps: dict[str, Callable[[], str]] = {
        layers.BUBBLEWRAP: lambda: bubblewrap.probe(place.hidden),
        layers.LIMITS: limits,
        layers.USER: another_user,
        layers.PRIVILEGES: no_privileges,
        layers.LANDLOCK: files,
        layers.SECCOMP: system_calls,
    }
    return [_step(name, lock, place) for name, lock in steps.items()]


def _step(name: str, lock: Callable[[], str], place: Place) -> Layer:
    """Put one layer in force."""
    if name in place.without:
        return Layer(name, False, SWITCHED_OFF)
    if name in place.reasons:
        return Layer(name, False, place.reasons[name])
    try:
        return Layer(name, True, lock())
    except Lacking as lacking:
        return Layer(name, False, str(lacking))


def _can_read(place: Place) -> bool:
    try:
        place.canary.read_bytes()
    except OSError:
        return False
    return True
