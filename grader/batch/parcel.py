"""An outcome as bytes, for pipes and networks: a line of JSON, then what pages show. Nothing in it is code."""

from __future__ import annotations

import json

from grader.batch.graded import Outcome


def pack_outcome(outcome: Outcome) -> bytes:
    """Return an outcome as bytes."""
    head = {
        "result": outcome.result,
        "sources": outcome.sources,
        "seconds": outcome.seconds,
        "problem": outcome.problem,
        "final": outcome.final,
        "evidence": {check: len(data) for check, data in outcome.evidence.items()},
    }
    return json.dumps(head).encode() + b"\n" + b"".join(outcome.evidence.values())


def unpack_outcome(parcel: bytes) -> Outcome:
    """Return the outcome that was packed.

    Raises:
        ValueError: if it was cut off.
    """
    line, _, rest = parcel.partition(b"\n")
    head = json.loads(line)
    lengths: dict[str, int] = head.pop("evidence")
    if len(rest) != sum(lengths.values()):
        raise ValueError("the outcome was cut off")
    evidence, start = {}, 0
    for check, length in lengths.items():
        evidence[check] = rest[start : start + length]
        start += length
    return Outcome(**head, evidence=evidence)
