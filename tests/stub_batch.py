"""A batch whose graders only pretend: `python -m tests.stub_batch SUBMISSIONS --out GRADES`, with real processes.

A submission says in its file what its grader does: "sleep 0.2", "dies", "dies once", "faulty", "warm process gone".
What it earns is the hash of its text, so that every result can be told from every other.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import signal
import sys
import time
from pathlib import Path
from types import SimpleNamespace

from grader.batch.local import LocalExecutor
from grader.batch.options import parse_batch_options
from grader.batch.run import run_batch
from grader.batch.store import Outcome
from grader.errors import GraderFault, Unusable

MARKS = "STUB_MARKS"  # names a folder in which gradings leave a trace each


def grade_stub(task, session, jobs, heard):
    """Return what the text of a submission asks for."""
    (path, _), *_ = task.files
    text = (path / "saliency.py").read_text("utf-8")
    marks = Path(os.environ[MARKS]) if MARKS in os.environ else None
    before = len(list(marks.glob(f"{path.name}-*"))) if marks else 0
    if marks:
        (marks / f"{path.name}-{os.getpid()}").touch()
    if wait := re.search(r"sleep ([\d.]+)", text):
        until = time.monotonic() + float(wait[1])
        while time.monotonic() < until:
            heard()
            time.sleep(0.01)
    if "dies" in text and ("once" not in text or before == 0):
        os.kill(os.getpid(), signal.SIGKILL)
    if "faulty" in text:
        return Outcome({}, problem="the machine is broken", final=False)
    score = int(hashlib.sha256(text.encode()).hexdigest()[:4], 16) / 100
    check = {
        "id": "saliency/all",
        "exercise": "saliency",
        "title": "All.",
        "status": "failed",
        "points": score,
        "max_points": 1000.0,
    }
    return Outcome({"score": score, "max_score": 1000.0, "checks": [check]}, {"saliency.py": text}, 0.1)


@contextlib.contextmanager
def open_stub(options):
    """Open nothing."""
    yield SimpleNamespace(
        settings=SimpleNamespace(jobs=options.jobs),
        wait_until_warm=lambda: None,
        source=SimpleNamespace(start_worker=lambda: SimpleNamespace(close=lambda: None)),
    )


@contextlib.contextmanager
def open_executor(options, scratch, about):
    """Open what pretends to grade."""
    if options.scheduler:
        from tests.stub_cluster import StubCluster

        with StubCluster(options.grading, options.scheduler, about) as cluster:
            yield cluster
        return
    with LocalExecutor(options.grading, scratch, 2, grade_stub, open_stub) as executor:
        yield executor


def main(arguments):
    """Run the batch and return its exit code, as the grader's main does."""
    try:
        return run_batch(parse_batch_options(arguments), open_executor)
    except (Unusable, GraderFault) as error:
        print(f"grader: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
