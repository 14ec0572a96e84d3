"""What a judge is asked for: an exercise of one submission, and who is told of its checks."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from fixtures.store import Store
from grader.checking.evidence import Witness
from grader.checking.oracle import Oracle
from grader.checking.student import Student
from grader.exercises import Exercise
from grader.result import CheckResult


@dataclass(frozen=True, slots=True)
class Judging:
    """What is judged, and who is told.

    Attributes:
        exercise: whose checks run.
        store: inputs and right answers.
        make_student: gives the student's functions, in a worker.
        oracle: runs models for the checks.
        announce: told of all checks that run, once, before the first runs.
        emit: told of each check's result as it ends.
        witness: told of what each check sees, for a page; shared with the students. None where no page is asked for.
        withhold: whether reasons and printed text, which may tell of inputs and answers, are left out.
        only: names of the checks that run, where others run elsewhere; None runs all.
    """

    exercise: Exercise
    store: Store
    make_student: Callable[[], Student]
    oracle: Oracle
    announce: Callable[[Sequence[CheckResult]], None]
    emit: Callable[[CheckResult], None]
    witness: Witness | None = None
    withhold: bool = False
    only: Collection[str] | None = None
