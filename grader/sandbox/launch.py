"""The judge's handle on worker processes: start one, ask it, end it.

Two ways to get a worker, one way to use it: forked from the warm process (Linux), or spawned as a process of its
own (elsewhere; slower, same code path). This module runs in the judge and needs no torch.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Protocol

from grader.errors import Died, GraderFault, StudentFault, TookTooLong
from grader.sandbox.environment import ROOT, clean_environment
from grader.sandbox.prints import Prints
from grader.sandbox.wire import Message, WireClosed, WireInvalid, WireTimeout, receive, send

START_SECONDS = 120  # a cold import of torch on a busy laptop with a slow disk


@dataclass(frozen=True, slots=True)
class Fate:
    """How a worker ended: exit code (negative: the signal), peak memory in kB, processor seconds."""

    code: int | None = None
    peak_kb: int = 0
    cpu: float = 0.0


class Source(Protocol):
    """Where workers come from.

    Attributes:
        forked: whether workers are forked from a warm process.
        peak_kb: peak memory of that process, 0 where there is none.
    """

    forked: bool
    peak_kb: int

    def start_worker(self) -> Remote:
        """Return a fresh worker that has imported torch and no submission."""


class Remote:
    """One worker process, seen from the judge.

    Args:
        connection: the wire; its other end is the worker's alone.
        prints: where the worker's stdout and stderr are drained to.
        kill: ends the process, at once and for good; safe to call twice.
        fate: waits for the end and says how it came.
    """

    def __init__(
        self, connection: socket.socket, prints: Prints, kill: Callable[[], None], fate: Callable[[], Fate]
    ) -> None:
        self._connection = connection
        self._kill = kill
        self._fate = fate
        self.prints = prints
        self.ended: Fate | None = None

    def ask(self, message: Message, seconds: float) -> Message:
        """Send a request and return the reply.

        Raises:
            TookTooLong: if the reply is not complete in time; the worker is dead then.
            Died: if the worker ended instead of replying.
            StudentFault: if what it sent is not a reply; the worker is dead then.
        """
        deadline = time.monotonic() + seconds
        try:
            send(self._connection, message, deadline)
            return receive(self._connection, deadline, also=self.prints.fd, drain=self.prints.drain)
        except WireTimeout:
            self.close()
            raise TookTooLong(f"took longer than {seconds:g} seconds and was stopped") from None
        except WireClosed:
            self.close()
            raise Died(self._how_it_ended()) from None
        except WireInvalid as error:
            self.close()
            raise StudentFault(f"sent an answer that cannot be read: {error}") from None

    def close(self) -> Fate:
        """End the process and return how it had ended."""
        if self.ended is None:
            self._kill()
            self._connection.close()
            self.ended = self._fate()
            self.prints.close()
        return self.ended

    def _how_it_ended(self) -> str:
        code = self.ended.code if self.ended else None
        if code is None or code == 0:
            return "ended the process before it answered (os._exit or the like)"
        if code > 0:
            return f"ended the process with exit code {code} before it answered"
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return f"crashed the process ({name}) before it answered"


class WarmProcess:
    """The zygote, seen from the judges: started once, shared by all of them.

    Args:
        weights_folder: where the trained nets lie.
        compiler: whether it imports torch's compiler too; see `grader.sandbox.libraries`.
    """

    def __init__(self, weights_folder: Path, *, compiler: bool = True) -> None:
        self._control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._scratch = tempfile.TemporaryDirectory(prefix="grader-")
        program = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.sandbox.zygote import main; "
            f"main({far.fileno()}, {str(weights_folder)!r}, {compiler})"
        )
        with _interrupts_blocked():
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", program],
                pass_fds=[far.fileno()],
                env=clean_environment(Path(self._scratch.name)),
                stdin=subprocess.DEVNULL,
            )
        far.close()
        self.forked = True
        self.peak_kb = 0

    def wait_until_warm(self) -> None:
        """Return when the first fork can be served.

        Raises:
            GraderFault: if the warm process ended instead; its own words are on stderr.
        """
        self._control.settimeout(START_SECONDS)
        try:
            told = self._control.recv(4096)
        except OSError:
            told = b""
        self._control.settimeout(None)
        if not told:
            raise GraderFault("the process that imports torch did not start; see its message above")
        self.peak_kb = json.loads(told)["warm"]

    def start_worker(self) -> Remote:
        """Return a fresh worker, forked from the warm process.

        Raises:
            GraderFault: if the warm process is gone.
        """
        near, far = socket.socketpair()
        fate_near, fate_far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        prints_read, prints_write = os.pipe()
        try:
            socket.send_fds(self._control, [b"fork"], [far.fileno(), fate_far.fileno(), prints_write])
        except OSError:
            _close(near, fate_near, prints_read)
            raise GraderFault("the process that imports torch has ended") from None
        finally:
            far.close()
            fate_far.close()
            os.close(prints_write)
        fate_near.settimeout(START_SECONDS)
        try:
            _, fds, _, _ = socket.recv_fds(fate_near, 16, 1)
        except OSError:
            fds = []
        if not fds:
            _close(near, fate_near, prints_read)
            raise GraderFault("the process that imports torch could not start a worker")
        pidfd = fds[0]

        def kill() -> None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)

        def fate() -> Fate:
            os.close(pidfd)
            with fate_near:
                try:
                    told = fate_near.recv(4096)
                except OSError:
                    return Fate()
            return Fate(**json.loads(told)) if told else Fate()

        return Remote(near, Prints(prints_read), kill, fate)

    def close(self) -> None:
        """End the warm process and every worker that is left."""
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._scratch.cleanup()

    def __enter__(self) -> WarmProcess:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


@contextlib.contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Let a process that is started meanwhile inherit that Ctrl-C is not for it, from its first instruction on.

    The terminal interrupts all processes at once; a traceback of one that is still starting would be all one sees.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _close(near: socket.socket, fate: socket.socket, prints: int) -> None:
    """Give back what was opened for a worker that did not come."""
    near.close()
    fate.close()
    os.close(prints)
