"""Workers without fork: each is a process of its own, as on Windows and macOS.

Importing torch anew costs seconds, so a few workers are always being started ahead of their use. Deadlines hold
here as well; the kernel's limits on memory and files do not everywhere, and the result says so.
"""

from __future__ import annotations

import contextlib
import secrets
import socket
import subprocess
import sys
import tempfile
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from grader.errors import GraderFault
from grader.sandbox.environment import ROOT, clean_environment
from grader.sandbox.launch import START_SECONDS, Fate, Remote
from grader.sandbox.prints import Prints

_TOKEN_BYTES = 32


class SpawnedWorkers:
    """A source of workers that starts processes.

    Args:
        weights_folder: where the trained nets lie.
        ahead: how many workers are started before they are needed.
    """

    def __init__(self, weights_folder: Path, ahead: int) -> None:
        self._weights_folder = weights_folder
        self._scratch = tempfile.TemporaryDirectory(prefix="grader-")
        self._starting = deque(self._begin() for _ in range(max(ahead, 1)))
        self.forked = False
        self.peak_kb = 0

    def wait_until_warm(self) -> None:
        """Return at once: each worker is waited for when it is taken."""

    def start_worker(self) -> Remote:
        """Return a worker that has imported torch, and begin to start the next.

        Raises:
            GraderFault: if the process did not start.
        """
        begun = self._starting.popleft()
        self._starting.append(self._begin())
        connection = begun.accept()

        def fate() -> Fate:
            return Fate(code=begun.process.wait())

        return Remote(connection, Prints(-1), begun.process.kill, fate)

    def close(self) -> None:
        """End the workers that nobody took."""
        for begun in self._starting:
            begun.process.kill()
            begun.process.wait()
            begun.listener.close()
        self._starting.clear()
        self._scratch.cleanup()

    def __enter__(self) -> SpawnedWorkers:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _begin(self) -> _Begun:
        """Start a process that will connect back over the loopback with the token it is given on stdin."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=1)
        token = secrets.token_bytes(_TOKEN_BYTES)
        program = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.sandbox.spawn import work; "
            f"work({listener.getsockname()[1]}, {str(self._weights_folder)!r})"
        )
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program],
            env=clean_environment(Path(self._scratch.name)),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin as stdin:
            stdin.write(token)
        return _Begun(process, listener, token)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A worker on its way."""

    process: subprocess.Popen[bytes]
    listener: socket.socket
    token: bytes

    def accept(self) -> socket.socket:
        self.listener.settimeout(START_SECONDS)
        with self.listener:
            try:
                connection, _ = self.listener.accept()
                connection.settimeout(START_SECONDS)
                told = connection.recv(_TOKEN_BYTES, socket.MSG_WAITALL)
            except OSError:
                raise GraderFault("a process that imports torch did not start") from None
        if not secrets.compare_digest(told, self.token):
            raise GraderFault("another process answered in a worker's place")
        return connection


def work(port: int, weights_folder: str) -> None:
    """Be a spawned worker: warm up, connect back, serve."""
    from grader.sandbox.worker import serve
    from grader.sandbox.zygote import warm_up

    token = sys.stdin.buffer.read(_TOKEN_BYTES)
    load_model = warm_up(Path(weights_folder))
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(token)
    serve(connection, load_model)
