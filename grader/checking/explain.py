"""A wrong array in a sentence: what differs, by how much, and where most."""

from __future__ import annotations

import numpy as np

from fixtures.tolerances import Comparison, Values


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
        return "the result is zero everywhere"
    worst = int(np.argmax(distances))
    mine, right = (yours[worst], expected[worst]) if item else (yours, expected)
    off = (
        f"off by {_percent(distances[worst])} of its norm, {_times(distances[worst] / tight)} what is allowed"
    )
    if compare == "scale":
        mine = mine * _best_factor(mine, right)
        off += ", whatever the scale"
    else:
        ratio = _ratio(mine, right)
        off += f"; it is {ratio:.3g} times what is expected" if ratio is not None else ""
    where = ", ".join(
        f"{axis} {index}" for axis, index in zip(_axes(mine.ndim), _peak(mine - right), strict=True) if axis
    )
    if where:
        off += f"; most at {where}"
    if not item:
        return f"the result is {off}"
    wrong = int((distances > tight).sum())
    count = (
        f"{item} {worst + 1} of {len(distances)}"
        if wrong == 1
        else f"{wrong} of {len(distances)} {item}s are wrong; {item} {worst + 1}"
    )
    return f"{count} is {off}"


def _percent(distance: float) -> str:
    return f"{100 * distance:.0f} %" if distance >= 0.1 else f"{100 * distance:.2g} %"


def _times(multiple: float) -> str:
    return f"{multiple:,.0f} times" if multiple >= 10 else f"{multiple:.1f} times"


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


def _peak(difference: Values) -> tuple[int, ...]:
    return tuple(int(index) for index in np.unravel_index(int(np.abs(difference).argmax()), difference.shape))


def _axes(ndim: int) -> list[str]:
    """Return words for the last axes of an image; the empty word for axes before them."""
    return ["", "", "", "", "channel", "row", "column"][-ndim:] if ndim else []
