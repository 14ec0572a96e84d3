"""A wrong array in a sentence: what differs, by how much, and where most."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fixtures.tolerances import Comparison, Values
from grader.language import later, phrase

_MOST = 10**9  # a number beyond it is not spelt out; it may be infinite, or none, where squares overflow


def explain_difference(
    yours: Values, expected: Values, distances: Values, tight: float, compare: Comparison, item: str
) -> str:
    """Return one sentence about a wrong answer that does not give the right one away.

    Args:
        yours, expected: what came back and what should have, the same shape.
        distances: residual of each item, from `fixtures.tolerances.residual`.
        tight: the tolerance that the worst of them exceeds.
        compare: "scale" if a positive factor is free.
        item: what the first axis counts, "image" or "step"; "" where the whole is one.
    """
    if not yours.any():
        return phrase("the result is zero everywhere")
    worst = int(np.argmax(distances))
    mine, right = (yours[worst], expected[worst]) if item else (yours, expected)
    off = phrase(
        "off by {percent} % of its norm, {times} times what is allowed",
        percent=_percent(distances[worst]),
        times=_times(distances[worst] / tight),
    )
    if compare == "scale":
        mine = mine * _best_factor(mine, right)
        off += phrase(", whatever the scale")
    elif (ratio := _ratio(mine, right)) is not None:
        off += phrase("; it is {ratio:.3g} times what is expected", ratio=ratio)
    if where := _where(mine - right):
        off += phrase("; most at {where}", where=where)
    if not item:
        return phrase("the result is {off}", off=off)
    wrong, count = int((distances > tight).sum()), len(distances)
    if wrong == 1:
        one = later("image {number} of {count} is {off}")
        if item == "step":
            one = later("step {number} of {count} is {off}")
        return phrase(one, number=worst + 1, count=count, off=off)
    several = later("{wrong} of {count} images are wrong; image {number} is {off}")
    if item == "step":
        several = later("{wrong} of {count} steps are wrong; step {number} is {off}")
    return phrase(several, wrong=wrong, count=count, number=worst + 1, off=off)


def name_place(index: Sequence[int]) -> str:
    """Return where a value stands, by the last axes of an image: "channel 1, row 4, column 2"."""
    templates = (later("channel {index}"), later("row {index}"), later("column {index}"))
    last = list(index)[-len(templates) :]
    named = templates[len(templates) - len(last) :]
    return ", ".join(phrase(template, index=at) for template, at in zip(named, last, strict=True))


def _percent(distance: float) -> str:
    percent = 100 * distance
    return _capped(percent, f"{percent:.0f}" if distance >= 0.1 else f"{percent:.2g}")


def _times(multiple: float) -> str:
    return _capped(multiple, f"{multiple:,.0f}" if multiple >= 10 else f"{multiple:.1f}")


def _capped(number: float, spelt_out: str) -> str:
    return spelt_out if number < _MOST else f">{_MOST:,}"


def _best_factor(yours: Values, expected: Values) -> float:
    square = float((yours * yours).sum())
    return max(float((yours * expected).sum()) / square, 0.0) if square else 0.0


def _ratio(yours: Values, expected: Values) -> float | None:
    """Return by which single factor two arrays differ, None where there is no such factor."""
    square = float((expected * expected).sum())
    if not square:
        return None
    factor = float((yours * expected).sum()) / square
    rest = np.linalg.norm(yours - factor * expected) / np.linalg.norm(yours)
    return factor if rest < 1e-3 else None


def _where(difference: Values) -> str:
    """Return where two arrays differ most; nothing for single numbers."""
    peak = np.unravel_index(int(np.abs(difference).argmax()), difference.shape)
    return name_place([int(index) for index in peak])
