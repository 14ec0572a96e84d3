"""Judges side by side: one short-lived process per exercise, as many at once as there are cores.

A judge is forked from the grading process, which holds no torch, and tells of its results over a pipe. Where the
platform has no fork, exercises are judged one after the other in this process, with the same result.
"""

from __future__ import annotations

import base64
import contextlib
import dataclasses
import gc
import json
import os
import selectors
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NoReturn, TypeAlias

from grader.errors import GraderFault
from grader.language import phrase
from grader.result import CheckResult
from grader.sandbox.layers import Layer, from_plain

Kind: TypeAlias = Literal["announced", "finished"]
Tell: TypeAlias = Callable[[Kind, CheckResult], None]
Judge: TypeAlias = Callable[[str, Tell], "Usage"]

_BYTES = ("picture", "evidence")  # fields of a CheckResult that cross as text
_LOOK_SECONDS = 0.2
SILENCE_SECONDS = 300.0  # no check is quiet for longer: its calls have deadlines of their own


@dataclass(frozen=True, slots=True)
class Usage:
    """What judging one exercise took.

    Attributes:
        worker_peak_kb: largest resident memory of any student worker.
        worker_cpu, judge_cpu: processor seconds.
        close_calls: function, seconds and limit of calls that were near their deadline.
        layers: of the wall, as student workers reported them, each worker's.
    """

    worker_peak_kb: int = 0
    worker_cpu: float = 0.0
    judge_peak_kb: int = 0
    judge_cpu: float = 0.0
    close_calls: tuple[tuple[str, float, float], ...] = ()
    layers: tuple[tuple[Layer, ...], ...] = ()


def run_judges(
    judge: Judge, exercises: Sequence[str], jobs: int, tell: Tell, look: Callable[[], None] = lambda: None
) -> dict[str, Usage]:
    """Judge exercises, at most `jobs` at once, telling of results as they come.

    Args:
        judge: judges one exercise; runs in a process of its own where there is fork.
        exercises: started in this order.
        jobs: how many run at once.
        tell: called in this process.
        look: called in this process now and then; what it raises ends all judges at once. Without fork, never.

    Returns:
        What each exercise took. A judge that ends before its time leaves the checks that it had announced
        as errors: `tell` hears of each.
    """
    if not hasattr(os, "fork"):
        return {name: judge(name, tell) for name in exercises}
    waiting, running, usages, next_look = list(exercises), 0, dict[str, Usage](), 0.0
    with selectors.DefaultSelector() as selector:
        try:
            while waiting or running:
                while waiting and running < jobs:
                    running_judge = _start(judge, waiting.pop(0))
                    selector.register(running_judge.pipe, selectors.EVENT_READ, running_judge)
                    running += 1
                for key, _ in selector.select(timeout=_LOOK_SECONDS):
                    if not key.data.take(tell):
                        selector.unregister(key.fileobj)
                        usages[key.data.exercise] = key.data.end(tell)
                        running -= 1
                if time.monotonic() > next_look:
                    look()
                    next_look = time.monotonic() + _LOOK_SECONDS
                for key in list(selector.get_map().values()):
                    if time.monotonic() - key.data.heard > SILENCE_SECONDS:
                        os.kill(key.data.pid, signal.SIGKILL)  # a child of ours that is not yet waited for
        finally:
            for key in list(selector.get_map().values()):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(key.data.pid, signal.SIGKILL)
                key.data.end(lambda *_: None)
    return usages


@dataclass(slots=True)
class _RunningJudge:
    """A judge's process, seen from the process that started it."""

    exercise: str
    pid: int
    pipe: int
    heard: float
    buffer: bytes = b""
    open_checks: dict[str, CheckResult] = field(default_factory=dict)
    usage: Usage | None = None

    def take(self, tell: Tell) -> bool:
        """Read what the judge has written; False when it has closed its end."""
        data = os.read(self.pipe, 1 << 16)
        self.heard = time.monotonic()
        *lines, self.buffer = (self.buffer + data).split(b"\n")
        for line in lines:
            self._hear(json.loads(line), tell)
        return bool(data)

    def end(self, tell: Tell) -> Usage:
        """Collect the process; what it left open was the grader's fault."""
        os.close(self.pipe)
        _, status, used = os.wait4(self.pid, 0)
        code = os.waitstatus_to_exitcode(status)
        for check in self.open_checks.values():
            fault = phrase(
                "the grader's process for {exercise} ended early (code {code}), which is not your fault",
                exercise=self.exercise,
                code=code,
            )
            tell("finished", dataclasses.replace(check, status="error", message=fault))
        usage = self.usage or Usage()
        cpu = used.ru_utime + used.ru_stime
        return dataclasses.replace(usage, judge_peak_kb=used.ru_maxrss, judge_cpu=cpu)

    def _hear(self, told: dict[str, Any], tell: Tell) -> None:
        if "usage" in told:
            self.usage = Usage(**told["usage"] | {"layers": tuple(map(from_plain, told["usage"]["layers"]))})
            return
        entry = told["check"]
        for name in _BYTES:
            entry[name] = None if entry[name] is None else base64.b64decode(entry[name])
        check = CheckResult(**entry)
        if told["kind"] == "announced":
            self.open_checks[check.id] = check
        else:
            self.open_checks.pop(check.id, None)
        tell(told["kind"], check)


def _start(judge: Judge, exercise: str) -> _RunningJudge:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_judge(judge, exercise, read, write)
    os.close(write)
    return _RunningJudge(exercise, pid, read, time.monotonic())


def _be_judge(judge: Judge, exercise: str, read: int, write: int) -> NoReturn:
    """Judge one exercise in this forked process, and end it."""
    code = 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # Ctrl-C ends a judge without a word
    gc.freeze()  # hypothesis collects garbage when it begins: 30 ms, and a copy of all memory, for what is inherited
    try:
        os.close(read)
        with os.fdopen(write, "w", buffering=1, encoding="utf-8") as pipe:

            def tell(kind: Kind, check: CheckResult) -> None:
                entry = dataclasses.asdict(check)
                for name in _BYTES:
                    entry[name] = None if entry[name] is None else base64.b64encode(entry[name]).decode()
                pipe.write(json.dumps({"kind": kind, "check": entry}) + "\n")

            usage = judge(exercise, tell)
            pipe.write(json.dumps({"usage": dataclasses.asdict(usage)}) + "\n")
        code = 0
    except GraderFault as fault:
        os.write(2, f"grader: {fault}\n".encode())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
