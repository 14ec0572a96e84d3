"""What a check saw, kept for a page with pictures: the last call, each comparison, the lines of an exception.

Only where a page is asked for. Nothing that is withheld leaves the judge: in official mode neither an expected value,
nor a difference, nor the input.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fixtures.arguments import Array, Call
from fixtures.tolerances import Values, residual
from grader.checking.answers import Answer
from grader.checking.calls_in_words import describe_call, pick_class, pick_picture
from grader.checking.reducing import Reduced, best_factor, reduce
from grader.errors import StudentFault
from grader.evidence import Evidence, Exhibit, Frame, pack
from grader.language import later, phrase
from grader.sandbox.text import clean

if TYPE_CHECKING:
    from grader.checking.expected import Target

Seen: TypeAlias = tuple[Values, Values, tuple[int, int] | None]

_LINE_CAP, _FRAME_CAP = 160, 4


class Witness:
    """Hears of what happens in one check after the other.

    It only takes note while the check runs; what is to be shown is made when the check has ended, and a failure in
    that costs the picture, not the point.

    Args:
        functions: the axes of what each function of the exercise returns, by its name.
        withhold: keep nothing but the student's own.
    """

    def __init__(self, functions: Mapping[str, str], *, withhold: bool = False) -> None:
        self._functions = functions
        self._withhold = withhold
        self.begin()

    def begin(self) -> None:
        """Forget the check before."""
        self._call: Call | None = None
        self._answer: Answer | None = None
        self._error: Mapping[str, Any] = {"frames": []}
        self._compared: list[tuple[bool, int, Callable[[], Exhibit]]] = []

    def asks(self, call: Call) -> None:
        """Take note of a call before it is made."""
        self._call, self._answer = call, None

    def answered(self, answer: Answer) -> None:
        """Take note of what came back."""
        self._answer = answer

    def raised(self, error: Mapping[str, Any]) -> None:
        """Take note of an exception, as `grader.sandbox.worker` describes it."""
        self._error = error

    def compared(self, yours: Values, target: Target, *, right: bool) -> None:
        """Take note of a comparison with numbers."""
        make = partial(self._as_exhibit, self._call, yours, target, right=right)
        self._compared.append((right, yours.size, make))

    def showed_tiles(self, see: Callable[[], Seen], *, right: bool) -> None:
        """Take note of a figure with tiles.

        Args:
            see: gives two pictures, (H, W, 3) in [0, 255], of which the first is the student's, and in it the row and
                column of the first tile that is wrong, None where all are right.
        """
        self._compared.append((right, 0, lambda: self._as_tiles(*see())))

    def evidence(self, *, passed: bool) -> bytes | None:
        """Return what there is to show of the check that has ended, None where that is nothing."""
        try:
            evidence = Evidence(
                "" if self._call is None or self._withhold else describe_call(self._call),
                tuple(self._exhibits(passed=passed)),
                () if passed else tuple(_frame(frame) for frame in self._error["frames"][-_FRAME_CAP:]),
            )
            return pack(evidence) if evidence != Evidence() else None
        except Exception:  # whatever a student's arrays bring about, the verdict stands
            return None

    def _exhibits(self, *, passed: bool) -> list[Exhibit]:
        """Return what shows most: the largest comparison of a check that passed, the last wrong one of another."""
        chosen = [(size, make) for right, size, make in self._compared if right or not passed]
        if passed and chosen:
            return [max(chosen, key=lambda one: one[0])[1]()]
        wrong = [make for right, _, make in self._compared if not right]
        if wrong:
            return [wrong[-1]()]
        with contextlib.suppress(StudentFault):
            if self._answer is not None and (exhibit := self._last_answer(self._answer)) is not None:
                return [exhibit]
        return []

    def _as_exhibit(self, call: Call | None, yours: Values, target: Target, *, right: bool) -> Exhibit:
        expected, item, factor, part = target.expected, 0, 1.0, ""
        if right and target.accepted and not self._withhold:
            near = (target.expected, *target.accepted.values())
            expected = min(
                near, key=lambda values: residual(yours, values, target.compare, target.batched).max()
            )
        if target.batched:
            if not self._withhold and not right:
                item = int(np.argmax(residual(yours, expected, target.compare, batched=True)))
            name = later("image {number} of {count}")
            if target.measure == "updates":
                name = later("step {number} of {count}")
            part = phrase(name, number=item + 1, count=len(yours)) if len(yours) > 1 else ""
            yours, expected = yours[item], expected[item]
        if target.compare == "scale" and not self._withhold and not right:
            factor = best_factor(yours, expected)
        picture = "1, 3, H, W" in target.axes and target.measure == "value"
        reduced = reduce(yours * factor, None if self._withhold else expected, picture=picture)
        exhibit = self._exhibit(call, reduced, item)
        shown = not right and reduced.expected is not None
        return dataclasses.replace(
            exhibit,
            part=part,
            place=reduced.place if shown else None,
            where=reduced.where if shown else "",
            scaled=factor,
            right=right,
        )

    def _as_tiles(self, yours: Values, expected: Values, place: tuple[int, int] | None) -> Exhibit:
        mine = yours.astype(np.uint8)
        if self._withhold:
            return Exhibit("picture", mine, right=place is None)
        difference = np.abs(yours - expected).astype(np.uint8) if yours.shape == expected.shape else None
        where = "" if place is None else phrase("the first tile that is wrong")
        right = expected.astype(np.uint8)
        return Exhibit("picture", mine, right, difference, place=place, where=where, right=place is None)

    def _last_answer(self, answer: Answer) -> Exhibit | None:
        """Return an answer that nothing was compared with."""
        with contextlib.suppress(StudentFault):
            if (text := _in_words(answer)) is not None:
                return Exhibit("text", np.zeros(0), text=text)
        axes = self._functions.get(answer.function, "")
        values = np.asarray(_numbers(answer))
        if values.dtype.kind not in "fiub" or not values.size:
            return None
        if not answer.returned and values.ndim == 3 and values.shape[-1] in (3, 4):  # drawn, in colour
            scale = 1 if values.dtype == np.uint8 else 255
            pixels = np.moveaxis(values[..., :3].astype(np.float64), -1, 0) * scale
            return self._exhibit(self._call, reduce(pixels, None, picture=True, ready=True), 0)
        picture = "1, 3, H, W" in axes or "k, 3, h, w" in axes
        given = self._given(values.shape) if picture else None
        reduced = reduce(values.astype(np.float64), given, picture=picture)
        return self._exhibit(self._call, dataclasses.replace(reduced, expected=None), 0)

    def _given(self, shape: tuple[int, ...]) -> Values | None:
        """Return the picture of a shape that the last call was given, to tell what was changed in it."""
        if self._call is None or self._withhold:
            return None
        arrays = (argument.values for argument in self._call.arguments if isinstance(argument, Array))
        return next((array.astype(np.float64) for array in arrays if array.shape == shape), None)

    def _exhibit(self, call: Call | None, reduced: Reduced, item: int) -> Exhibit:
        exhibit = Exhibit(reduced.kind, reduced.yours, reduced.expected, reduced.difference)
        if call is None or self._withhold or reduced.kind in ("numbers", "curve", "points"):
            return exhibit
        asked = pick_picture(call, item)
        label = "" if asked is None else pick_class(call, item)
        return dataclasses.replace(exhibit, asked=asked, label=label)


def _numbers(answer: Answer) -> Any:
    """Return the numbers in an answer, of the last of several parts."""
    parts: Sequence[Answer] = ()
    with contextlib.suppress(StudentFault):
        parts = tuple(answer.mapping.values())
    with contextlib.suppress(StudentFault):
        parts = parts or answer.items
    if parts:
        with contextlib.suppress(StudentFault):
            return np.array([part.number for part in parts])
        return _numbers(parts[-1])
    with contextlib.suppress(StudentFault):
        return np.array([answer.number])
    return answer.values


def _in_words(answer: Answer) -> str | None:
    """Return an answer that is a text, or a list of texts."""
    with contextlib.suppress(StudentFault):
        return clean(answer.text, 300)
    texts = [clean(part.text, 60) for part in answer.items[:12]]
    return ", ".join(texts) if texts else None


def _frame(frame: Mapping[str, Any]) -> Frame:
    around = tuple(clean(str(line), _LINE_CAP).rstrip("\n") for line in frame.get("around", ()))
    return Frame(
        clean(str(frame["file"]), 80),
        int(frame["line"] or 0),
        clean(str(frame["function"]), 80),
        int(frame.get("first", 1)),
        around,
    )
