"""What one judge does: the checks of some exercises, one after the other, with one worker each while nothing fails."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np

from fixtures.store import Store
from grader.checking.collected import Collected
from grader.checking.evidence import Witness
from grader.checking.handing_on import HandingOn
from grader.checking.judging import Judging
from grader.checking.oracle import Oracle
from grader.checking.parts import Part
from grader.checking.student import Student
from grader.judges import Tell, Usage
from grader.result import CheckResult
from grader.sandbox.recording import write_request
from grader.sandbox.remote import Source
from grader.sandbox.wire import Message
from grader.settings import Settings
from grader.submissions import FoundSubmission


class Judge:
    """Judges one part after the other; what it has started has ended when its context is left.

    Args:
        found: the submission.
        store: inputs and right answers.
        source: where workers come from.
        settings: how to grade.
        collected: the checks.
    """

    def __init__(
        self, found: FoundSubmission, store: Store, source: Source, settings: Settings, collected: Collected
    ) -> None:
        self._found = found
        self._store = store
        self._source = source
        self._settings = settings
        self._collected = collected
        self._oracle = Oracle(source)
        self._handing_on: list[HandingOn] = []
        self._students: list[Student] = []

    def judge(self, part: Part, tell: Tell) -> None:
        """Run the checks of a part and tell of each."""
        exercise, settings = part.exercise, self._settings
        slow: set[str] = set()
        handing_on = HandingOn()  # of this part alone: no exercise can tell whether others came before
        self._handing_on.append(handing_on)
        numbers = itertools.count()
        witness = Witness(exercise.functions, withhold=settings.withhold) if settings.evidence else None

        def record(request: Message) -> None:
            assert settings.record is not None
            write_request(settings.record, exercise.name, next(numbers), request)

        def make_student() -> Student:
            student = Student(
                self._found.submission,
                self._source,
                slow,
                seconds=settings.seconds,
                cpu_seconds=settings.cpu_seconds,
                record=record if settings.record is not None else None,
                witness=witness,
                handing_on=handing_on,
                pictures=settings.pictures,
            )
            self._students.append(student)
            return student

        def announce(checks: Sequence[CheckResult]) -> None:
            for check in checks:
                tell("announced", check)

        judging = Judging(
            exercise,
            self._store,
            make_student,
            self._oracle,
            announce,
            lambda check: tell("finished", check),
            witness=witness,
            withhold=settings.withhold,
            only=part.only,
        )
        try:
            with np.errstate(all="ignore"):  # absurd answers overflow; what is said of them is enough
                self._collected.judge(judging)
        finally:
            handing_on.close()

    @property
    def usage(self) -> Usage:
        """What all of it took; waits until the workers are gone."""
        ended = [one.fates for one in self._handing_on] + [one.fates for one in self._students]
        fates = [fate() for some in ended for fate in some]
        return Usage(
            worker_peak_kb=max((fate.peak_kb for fate in fates), default=0),
            worker_cpu=sum(fate.cpu for fate in fates) + self._oracle.fate().cpu,
            close_calls=tuple(call for student in self._students for call in student.close_calls),
            layers=tuple(dict.fromkeys(student.layers for student in self._students if student.layers)),
        )

    def __enter__(self) -> Judge:
        return self

    def __exit__(self, *_: object) -> None:
        self._oracle.close()
