"""Start a worker that knows the submission, locked in and ready for its first call."""

from __future__ import annotations

from dataclasses import asdict

from grader.checking.submission import Submission
from grader.errors import GraderFault, StudentFault
from grader.sandbox.layers import Layer, from_plain
from grader.sandbox.remote import START_SECONDS, Remote, Source
from grader.sandbox.setup import worker_setup


def start_worker(
    source: Source, submission: Submission, *, dtype: str, cpu_seconds: int
) -> tuple[Remote, tuple[Layer, ...]]:
    """Return a fresh worker, and which layers of the wall its probes have found to hold.

    Args:
        source: where workers come from.
        submission: what it is given a copy of.
        dtype: "float32" or "float64".
        cpu_seconds: processor time of the worker, all its calls together.

    Raises:
        GraderFault: if it does not start.
    """
    remote = source.start_worker()
    setup = worker_setup(
        submission.folder,
        files=submission.files,
        folders=submission.folders,
        dtype=dtype,
        cpu_seconds=cpu_seconds,
        places={name: asdict(place) for name, place in submission.places.items()},
        support=dict(submission.support),
        cuda_on_cpu=submission.cuda_on_cpu,
    )
    try:
        reply = remote.ask(setup, START_SECONDS)
    except StudentFault as fault:  # no line of the student's has run yet
        raise GraderFault(f"a worker did not start: it {fault}") from None
    return remote, from_plain(reply.header["layers"])
