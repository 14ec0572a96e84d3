"""How soon a worker is ready, and how much memory each process takes: measured in a process of its own.

Run as `python -m tests.bench.processes FIXTURES`; prints JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grader.sandbox.environment import ONE_THREAD

if TYPE_CHECKING:
    from grader.sandbox.launch import WarmProcess

_FORKS = 20


def main(fixtures: Path) -> None:
    """Grade the reference in this process, start some workers by hand, and print what was seen."""
    os.environ.update(ONE_THREAD)  # before numpy comes, as in the grader's own main
    from fixtures.store import open_store
    from grader.checking.collected import Collected
    from grader.exercises import read_exercises
    from grader.grade import grade
    from grader.sandbox.launch import WarmProcess
    from grader.sandbox.layers import NAMES
    from grader.settings import Settings
    from grader.submissions import open_submission

    exercises = read_exercises()
    store = open_store(fixtures)
    weights = fixtures / "weights"
    with (
        open_submission("reference", exercises) as found,
        WarmProcess(weights) as warm,
        WarmProcess(weights, without=frozenset(NAMES)) as bare,
    ):
        warm.wait_until_warm()
        bare.wait_until_warm()
        result = grade(found, store, warm, Settings(jobs=4), Collected())
        own = _peak_kb()
        pairs = [
            [_seconds_to_import(source, found.submission.folder) for source in (warm, bare)]
            for _ in range(_FORKS)
        ]
    kilobytes = {
        "grading process": own,
        "warm process": result.measurements["warm_peak_kb"],
        "largest judge": result.measurements["judge_peak_kb"],
        "largest worker": result.measurements["worker_peak_kb"],
    }
    layers = [one.name for one in result.protections if one.in_force]
    locked, unlocked = zip(*pairs, strict=True)
    print(json.dumps({"locked": locked, "unlocked": unlocked, "layers": layers, "kilobytes": kilobytes}))


def _seconds_to_import(warm: WarmProcess, folder: Path) -> float:
    """Return the seconds from asking for a worker until it has imported a file of the submission."""
    from grader.sandbox.setup import worker_setup
    from grader.sandbox.wire import Message

    began = time.perf_counter()
    worker = warm.start_worker()
    worker.ask(worker_setup(folder), 60.0)
    call = {"function": "saliency.nothing", "arguments": [], "keywords": {}, "steps": 1}
    request = {"do": "call", "call": call | {"carry": None, "unreturned": None}, "picture": False}
    reply = worker.ask(Message(request), 60.0)
    seconds = time.perf_counter() - began
    assert reply.header["error"]["type"] == "MissingFunction", reply.header
    worker.close()
    return seconds


def _peak_kb() -> int:
    """Return this process's peak resident memory; getrusage would count the process that started it too."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
