"""What runs inside a worker of a Dask cluster: it keeps stations ready and feeds them."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from grader.batch.parcel import read_frame, write_frame
from grader.batch.station import REFUSED

PLUGIN = "inside-cnns"
_ROOT = Path(__file__).resolve().parents[2]


class StationDied(Exception):
    """The station ended while it was grading; the submission may be tried elsewhere."""


class Stations(WorkerPlugin):  # type: ignore[misc]  # distributed is an extra
    """Keeps a station for each thread of a worker, started when the first submission comes.

    The job, private fixtures included, stays in this process's memory until then.

    Args:
        job: what a station is told first.
    """

    name = PLUGIN

    def __init__(self, job: bytes) -> None:
        self._job = job

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        """See WorkerPlugin."""
        self._idle: queue.SimpleQueue[subprocess.Popen[bytes]] = queue.SimpleQueue()

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """See WorkerPlugin."""
        while True:
            try:
                station = self._idle.get_nowait()
            except queue.Empty:
                return
            _end(station)

    def grade(self, parcel: bytes) -> bytes:
        """Return the answer of a station.

        Raises:
            StationDied: if it ended instead.
        """
        try:
            station = self._idle.get_nowait()
        except queue.Empty:
            station = subprocess.Popen(
                [sys.executable, "-m", "grader.batch.station"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_ROOT,
                env=os.environ | {"PYTHONPATH": str(_ROOT)},
            )
            answer = _ask(station, self._job)
            if answer.startswith(REFUSED):
                _end(station)
                return answer
        answer = _ask(station, parcel)
        self._idle.put(station)
        return answer


def grade_there(parcel: bytes) -> bytes:
    """Return the answer to a parcel; runs on a worker."""
    answer: bytes = get_worker().plugins[PLUGIN].grade(parcel)
    return answer


def _ask(station: subprocess.Popen[bytes], content: bytes) -> bytes:
    assert station.stdin is not None
    assert station.stdout is not None
    answer = None
    with contextlib.suppress(OSError):
        write_frame(station.stdin, content)  # type: ignore[arg-type]
        answer = read_frame(station.stdout)  # type: ignore[arg-type]
    if answer is None:
        _end(station)
        raise StationDied(f"code {station.returncode}")
    return answer


def _end(station: subprocess.Popen[bytes]) -> None:
    """End a station: it ends by itself when nothing more can come."""
    assert station.stdin is not None
    with contextlib.suppress(OSError):
        station.stdin.close()
    try:
        station.wait(timeout=10)
    except subprocess.TimeoutExpired:
        station.kill()
        station.wait()
