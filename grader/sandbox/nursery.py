"""The warm process's children: fork one, watch how much it writes, collect it, empty its folder."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from grader.sandbox import user
from grader.sandbox.bubblewrap import HIDDEN
from grader.sandbox.kernel import die_with_parent
from grader.sandbox.layers import USER, Place
from grader.sandbox.readable import readable_by_workers
from grader.sandbox.scratch import Scratch, is_overfull

_WIRE = 3  # the worker's one descriptor beside stdin, stdout and stderr
_LOOK_SECONDS = 0.1  # between looks at what workers have written; a disk takes some 100 MB in this time
_LOOK_SECONDS_WRAPPED = (
    1.0  # where the kernel keeps the size, and only the number of files is to be looked at
)


@dataclass(slots=True)
class _Child:
    """A worker that is running.

    Attributes:
        pid, pidfd: its process.
        fate: where its end is told.
        slot: number of its folder.
        overfull: whether it was ended because of what it wrote.
        orphaned: whether it was ended because its judge is gone.
    """

    pid: int
    pidfd: int
    fate: socket.socket
    slot: int
    overfull: bool = False
    orphaned: bool = False


class Nursery:
    """Forks workers and looks after them.

    Args:
        plan: as `grader.sandbox.launch` made it.
        load_model: gives workers their models.
    """

    def __init__(self, plan: Mapping[str, Any], load_model: Any) -> None:
        self.selector = selectors.DefaultSelector()
        self._load_model = load_model
        self._scratch = Scratch(Path(plan["scratch"]), kept=plan["wrapped"])
        self._readable = readable_by_workers()
        self._hidden = HIDDEN if plan["wrapped"] else None
        self._without = frozenset(plan["without"])
        self._reasons = dict(plan["reasons"])
        if (why := user.why_none(self._readable)) and USER not in self._without:
            self._reasons[USER] = why
        self._children: dict[int, _Child] = {}
        self._next_look = 0.0

    def fork(self, wire_fd: int, fate_fd: int, prints_fd: int) -> None:
        """Fork one worker.

        Args:
            wire_fd: its socket; fate_fd: where its end is told; prints_fd: where its prints go.
        """
        threads = len(list(Path("/proc/self/task").iterdir()))
        if threads != 1:
            os.write(2, f"the warm process has {threads} threads; a fork would hang\n".encode())
            os._exit(70)
        place = self.place()
        slot = int(place.folder.name)
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become_worker(place, wire_fd, prints_fd, parent)
        os.close(wire_fd)
        os.close(prints_fd)
        child = _Child(pid, os.pidfd_open(pid), socket.socket(fileno=fate_fd), slot)
        try:
            socket.send_fds(child.fate, [b"started"], [child.pidfd])
        except OSError:
            signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)
        self._children[pid] = child
        self.selector.register(child.pidfd, selectors.EVENT_READ, child)
        self.selector.register(child.fate, selectors.EVENT_READ, child)

    def attend(self, child: _Child, event: object) -> None:
        """Look after a worker that has ended, or whose judge has: nobody would stop it any more.

        Args:
            event: what the selector watched, the worker's process or its judge's socket.
        """
        if event == child.pidfd:
            self.reap(child)
        elif self._children.get(child.pid) is child:  # and has not been collected just now
            self.selector.unregister(child.fate)
            child.orphaned = True
            signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)

    def reap(self, child: _Child) -> None:
        """Collect an ended worker, empty its folder, and tell its judge how it ended and what it used."""
        _, status, usage = os.wait4(child.pid, 0)
        self.selector.unregister(child.pidfd)
        if not child.orphaned:
            self.selector.unregister(child.fate)
        del self._children[child.pid]
        os.close(child.pidfd)
        self._scratch.give_back(child.slot)
        told = {
            "code": os.waitstatus_to_exitcode(status),
            "peak_kb": usage.ru_maxrss,
            "cpu": usage.ru_utime + usage.ru_stime,
            "overfull": child.overfull,
        }
        with contextlib.suppress(OSError):  # the judge may not have waited for it
            child.fate.send(json.dumps(told).encode())
        child.fate.close()

    @property
    def seconds_to_next_look(self) -> float | None:
        """How long to wait for a request at most; None where there is nobody to look after."""
        return max(self._next_look - time.monotonic(), 0.0) if self._children else None

    def look_at_folders(self) -> None:
        """End the workers that have written more than they may, now and then."""
        if time.monotonic() < self._next_look:
            return
        self._next_look = time.monotonic() + (_LOOK_SECONDS_WRAPPED if self._hidden else _LOOK_SECONDS)
        for child in self._children.values():
            if not child.overfull and is_overfull(self._scratch.folder(child.slot), child.pid):
                child.overfull = True
                signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)

    def close(self) -> None:
        """End all workers and remove what they had."""
        for child in list(self._children.values()):
            signal.pidfd_send_signal(child.pidfd, signal.SIGKILL)
            self.reap(child)
        self._scratch.close()

    def place(self) -> Place:
        """Return where the next worker lives: a folder of its own, that its user may write to."""
        slot = self._scratch.take()
        same_user = USER in self._reasons or USER in self._without
        number = None if same_user else user.spare_user(slot)
        self._scratch.give(slot, number)
        return Place(
            folder=self._scratch.folder(slot),
            canary=self._scratch.canary,
            hidden=self._hidden,
            user=number,
            readable=self._readable,
            without=self._without,
            reasons=self._reasons,
        )

    def _become_worker(self, place: Place, wire_fd: int, prints_fd: int, parent: int) -> NoReturn:
        """Turn the fresh child into a worker: keep four descriptors, close the rest, serve, and never return."""
        status = 1
        try:
            self.selector.close()
            null = os.open(os.devnull, os.O_RDONLY)
            # in this order: a target may be the number of a source that is no longer needed, never of one that is
            for target, source in ((0, null), (1, prints_fd), (2, prints_fd), (_WIRE, wire_fd)):
                os.dup2(source, target)
            os.closerange(_WIRE + 1, os.sysconf("SC_OPEN_MAX"))
            die_with_parent(parent)
            sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
            sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
            from grader.sandbox.worker import serve

            serve(socket.socket(fileno=_WIRE), self._load_model, place)
            status = 0
        finally:
            os._exit(status)
