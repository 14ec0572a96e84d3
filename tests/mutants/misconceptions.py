"""How often the grader sees a known mistake, says which it is, and is right: the wrong variants, graded in full."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.exercises import read_exercises
from reference.variants import Variant, find_variants, modules_with_variants
from reference.variants.submission import write_submission
from tests.mutants.asking import Submission, ask
from tests.quality.test_misconceptions import ALSO


@dataclass(frozen=True, slots=True)
class Heard:
    """What became of one mistake.

    Attributes:
        function: whose mistake it is.
        seen: whether it lost a point.
        hint: whether a check that it failed gave a hint.
        right: whether its own sentence is among them, and none that is true of other mistakes only.
    """

    function: str
    seen: bool
    hint: bool
    right: bool


def hear_mistakes(
    functions: Collection[str], cache: Path, seconds: float, also: Mapping[str, Collection[str]] = ALSO
) -> list[Heard]:
    """Return what became of every known mistake in some functions, in the order of the course's table.

    Args:
        functions: such as "saliency.compute_saliency_maps".
        cache, seconds: see `tests.mutants.asking.ask`.
        also: by the names of mistakes, other mistakes whose sentences are as true of them.
    """
    exercises = {f"{row.module}.{name}": row.name for row in read_exercises() for name in row.functions}
    mistakes = [
        variant
        for module in modules_with_variants()
        for variant in find_variants(module)
        if variant.kind == "mistake"
    ]
    asked = [
        variant for name in exercises if name in functions for variant in mistakes if variant.function == name
    ]
    submissions = [
        Submission(
            variant.function.partition(".")[0], write_submission(variant), (exercises[variant.function],)
        )
        for variant in asked
    ]
    hints = ask(submissions, cache, _hints_of, seconds=seconds, until_failure=False)
    return [_heard(one, lost, mistakes, also) for one, lost in zip(asked, hints, strict=True)]


def _heard(
    mistake: Variant,
    lost: Sequence[str | None],
    mistakes: Sequence[Variant],
    also: Mapping[str, Collection[str]],
) -> Heard:
    names = {mistake.name, *also.get(mistake.name, ())}
    true = {other.sentence for other in mistakes if other.name in names}
    module = mistake.function.partition(".")[0]
    known = {other.sentence for other in mistakes if other.function.startswith(f"{module}.")}
    given = {hint for hint in lost if hint}
    right = mistake.sentence in given and not (given & known) - true
    return Heard(mistake.function, bool(lost), bool(given), right)


def _hints_of(answer: dict[str, Any]) -> list[str | None]:
    """Return what the checks that are failed say: their hints, None where there is none."""
    return [check["hint"] for check in answer["result"]["checks"] if check["status"] == "failed"]
