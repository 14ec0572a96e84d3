"""Graders side by side on this machine: a short-lived process for each submission, one warm process for all.

A grader's process reads the submission and forks its judges, so that whatever a submission does to it costs that
submission only, and the coordinating process stays as small as it was.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn, TypeAlias

from grader.batch.executor import ATTEMPTS, Finished, Started, lost
from grader.batch.graded import Outcome
from grader.batch.grading import grade_task
from grader.batch.parcel import pack_outcome, unpack_outcome
from grader.batch.task import Task
from grader.errors import GraderFault
from grader.judges import SILENCE_SECONDS
from grader.options import Options
from grader.sandbox.kernel import die_with_parent
from grader.session import Session, open_session

GradeTask: TypeAlias = Callable[[Task, Session, int, Callable[[], object]], Outcome]

_BEAT = b" "  # says that a check has ended; a parcel may begin with spaces
_TICK_SECONDS = 0.5


class LocalExecutor:
    """Grades on all cores of this machine; see `grader.batch.executor`.

    Args:
        options: of the command line.
        scratch: a folder for graders' private copies, which whoever made it removes.
        log: a descriptor, for what graders say of their own faults.
        grade: what grades one task in a process of its own.
        opener: opens what it grades with.
    """

    def __init__(
        self,
        options: Options,
        scratch: Path,
        log: int,
        grade: GradeTask = grade_task,
        opener: Callable[[Options], AbstractContextManager[Session]] = open_session,
    ) -> None:
        self._options = options
        self._scratch = scratch
        self._log = log
        self._grade = grade
        self._stack = contextlib.ExitStack()
        self._opener = opener
        self._session = self._stack.enter_context(opener(options))

    def wait_until_warm(self) -> None:
        """Return when the first submission can be graded.

        Raises:
            GraderFault: if it never can.
        """
        self._session.wait_until_warm()

    def run(self, tasks: Sequence[Task], started: Started) -> Iterator[Finished | None]:
        """See `Executor`."""
        self.wait_until_warm()
        if not hasattr(os, "fork"):
            for task in tasks:
                started(task)
                yield task, self._grade(task, self._session, self._session.settings.jobs, lambda: None)
            return
        waiting = deque((task, 1) for task in tasks)
        ended: deque[Finished] = deque()
        jobs = self._session.settings.jobs
        with selectors.DefaultSelector() as selector:
            try:
                while waiting or selector.get_map() or ended:
                    while waiting and len(selector.get_map()) < jobs:  # before what has ended is kept
                        task, attempt = waiting.popleft()
                        share = jobs // (
                            len(selector.get_map()) + len(waiting) + 1
                        )  # at the end cores are left
                        grader = self._start(task, attempt, max(share, 1))
                        selector.register(grader.pipe, selectors.EVENT_READ, grader)
                        started(task)
                    if ended:
                        yield ended.popleft()
                        continue
                    silent = [key.data for key, _ in selector.select(_TICK_SECONDS) if not key.data.take()]
                    for grader in silent:
                        selector.unregister(grader.pipe)
                        outcome = grader.end()
                        if not outcome.final and grader.attempt < ATTEMPTS:
                            self._see_to_warm_process()
                            waiting.appendleft((grader.task, grader.attempt + 1))
                        else:
                            ended.append((grader.task, outcome))
                    if not ended:
                        yield None
                    for key in selector.get_map().values():
                        if time.monotonic() - key.data.heard > 2 * SILENCE_SECONDS:
                            key.data.kill()
            finally:
                for key in list(selector.get_map().values()):
                    key.data.kill()
                    key.data.end()

    def __enter__(self) -> LocalExecutor:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def _see_to_warm_process(self) -> None:
        """Start the warm process anew where it has ended."""
        try:
            self._session.source.start_worker().close()
        except GraderFault:
            self._stack.close()
            self._session = self._stack.enter_context(self._opener(self._options))
            self._session.wait_until_warm()

    def _start(self, task: Task, attempt: int, share: int) -> _Grader:
        read, write = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            os.close(read)
            self._be_grader(task, share, write, parent)
        os.close(write)
        with contextlib.suppress(OSError):  # it has done so itself, or has ended
            os.setpgid(pid, pid)
        return _Grader(task, attempt, pid, read)

    def _be_grader(self, task: Task, share: int, pipe: int, parent: int) -> NoReturn:
        """Grade one submission in this forked process, and end it."""
        code = 1
        try:
            os.setpgid(0, 0)  # so that judges end with it
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, _end_group)
            die_with_parent(parent, signal.SIGTERM)
            gc.freeze()
            tempfile.tempdir = str(self._scratch)
            os.dup2(self._log, 2)
            outcome = self._grade(task, self._session, share, lambda: os.write(pipe, _BEAT))
            with os.fdopen(pipe, "wb") as file:
                file.write(pack_outcome(outcome))
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)


@dataclass(slots=True)
class _Grader:
    """A grader's process, seen from the one that started it."""

    task: Task
    attempt: int
    pid: int
    pipe: int
    heard: float = field(default_factory=time.monotonic)
    parcel: bytearray = field(default_factory=bytearray)

    def take(self) -> bool:
        """Read what it has written; False when it has closed its end."""
        data = os.read(self.pipe, 1 << 18)
        self.heard = time.monotonic()
        self.parcel += data
        return bool(data)

    def kill(self) -> None:
        """End it and its judges."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    def end(self) -> Outcome:
        """Collect the process and return what it told."""
        os.close(self.pipe)
        _, status = os.waitpid(self.pid, 0)
        try:
            return unpack_outcome(bytes(self.parcel))
        except ValueError:
            return lost(self.task, f"code {os.waitstatus_to_exitcode(status)}")


def _end_group(_number: int, _frame: FrameType | None) -> None:
    os.killpg(0, signal.SIGKILL)
