"""Workers without fork: each is a process of its own, as on Windows and macOS.

Importing torch anew costs seconds, so workers are always being started ahead of their use. Deadlines hold here as
well; the kernel's limits on memory and files do not everywhere, and the result says so. What a worker prints comes
over a connection of its own, since Windows can wait for several sockets at once but not for a pipe; what a program
that the student's code starts prints is dropped.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.errors import GraderFault
from grader.sandbox.environment import ROOT, clean_environment
from grader.sandbox.layers import BUBBLEWRAP, CGROUP, USER, Layer, Place
from grader.sandbox.prints import Prints
from grader.sandbox.readable import readable_by_workers
from grader.sandbox.remote import START_SECONDS, Fate, Remote

_TOKEN_BYTES = 32
_FORKED_ONLY = "only workers that are forked have it"


class SpawnedWorkers:
    """A source of workers that starts processes.

    A judge that is forked from the process that opened the source starts workers of its own: what was begun by
    another process would be taken by two judges, and waited for by none.

    Args:
        weights_folder: where the trained nets lie.
        ahead: how many workers each judging process has started before they are needed.
        without: layers of the wall that are left out, by their names in `grader.sandbox.layers`.
    """

    def __init__(self, weights_folder: Path, ahead: int, *, without: frozenset[str] = frozenset()) -> None:
        self._weights_folder = weights_folder.absolute()
        self._without = without
        self._scratch = tempfile.TemporaryDirectory(prefix="grader-")
        self._ahead = max(ahead, 1)
        self._starting: deque[_Begun] = deque()
        self._owner = os.getpid()
        self.forked = False
        self.peak_kb = 0
        self.slowness = 1.0
        self.layers: tuple[Layer, ...] = (Layer(CGROUP, False, _FORKED_ONLY),)

    def wait_until_warm(self) -> None:
        """Return at once: each worker is waited for when it is taken."""

    def start_worker(self) -> Remote:
        """Return a worker that has imported torch, and begin to start the next.

        Raises:
            GraderFault: if the process did not start.
        """
        if self._owner != os.getpid():
            self._owner, self._starting = os.getpid(), deque()
        while len(self._starting) <= self._ahead:
            self._starting.append(self._begin())
        begun = self._starting.popleft()
        connection, prints = begun.accept()

        def fate() -> Fate:
            code = begun.process.wait()
            shutil.rmtree(begun.folder, ignore_errors=True)
            return Fate(code=code)

        def wait(seconds: float) -> None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                begun.process.wait(seconds)

        return Remote(
            connection,
            Prints(prints, Path(os.path.realpath(self._scratch.name))),
            begun.process.kill,
            fate,
            wait,
        )

    def close(self) -> None:
        """End the workers that nobody took."""
        for begun in self._starting:
            begun.process.kill()
            begun.process.wait()
            begun.listener.close()
        self._starting.clear()
        shutil.rmtree(self._scratch.name, ignore_errors=True)
        self._scratch.cleanup()

    def __enter__(self) -> SpawnedWorkers:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _begin(self) -> _Begun:
        """Start a process that will connect back over the loopback with the token it is given on stdin."""
        listener = socket.create_server(("127.0.0.1", 0), backlog=2)
        token = secrets.token_bytes(_TOKEN_BYTES)
        folder = Path(os.path.realpath(tempfile.mkdtemp(dir=self._scratch.name)))
        plan = {
            "weights": str(self._weights_folder),
            "folder": str(folder),
            "without": sorted(self._without),
        }
        program = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.sandbox.spawn import work; "
            f"work({listener.getsockname()[1]}, {plan!r})"
        )
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", program],
            env=clean_environment(Path(os.path.realpath(self._scratch.name))),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert process.stdin is not None
        with contextlib.suppress(OSError), process.stdin as stdin:
            stdin.write(token)
        return _Begun(process, listener, token, folder)


@dataclass(frozen=True, slots=True)
class _Begun:
    """A worker on its way."""

    process: subprocess.Popen[bytes]
    listener: socket.socket
    token: bytes
    folder: Path

    def accept(self) -> tuple[socket.socket, socket.socket]:
        """Return the wire and where the prints come from, in the order in which the worker connects them.

        Raises:
            GraderFault: if it does not connect in time, or another process does.
        """
        with self.listener:
            return self._accept_one(), self._accept_one()

    def _accept_one(self) -> socket.socket:
        self.listener.settimeout(START_SECONDS)
        try:
            connection, _ = self.listener.accept()
            connection.settimeout(START_SECONDS)
            told = connection.recv(_TOKEN_BYTES, socket.MSG_WAITALL)
        except OSError:
            raise GraderFault("a process that imports torch did not start") from None
        if not secrets.compare_digest(told, self.token):
            raise GraderFault("another process answered in a worker's place")
        return connection


def work(port: int, plan: Mapping[str, Any]) -> None:
    """Be a spawned worker: warm up, connect back, serve.

    Args:
        port: of the loopback, where the judge listens.
        plan: as `SpawnedWorkers` made it.
    """
    from grader.sandbox.worker import serve
    from grader.sandbox.zygote import warm_up

    token = sys.stdin.buffer.read(_TOKEN_BYTES)
    load_model = warm_up(Path(plan["weights"]))
    wire, prints = _connect(port, token), _connect(port, token)
    sys.stdout = sys.stderr = prints.makefile("w", buffering=1, encoding="utf-8", errors="replace")
    serve(wire, load_model, _place(Path(plan["folder"]), frozenset(plan["without"])))


def _place(folder: Path, without: frozenset[str]) -> Place:
    """Return where a spawned worker lives: it is its user's own process, in a folder of its own."""
    canary = folder.with_suffix(".canary")
    canary.touch()
    return Place(
        folder=folder,
        canary=canary,
        hidden=None,
        user=None,
        readable=readable_by_workers(),
        without=without,
        reasons={BUBBLEWRAP: _FORKED_ONLY, USER: _FORKED_ONLY},
    )


def _connect(port: int, token: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(token)
    return connection
