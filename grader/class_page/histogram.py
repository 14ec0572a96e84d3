"""The distribution of scores: a histogram as inline SVG, whose text keeps its size on a phone, and as a table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_FEW = 60  # students; fewer are counted in ten bars, more in twenty
_TOP, _FLOOR, _BELOW = 26, 190, 30  # pixels: above the highest bar, height of the bars, below the axis
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Bar:
    """Students whose scores lie in [low, high); in the last bar `high` itself counts too."""

    low: float
    high: float
    count: int


def count_scores(scores: Sequence[float], most: float) -> tuple[Bar, ...]:
    """Return the bars; a score beyond either end, by adjustments, is counted in the bar at that end.

    Args:
        scores: of the students.
        most: points to be had, > 0.
    """
    bars = 10 if len(scores) < _FEW else 20
    places = [min(max(int(bars * score / most + 1e-9), 0), bars - 1) for score in scores]
    edges = [round(number * most / bars, 2) for number in range(bars + 1)]
    return tuple(Bar(low, high, places.count(number)) for number, (low, high) in enumerate(pairwise(edges)))


def draw_histogram(scores: Sequence[float], most: float) -> str:
    """Return the histogram with its numbers as a table, folded."""
    bars = count_scores(scores, most)
    highest = max((bar.count for bar in bars), default=0) or 1
    width = 100 / len(bars)
    drawn = "".join(_bar(bar, number, width, highest) for number, bar in enumerate(bars) if bar.count)
    height = _TOP + _FLOOR + _BELOW
    return (
        f'<svg class="histogram" height="{height}" role="img" aria-label="{_in_words(scores, bars, most)}">'
        f'{drawn}<line class="axis" x1="0" x2="100%" y1="{_TOP + _FLOOR}" y2="{_TOP + _FLOOR}"/>'
        f"{_axis(most)}{_middle(scores, most)}</svg>{_as_table(bars)}"
    )


def _bar(bar: Bar, number: int, width: float, highest: int) -> str:
    tall = max(_FLOOR * bar.count / highest, 2)
    top = _TOP + _FLOOR - tall
    middle = (number + 0.5) * width
    return (
        f'<rect x="{(number + 0.07) * width:.2f}%" y="{top:.1f}" width="{0.86 * width:.2f}%" '
        f'height="{tall:.1f}" rx="2"/>'
        f'<text class="count" x="{middle:.2f}%" y="{top - 5:.1f}">{bar.count}</text>'
    )


def _axis(most: float) -> str:
    ticks = []
    for number in range(_TICKS + 1):
        anchor = "start" if number == 0 else "end" if number == _TICKS else "middle"
        ticks.append(
            f'<text class="tick" x="{100 * number / _TICKS:g}%" y="{_TOP + _FLOOR + 20}" text-anchor="{anchor}">'
            f"{round(most * number / _TICKS, 1):g}</text>"
        )
    return "".join(ticks)


def _middle(scores: Sequence[float], most: float) -> str:
    """Return the mark at the median."""
    if not scores:
        return ""
    place = min(max(100 * median(scores) / most, 0), 100)
    return f'<line class="median" x1="{place:.2f}%" x2="{place:.2f}%" y1="8" y2="{_TOP + _FLOOR}"/>'


def _in_words(scores: Sequence[float], bars: Sequence[Bar], most: float) -> str:
    if not scores:
        return "Histogram of scores: no submission has a score."
    students = "1 student" if len(scores) == 1 else f"{len(scores)} students"
    fullest = max(bars, key=lambda bar: bar.count)
    return (
        f"Histogram of the scores of {students}, of {most:g} points: median {median(scores):g}, "
        f"lowest {min(scores):g}, highest {max(scores):g}; the fullest bar, {fullest.count}, is between "
        f"{fullest.low:g} and {fullest.high:g} points. "
        "The table below has all numbers."
    )


def _as_table(bars: Sequence[Bar]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{bar.low:g} to {bar.high:g}</th><td class="number">{bar.count}</td></tr>'
        for bar in bars
    )
    return (
        '<details class="fold"><summary>The histogram as a table</summary><table>'
        '<caption class="unseen">Students by score</caption><thead>'
        '<tr><th scope="col">points</th><th scope="col" class="number">students</th></tr></thead>'
        f"<tbody>{rows}</tbody></table></details>"
    )
