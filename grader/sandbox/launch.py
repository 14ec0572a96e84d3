"""The warm process, seen from the judges: start it, let it fork a worker, end it. Needs no torch."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.errors import GraderFault
from grader.sandbox.bubblewrap import wrap
from grader.sandbox.cgroup import MemoryGroup, machine_memory
from grader.sandbox.environment import ROOT, clean_environment
from grader.sandbox.layers import BUBBLEWRAP, CGROUP, SWITCHED_OFF, Lacking, Layer
from grader.sandbox.prints import Prints
from grader.sandbox.remote import START_SECONDS, Fate, Remote
from grader.sandbox.scratch import choose_root, remove


class WarmProcess:
    """The zygote, seen from the judges: started once, shared by all of them.

    Its `scratch` is the folder that workers' own folders lie in.

    Args:
        weights_folder: where the trained nets lie.
        compiler: whether it imports torch's compiler too; see `grader.sandbox.libraries`.
        memory: bytes that it and all workers may use together, 0 for three quarters of the machine's.
        without: layers of the wall that are left out, by their names in `grader.sandbox.layers`.
    """

    def __init__(
        self,
        weights_folder: Path,
        *,
        compiler: bool = True,
        memory: int = 0,
        without: frozenset[str] = frozenset(),
    ) -> None:
        self._weights_folder = weights_folder.absolute()
        self._compiler = compiler
        self._without = without
        self._memory = memory or machine_memory() * 3 // 4
        self._group: MemoryGroup | None = None
        self.scratch = choose_root()
        self.forked = True
        self.peak_kb = 0
        self.slowness = 1.0
        self.layers: tuple[Layer, ...] = ()
        self._start()

    def wait_until_warm(self) -> None:
        """Return when the first fork can be served.

        Raises:
            GraderFault: if the warm process ended instead; its own words are on stderr.
        """
        told = self._hear()
        if not told and self._wrapped:  # it may want a file that bubblewrap does not show it
            self._end()
            self._start("the process that imports torch does not start in it")
            told = self._hear()
        if not told:
            raise GraderFault("the process that imports torch did not start; see its message above")
        about = json.loads(told)
        self.peak_kb, self.slowness = about["warm"], about["slowness"]

    def _start(self, why_not_wrapped: str = "") -> None:
        """Start the process, inside bubblewrap unless there is a reason against it."""
        self._control, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        environment = clean_environment(self.scratch)
        plan: dict[str, Any] = {
            "weights": str(self._weights_folder),
            "compiler": self._compiler,
            "scratch": str(self.scratch),
            "without": sorted(self._without),
            "reasons": {},
        }
        start: list[str] = []
        try:
            if BUBBLEWRAP not in self._without:
                if why_not_wrapped:
                    raise Lacking(why_not_wrapped)
                start = wrap(environment, self.scratch, self._weights_folder)
        except Lacking as lacking:
            plan["reasons"][BUBBLEWRAP] = str(lacking)
        self._wrapped = plan["wrapped"] = bool(start)
        if not start:
            self.scratch.mkdir(mode=0o700)
        program = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from grader.sandbox.zygote import main; "
            f"main({far.fileno()}, {plan!r})"
        )
        with _interrupts_blocked():
            self._process = subprocess.Popen(
                [*start, sys.executable, "-I", "-c", program],
                pass_fds=[far.fileno()],
                env=environment,
                stdin=subprocess.DEVNULL,
            )
        far.close()
        self.layers = (self._bound_memory(),)

    def _bound_memory(self) -> Layer:
        """Put the process that was just started into a control group, where one can be made."""
        if CGROUP in self._without:
            return Layer(CGROUP, False, SWITCHED_OFF)
        try:
            self._group = MemoryGroup(self._memory)
            return self._group.enter(self._process.pid)
        except Lacking as lacking:
            return Layer(CGROUP, False, str(lacking))

    def _hear(self) -> bytes:
        """Return what the warm process says when it is ready, nothing where it ended instead."""
        self._control.settimeout(START_SECONDS)
        try:
            return self._control.recv(4096)
        except OSError:
            return b""
        finally:
            self._control.settimeout(None)

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
        pidfd, fate_fd = fds[0], fate_near.detach()  # a judge may end without having asked for every fate

        def kill() -> None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)

        def fate() -> Fate:
            os.close(pidfd)
            with socket.socket(fileno=fate_fd) as connection:
                connection.settimeout(START_SECONDS)
                try:
                    told = connection.recv(4096)
                except OSError:
                    return Fate()
            return Fate(**json.loads(told)) if told else Fate()

        def wait(seconds: float) -> None:
            select.select([pidfd], [], [], seconds)

        return Remote(near, Prints(prints_read, self.scratch), kill, fate, wait)

    def close(self) -> None:
        """End the warm process and every worker that is left."""
        self._end()
        remove(self.scratch)

    def _end(self) -> None:
        self._control.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._group is not None:
            self._group.close()

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
