"""The results so far, by exercise: what a change does not touch keeps its points."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grader.checking.parts import in_order
from grader.exercises import Exercise
from grader.judges import Kind
from grader.result import CheckResult, SubmissionResult
from grader.submissions import FoundSubmission


@dataclass(frozen=True, slots=True)
class _Row:
    """An exercise's results, and the number of what they depend on."""

    fingerprint: str
    checks: tuple[CheckResult, ...]


class Board:
    """Holds the latest results of each exercise.

    Attributes:
        latest: what was graded last, of however many exercises; None before that.
    """

    def __init__(self) -> None:
        self._rows: dict[str, _Row] = {}
        self.latest: SubmissionResult | None = None

    def outdated(self, found: FoundSubmission, numbers: Mapping[str, str]) -> tuple[Exercise, ...]:
        """Return the exercises that were never graded, or not with what they depend on now.

        Args:
            found: the submission as it is now.
            numbers: of what each exercise depends on; see `grader.watching.depends`.
        """
        rows = self._rows
        return tuple(
            exercise
            for exercise in found.exercises
            if exercise.name not in rows or rows[exercise.name].fingerprint != numbers[exercise.name]
        )

    def keep(
        self, exercises: Sequence[Exercise], numbers: Mapping[str, str], checks: Sequence[CheckResult]
    ) -> None:
        """Take the results of exercises that have just been graded."""
        for exercise in exercises:
            own = tuple(check for check in checks if check.exercise == exercise.name)
            faulty = any(
                check.status in ("error", "not_run") for check in own
            )  # tried again at the next change
            self._rows[exercise.name] = _Row("" if faulty else numbers[exercise.name], own)

    def knows(self, exercise: Exercise) -> bool:
        """Return whether an exercise has been graded."""
        return exercise.name in self._rows

    @property
    def seconds(self) -> dict[str, float]:
        """What each check took, by its id."""
        return {check.id: check.seconds for row in self._rows.values() for check in row.checks}

    def result(self, found: FoundSubmission) -> SubmissionResult | None:
        """Return the results of all exercises of the submission as one, None where none was graded yet."""
        if self.latest is None:
            return None
        names = [exercise.name for exercise in found.exercises if exercise.name in self._rows]
        checks = tuple(check for name in names for check in self._rows[name].checks)
        return dataclasses.replace(self.latest, submission=found.name, checks=checks, complete=found.complete)


class Finished:
    """Collects what a grading that may be given up has already found out: exercises whose checks have all ended."""

    def __init__(self) -> None:
        self._checks: dict[str, list[CheckResult]] = {}

    def tell(self, kind: Kind, check: CheckResult) -> None:
        """Take note of one check."""
        if kind == "finished":
            self._checks.setdefault(check.exercise, []).append(check)

    def whole(self, exercises: Sequence[Exercise]) -> tuple[Exercise, ...]:
        """Return the exercises of which every point has been given or refused."""
        return tuple(
            exercise
            for exercise in exercises
            if exercise.points - sum(check.max_points for check in self._checks.get(exercise.name, ()))
            < 0.005
        )

    def checks_of(self, exercises: Sequence[Exercise]) -> list[CheckResult]:
        """Return the checks of some exercises that have ended."""
        ended = [check for exercise in exercises for check in self._checks.get(exercise.name, ())]
        return in_order(ended, exercises)
