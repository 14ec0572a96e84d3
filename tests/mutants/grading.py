"""What comes of mutants when the real grader has them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeAlias

from tests.mutants.asking import Submission, ask
from tests.mutants.making import Mutant

Fate: TypeAlias = Literal["killed", "survived", "faulty"]


def grade_mutants(mutants: Sequence[Mutant], cache: Path, seconds: float) -> list[Fate]:
    """Return what came of each mutant: one that loses a point, raises or takes too long is killed.

    Args:
        mutants: to be graded, each in the exercises that its function belongs to.
        cache, seconds: see `tests.mutants.asking.ask`.
    """
    return ask([as_submission(one) for one in mutants], cache, _fate, seconds=seconds, until_failure=True)


def as_submission(mutant: Mutant) -> Submission:
    """Return the file that a student with this mutant hands in."""
    return Submission(mutant.solution.module, mutant.source, mutant.solution.exercises)


def _fate(answer: dict[str, Any]) -> Fate:
    fates: dict[int, Fate] = {0: "survived", 1: "killed", 3: "faulty"}
    return fates[answer["exit_code"]]
