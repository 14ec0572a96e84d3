"""What runs inside a worker of a Dask cluster: it keeps a station ready and feeds it."""

from __future__ import annotations

import contextlib
import os
import queue
import socket
import subprocess
import sys
import threading
from pathlib import Path

from distributed import Worker, WorkerPlugin, get_worker

from grader.batch.parcel import read_frame, write_frame
from grader.batch.station import REFUSED

PLUGIN = "inside-cnns"
_ROOT = Path(__file__).resolve().parents[2]


class StationDied(Exception):
    """The station, or its lane, ended while it was grading; the submission may be tried elsewhere."""


class Stations(WorkerPlugin):  # type: ignore[misc]  # distributed is an extra
    """Keeps a station with a lane for each thread of a worker, started when the first submission comes.

    The job, private fixtures included, stays in this process's memory until then.

    Args:
        job: what a station is told first.
    """

    name = PLUGIN

    def __init__(self, job: bytes) -> None:
        self._job = job

    def setup(self, worker: Worker) -> None:  # noqa: ARG002
        """See WorkerPlugin."""
        self._starting = threading.Lock()
        self._station: _Station | None = None

    def teardown(self, worker: Worker) -> None:  # noqa: ARG002
        """See WorkerPlugin."""
        if self._station is not None:
            self._station.end()

    def grade(self, parcel: bytes) -> bytes:
        """Return the answer of a station.

        Raises:
            StationDied: if it ended instead.
        """
        with self._starting:
            if self._station is not None and not self._station.lives:
                self._station.end()
                self._station = None
            if self._station is None:
                self._station = _Station(self._job)
            station = self._station
        return station.refusal or station.grade(parcel)


class _Station:
    """A station's process, ready to grade, and its lanes.

    Attributes:
        refusal: why it will not grade; empty where it does.

    Raises:
        StationDied: if it ended before it was ready.
    """

    def __init__(self, job: bytes) -> None:
        self._control, far = socket.socketpair()
        # the nanny's idea of when to give memory back is meant for a worker: graders have one for tensors
        environment = {name: value for name, value in os.environ.items() if name != "MALLOC_TRIM_THRESHOLD_"}
        with far:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "grader.batch.station"],
                stdin=far.fileno(),
                cwd=_ROOT,
                env=environment | {"PYTHONPATH": str(_ROOT)},
            )
        self._idle: queue.SimpleQueue[socket.socket] = queue.SimpleQueue()
        try:
            answer = _ask(self._control, job)
        except StationDied:
            self.end()
            raise StationDied(f"code {self._process.returncode}") from None
        self.refusal = answer if answer.startswith(REFUSED) else b""
        if self.refusal:
            self.end()

    @property
    def lives(self) -> bool:
        """Whether it can still grade."""
        return self._process.poll() is None

    def grade(self, parcel: bytes) -> bytes:
        """Return the answer of a lane that is idle, of a new one where none is.

        Raises:
            StationDied: if there is no answer.
        """
        try:
            lane = self._idle.get_nowait()
        except queue.Empty:
            lane = self._open_lane()
        try:
            answer = _ask(lane, parcel)
        except StationDied:
            lane.close()
            raise
        self._idle.put(lane)
        return answer

    def end(self) -> None:
        """End it: it ends by itself when nothing more can come."""
        self._control.close()
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _open_lane(self) -> socket.socket:
        near, far = socket.socketpair()
        with far:
            try:
                socket.send_fds(self._control, [b"+"], [far.fileno()])
            except OSError:
                near.close()
                raise StationDied("it has ended") from None
        return near


def grade_there(parcel: bytes) -> bytes:
    """Return the answer to a parcel; runs on a worker."""
    answer: bytes = get_worker().plugins[PLUGIN].grade(parcel)
    return answer


def _ask(connection: socket.socket, content: bytes) -> bytes:
    """Send a frame and return the one that answers it.

    Raises:
        StationDied: if none does.
    """
    answer = None
    with contextlib.suppress(OSError), connection.makefile("rwb") as stream:
        write_frame(stream, content)
        answer = read_frame(stream)
    if answer is None:
        raise StationDied("it has ended")
    return answer
