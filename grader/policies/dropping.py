"""Which exercises are left out where the lowest do not count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def keep_best(points: Mapping[str, tuple[float, float]], count: int) -> list[str]:
    """Return the exercises, in their order, whose share of the points is the largest that so many can have.

    That is not always what is left without the smallest shares: of 0 of 1 and 50 of 100, the second costs more.

    Args:
        points: earned and to be had, by exercise.
        count: how many to keep, at least one.

    Source: W. Dinkelbach, On Nonlinear Fractional Programming, Management Science 13 (1967): the share grows with each
        round until it is the largest.
    """
    kept, share = list(points), _share(points, list(points))
    while True:
        gain = {name: earned - share * most for name, (earned, most) in points.items()}
        chosen = set(sorted(points, key=lambda name: -gain[name])[:count])
        better = [name for name in points if name in chosen]
        if len(kept) == count and _share(points, better) <= share + 1e-12:
            return kept
        kept, share = better, _share(points, better)


def _share(points: Mapping[str, tuple[float, float]], names: Sequence[str]) -> float:
    most = sum(points[name][1] for name in names)
    return sum(points[name][0] for name in names) / most if most else 1.0
