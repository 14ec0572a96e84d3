"""What is no picture, drawn with lines: curves, points, a table of a few numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from grader.language import later, phrase
from grader.reports.page.text import number, say

Values = npt.NDArray[Any]

YOURS, EXPECTED, DIFFERENCE = later("yours"), later("expected"), later("difference")

_WIDTH, _HEIGHT, _MARGIN = 320.0, 140.0, 8.0


def draw_curve(yours: Values, expected: Values | None) -> str:
    """Return a curve, with the expected one behind it, as SVG."""
    curves = [("expected", expected), ("yours", yours)]
    known = np.concatenate([values[np.isfinite(values)] for _, values in curves if values is not None])
    low, high = float(known.min(initial=0.0)), float(known.max(initial=0.0))
    lines = "".join(
        f'<polyline class="{name}" points="{_path(values, low, high)}"/>'
        for name, values in curves
        if values is not None
    )
    words = phrase(
        "your {count} numbers as a curve, from {low} to {high}",
        count=len(yours),
        low=number(low),
        high=number(high),
    )
    return _svg(lines, words, _HEIGHT)


def draw_points(yours: Values) -> str:
    """Return points (n, 2) in the plane as SVG."""
    known = yours[np.isfinite(yours).all(axis=1)]
    spread = np.ptp(known, axis=0).max(initial=0.0) if len(known) else 0.0
    middle = (known.max(axis=0) + known.min(axis=0)) / 2 if len(known) else np.zeros(2)
    places = _WIDTH / 2 + (known - middle) * ((_WIDTH - 4 * _MARGIN) / (spread or 1.0))
    hues = np.linspace(0, 300, max(len(places), 1))
    dots = "".join(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="5" fill="hsl({hue:.0f} 65% 50%)"/>'
        for (x, y), hue in zip(places, hues, strict=False)
    )
    words = phrase("your map of {count} points; the colours follow their order", count=len(yours))
    return _svg(dots, words, _WIDTH)


def draw_numbers(yours: Values, expected: Values | None, place: tuple[int, int] | None) -> tuple[str, str]:
    """Return bars for a thumbnail, and a table of yours, what is expected and the difference."""
    rows = [(phrase(YOURS), yours)]
    if expected is not None:
        rows += [(phrase(EXPECTED), expected), (phrase(DIFFERENCE), yours - expected)]
    worst = place[1] if place is not None and expected is not None else -1
    body = "".join(
        f'<tr><th scope="row">{say(name)}</th>'
        + "".join(
            f"<td{' class=worst' if column == worst else ''}>{number(value)}</td>"
            for column, value in enumerate(values)
        )
        + "</tr>"
        for name, values in rows
    )
    return _bars(yours), f'<div class="scrolls" tabindex="0"><table class="numbers">{body}</table></div>'


def _bars(values: Values) -> str:
    heights = np.nan_to_num(values / (np.abs(np.nan_to_num(values)).max(initial=0.0) or 1.0)).clip(-1, 1)
    width = 48 / max(len(heights), 1)
    bars = "".join(
        f'<rect x="{4 + column * width:.1f}" y="{28 - max(24 * height, 0):.1f}" '
        f'width="{max(width - 1.5, 1):.1f}" height="{max(24 * abs(height), 1):.1f}"/>'
        for column, height in enumerate(heights)
    )
    return f'<svg class="bars" viewBox="0 0 56 56" aria-hidden="true">{bars}</svg>'


def _path(values: Values, low: float, high: float) -> str:
    across = np.linspace(_MARGIN, _WIDTH - _MARGIN, max(len(values), 2))
    heights = (np.nan_to_num(values) - low) / ((high - low) or 1.0)
    down = _HEIGHT - _MARGIN - heights.clip(0, 1) * (_HEIGHT - 2 * _MARGIN)
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=False))


def _svg(inside: str, words: str, height: float) -> str:
    return f'<svg viewBox="0 0 {_WIDTH:g} {height:g}" role="img" aria-label="{say(words)}">{inside}</svg>'
