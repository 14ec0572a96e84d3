"""Right or not: compares an answer as `pytest.approx` does, and keeps the sentence that says what is wrong."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from fixtures.arguments import Argument, Array, Call, NumpyArray
from fixtures.stored import StoredCase, StoredMistake
from fixtures.tolerances import TIGHT, Comparison, Measure, Part, Values, residual, updates
from grader.checking.answers import Answer
from grader.checking.evidence import Witness
from grader.checking.explain import explain_difference
from grader.checking.handing_on import Unsettled
from grader.checking.hints import find_mistake
from grader.errors import StudentFault


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with an answer, and what to do about it where that is known."""

    message: str
    hint: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """What an answer is compared with, and how; see `fixtures.tolerances` and `fixtures.store.StoredCase`.

    Attributes:
        axes: the axes of the result in letters, for sentences.
        start: for the measure "updates", the state before the first step.
        named_mistakes: outputs of known mistakes of a law, by their sentence.
        part: which part of a dict, list or tuple is compared; see `fixtures.cases.case.Case`.
    """

    expected: Values
    axes: str
    compare: Comparison
    measure: Measure = "value"
    batched: bool = False
    accepted: Mapping[str, Values] = field(default_factory=dict)
    mistakes: tuple[StoredMistake, ...] = ()
    tight: float = TIGHT
    loose: float = TIGHT
    start: NumpyArray | None = None
    named_mistakes: Mapping[str, Values] = field(default_factory=dict)
    part: Part = ()


class CloseTo:
    """Equal to any answer that is near enough to a target; `answer == CloseTo(target)` asks.

    Args:
        target: what to compare with.
        call: the stored call that gives this answer, where there is one.
        keep: told of every finding, so that a failing check can show it.
        witness: told of every comparison, where a page is to show it.
    """

    __array_ufunc__ = None  # numpy must not spread the comparison over its elements

    def __init__(
        self,
        target: Target,
        keep: Callable[[Finding], None],
        call: Call | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._target = target
        self._keep = keep
        self._call = call
        self._witness = witness

    @property
    def call(self) -> Call:
        """The stored call that gives this answer."""
        assert self._call is not None
        return self._call

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The positional arguments of that call."""
        return self.call.arguments

    def __eq__(self, answer: object) -> bool:
        if not isinstance(answer, Answer):
            return NotImplemented
        part = answer.part(*self._target.part)
        finding = _judge(part, self._target)
        if finding is not None:
            self._keep(finding)
        if self._witness is not None:
            self._witness.compared(_measured(part, self._target), self._target, right=finding is None)
        return finding is None

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "what is expected"


def stored_target(case: StoredCase, axes: str) -> Target:
    """Return the target of a stored case."""
    carried = case.call.arguments[case.call.carry] if case.call.carry is not None else None
    return Target(
        expected=case.expected,
        axes=axes,
        compare=case.compare,
        measure=case.measure,
        batched=case.batched,
        accepted=case.accepted,
        mistakes=case.mistakes,
        tight=case.tight,
        loose=case.loose,
        part=case.part,
        start=carried.values if isinstance(carried, Array) else None,
    )


def first_steps(case: StoredCase, steps: int) -> StoredCase:
    """Return a case that works in steps, cut to its first ones."""
    return dataclasses.replace(
        case,
        call=dataclasses.replace(case.call, steps=steps),
        expected=case.expected[:steps],
        accepted={name: values[:steps] for name, values in case.accepted.items()},
        mistakes=tuple(
            dataclasses.replace(mistake, thumbnail=mistake.thumbnail[:steps]) for mistake in case.mistakes
        ),
    )


def _judge(answer: Answer, target: Target) -> Finding | None:
    """Return what is wrong with an answer, None if nothing is.

    A float32 answer within the tight tolerance is right. Between tight and loose, rounding may have flipped a ReLU,
    so the same calls are made again in float64, where nothing flips, and that answer decides. Code that only works
    in float32 is judged by its float32 answer with the loose tolerance.
    """
    yours = _measured(answer, target)
    distance = _distance(yours, target)
    precise: Answer | None = None
    if distance <= target.tight:
        return None
    if distance <= target.loose:
        try:
            precise = answer.again("float64")
            if precise.dtype not in ("", "float64"):
                return None
            yours = _measured(precise, target)
        except StudentFault:
            return None
        if _distance(yours, target) <= target.tight:
            return None
    finding = _finding(yours, target)
    if finding.hint is None and precise is None:
        # a mistake such as explaining a probability of nearly 1 is rounding noise in float32 and plain in float64
        with contextlib.suppress(StudentFault, Unsettled):
            hint = _finding(_measured(answer.again("float64"), target), target).hint
            return Finding(finding.message, hint)
    return finding


def _measured(answer: Answer, target: Target) -> Values:
    """Return the quantity that is compared."""
    values = answer.finite(target.expected.shape, target.axes).astype(np.float64)
    if target.measure == "updates":
        assert target.start is not None
        return updates(target.start, values)
    return values


def _distance(yours: Values, target: Target) -> float:
    """Return the residual of the worst item, with respect to the nearest of the right answers."""
    right = (target.expected, *target.accepted.values())
    return min(float(residual(yours, values, target.compare, target.batched).max()) for values in right)


def _finding(yours: Values, target: Target) -> Finding:
    distances = residual(yours, target.expected, target.compare, target.batched)
    item = "" if not target.batched else "step" if target.measure == "updates" else "image"
    message = explain_difference(yours, target.expected, distances, target.tight, target.compare, item)
    return Finding(
        message, find_mistake(yours, target.mistakes, target.named_mistakes, target.compare, target.batched)
    )
