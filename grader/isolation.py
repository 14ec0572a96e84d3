"""What stood between a student's code and the grader: put together from what the workers told, and demanded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.errors import GraderFault, StudentFault
from grader.language import later, phrase
from grader.result import Protection
from grader.sandbox.layers import BUBBLEWRAP, LANDLOCK, REQUIRED, SECCOMP, USER, Layer, from_plain
from grader.sandbox.remote import START_SECONDS, Source
from grader.sandbox.setup import empty_setup

NONE = later("none (your own machine; not for official grades)")
_WALLS = (BUBBLEWRAP, LANDLOCK, SECCOMP, USER)  # without any of them there is only a process


def merge_layers(told: Iterable[Sequence[Layer]]) -> tuple[Protection, ...]:
    """Return each layer once: in force only where it was so in every worker.

    Args:
        told: by each worker, and for all of them together.
    """
    merged: dict[str, Layer] = {}
    for layers in told:
        for layer in layers:
            if layer.name not in merged or merged[layer.name].in_force:
                merged[layer.name] = layer
    return tuple(Protection(layer.name, layer.in_force, layer.says) for layer in merged.values())


def summarise(protections: Sequence[Protection], *, forked: bool, seconds: float) -> str:
    """Return one line on the protections.

    Args:
        forked: whether workers were forked from a warm process.
        seconds: the wall limit of a call.
    """
    always = [
        phrase("separate process"),
        phrase("forked workers" if forked else "spawned workers"),
        phrase("wall {seconds:g} s per call", seconds=seconds),
    ]
    in_force = [one.name for one in protections if one.in_force]
    missing = [f"{one.name} ({one.says})" for one in protections if not one.in_force]
    parts = [", ".join([*in_force, *always])]
    if not set(in_force) & set(_WALLS):
        parts.insert(0, phrase(NONE))
    if missing:
        parts.append(phrase("not in force: {layers}", layers=", ".join(missing)))
    return " | ".join(parts)


def require_isolation(source: Source) -> None:
    """Return when a worker that holds no submission has shown that official grading is possible here.

    Raises:
        GraderFault: if a layer that it needs is missing.
    """
    remote = source.start_worker()
    try:
        reply = remote.ask(empty_setup(), START_SECONDS)
    except StudentFault as fault:  # of no student's
        raise GraderFault(f"a worker did not start: it {fault}") from None
    finally:
        remote.close()
    refuse_without(merge_layers([from_plain(reply.header["layers"])]))


def refuse_without(protections: Iterable[Protection]) -> None:
    """Raise GraderFault where a layer that official grading needs was not in force in every worker."""
    by_name = {one.name: one for one in protections}
    for name in REQUIRED:
        if name not in by_name or not by_name[name].in_force:
            why = by_name[name].says if name in by_name else "no worker told of it"
            raise GraderFault(
                f"--require-isolation refuses to grade, since {name} is not in force here: {why}; "
                "python -m grader doctor says what is missing"
            )
