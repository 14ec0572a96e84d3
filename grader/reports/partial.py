"""What is known so far, as checks end: what a platform that stops the grader is left with."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from grader.judges import Kind
from grader.language import later, phrase
from grader.reports import gradescope
from grader.result import CheckResult, SubmissionResult

_STOPPED = later("the grader was stopped before it ended; what stands here is what it had found by then")
_NOT_ENDED = later("this check had not ended when the grader was stopped")


class PartialResults:
    """Writes Gradescope's `results.json` as checks end.

    Args:
        submission: its path as given.
        exercises: their names, in the order of the report.
        folder: where the file goes.
        least_seconds: from one writing to the next.
        write: of the report.
        finish: counts what is known as the course's policies do.
    """

    def __init__(
        self,
        submission: str,
        exercises: Sequence[str],
        folder: Path,
        *,
        least_seconds: float = 0.5,
        write: Callable[[SubmissionResult, Path], None] = gradescope.write,
        finish: Callable[[SubmissionResult], SubmissionResult] = lambda result: result,
    ) -> None:
        self._submission = submission
        self._order = {name: number for number, name in enumerate(exercises)}
        self._folder = folder
        self._least_seconds = least_seconds
        self._write = write
        self._finish = finish
        self._began = time.monotonic()
        self._written: float | None = None
        self._known: dict[str, CheckResult] = {}

    def tell(self, kind: Kind, check: CheckResult) -> None:
        """Take note of one check, and write the file unless that has just been done.

        Raises:
            Unusable: if the folder cannot be written to.
        """
        if kind == "announced":
            check = replace(check, message=phrase(_NOT_ENDED))
        self._known[check.id] = replace(check, picture=None)  # so that writing often stays cheap
        now = time.monotonic()
        if kind == "announced" or (self._written is not None and now - self._written < self._least_seconds):
            return
        self._write(self._finish(self._so_far(now)), self._folder)
        self._written = now

    def _so_far(self, now: float) -> SubmissionResult:
        checks = sorted(self._known.values(), key=lambda check: self._order.get(check.exercise, 0))
        return SubmissionResult(
            submission=self._submission,
            checks=tuple(checks),
            seconds=now - self._began,
            isolation=phrase("known when the run has ended"),
            notices=(phrase(_STOPPED),),
            complete=False,
        )
