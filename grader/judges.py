"""Judges side by side: short-lived processes, as many at once as there are cores, each with one exercise or several.

A judge is forked from the grading process, which holds no torch, and tells of its results over a pipe. What it had
not begun when it ended before its time goes to another. Where the platform has no fork, exercises are judged one after
the other in this process, with the same result.
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
Judge: TypeAlias = Callable[[Sequence[str], Tell, Callable[[str], None]], "Usage"]

_BYTES = ("picture", "evidence")  # fields of a CheckResult that cross as text
_LOOK_SECONDS = 0.2
SILENCE_SECONDS = 300.0  # no check is quiet for longer: its calls have deadlines of their own


@dataclass(frozen=True, slots=True)
class Usage:
    """What a judge took.

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
    judge: Judge,
    turns: Sequence[Sequence[str]],
    jobs: int,
    tell: Tell,
    look: Callable[[], None] = lambda: None,
) -> list[Usage]:
    """Judge exercises, at most `jobs` at once, telling of results as they come.

    Args:
        judge: judges some exercises, one after the other, and says which it begins; runs in a process of its own where
            there is fork.
        turns: the exercises of each judge; judges are started in this order.
        jobs: how many run at once.
        tell: called in this process.
        look: called in this process now and then; what it raises ends all judges at once. Without fork, never.

    Returns:
        What each judge took. A judge that ends before its time leaves the checks that it had announced
        as errors: `tell` hears of each.
    """
    if not hasattr(os, "fork"):
        return [judge(names, tell, lambda _name: None) for names in turns]
    waiting, running, usages, next_look = list(turns), 0, list[Usage](), 0.0
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
                        usages.append(key.data.end(tell))
                        running -= 1
                        if key.data.not_begun:
                            waiting.insert(0, key.data.not_begun)
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

    exercises: Sequence[str]
    pid: int
    pipe: int
    heard: float
    begun: int = 1  # how many of its exercises, the first from the start
    buffer: bytes = b""
    open_checks: dict[str, CheckResult] = field(default_factory=dict)
    usage: Usage | None = None

    @property
    def not_begun(self) -> Sequence[str]:
        """What is left of its exercises."""
        return self.exercises[self.begun :]

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
                exercise=self.exercises[self.begun - 1],
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
        if "begins" in told:
            self.begun = self.exercises.index(told["begins"]) + 1
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


def _start(judge: Judge, exercises: Sequence[str]) -> _RunningJudge:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        _be_judge(judge, exercises, read, write)
    os.close(write)
    return _RunningJudge(exercises, pid, read, time.monotonic())


def _be_judge(judge: Judge, exercises: Sequence[str], read: int, write: int) -> NoReturn:
    """Judge exercises in this forked process, and end it."""
    code = 1
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # Ctrl-C ends a judge without a word
    gc.freeze()  # hypothesis collects garbage when it begins: 30 ms, and a copy of all memory, for what is inherited
    try:
        os.close(read)
        with os.fdopen(write, "w", buffering=1, encoding="utf-8") as pipe:

            def say(**told: Any) -> None:
                pipe.write(json.dumps(told) + "\n")

            def tell(kind: Kind, check: CheckResult) -> None:
                entry = dataclasses.asdict(check)
                for name in _BYTES:
                    entry[name] = None if entry[name] is None else base64.b64encode(entry[name]).decode()
                say(kind=kind, check=entry)

            say(usage=dataclasses.asdict(judge(exercises, tell, lambda name: say(begins=name))))
        code = 0
    except GraderFault as fault:
        os.write(2, f"grader: {fault}\n".encode())
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(code)
