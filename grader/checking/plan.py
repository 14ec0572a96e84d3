"""What each check of an exercise is worth, before any of them runs."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import hypothesis
import pytest

from grader.exercises import Exercise
from grader.language import translated
from grader.result import CheckResult


def plan_checks(exercise: Exercise, items: Sequence[pytest.Item], seed: str) -> dict[str, CheckResult]:
    """Return the checks as they are announced, by pytest's name for them.

    Args:
        exercise: whose points they share.
        items: the checks; laws among them get examples that follow from the seed.
        seed: of the fixtures: private ones bring examples that nobody has seen.

    Raises:
        ValueError: if a check has no points, or the table speaks of a check that there is not.
    """
    visibility, names = exercise.visibility, {item.name.removeprefix("test_") for item in items}
    for what, named in (("a visibility", set(visibility) - {"*"}), ("a bonus", set(exercise.bonus))):
        if named - names and not exercise.left_out:
            raise ValueError(f"the table gives {what} to {', '.join(sorted(named - names))}: no such check")
    for item in items:
        function: Any = getattr(item, "function", None)
        if hypothesis.is_hypothesis_test(function):
            hypothesis.seed(number_of(seed + item.name))(function)
    planned = {}
    extras = [exercise.bonus.get(item.name.removeprefix("test_")) for item in items]
    weights = [_weight(item) if extra is None else 0.0 for item, extra in zip(items, extras, strict=True)]
    shares = _share(exercise.points, weights)
    for item, share, extra in zip(items, shares, extras, strict=True):
        name, bonus = item.name.removeprefix("test_"), exercise.extra or extra is not None
        planned[item.nodeid] = CheckResult(
            id=f"{exercise.name}/{name}",
            exercise=exercise.name,
            title=_title(item) + (" (bonus)" if bonus else ""),
            status="not_run",
            points=0.0,
            max_points=share if extra is None else extra,
            visibility=visibility.get(name, visibility.get("*", "visible")),
            bonus=bonus,
        )
    return planned


def number_of(text: str) -> int:
    """Return a number that follows from a text, and from which the text cannot be found."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _weight(item: pytest.Item) -> float:
    marker = item.get_closest_marker("points")
    if marker is None:
        raise ValueError(f"{item.nodeid} has no points; mark it with @pytest.mark.points(weight)")
    return float(marker.args[0])


def _share(points: float, weights: Sequence[float]) -> list[float]:
    """Return shares of some points, in hundredths, that add up to them."""
    total = sum(weights) or 1.0  # where every check is a bonus
    ends = [round(points * sum(weights[:number]) / total, 2) for number in range(len(weights) + 1)]
    return [round(end - begin, 2) for begin, end in pairwise(ends)]


def _title(item: pytest.Item) -> str:
    """Return the first paragraph of a check's docstring as one line, in the language spoken."""
    text: Any = getattr(item, "function", None)
    paragraph = (text.__doc__ or "").strip().partition("\n\n")[0]
    return translated(" ".join(paragraph.split()))
