"""Words for a page: cleaned, escaped, rounded."""

from __future__ import annotations

import html

from grader.language import phrase
from grader.sandbox.text import clean


def say(text: str) -> str:
    """Return text that anybody may have chosen, safe within an element or a quoted attribute."""
    return html.escape(clean(text), quote=True)


def points(earned: float, to_earn: float) -> str:
    """Return "3 of 5" as a page shows it."""
    return phrase("{earned} of {most:g}", earned=f"<b>{round(earned, 2):g}</b>", most=round(to_earn, 2))


def name_of(exercise: str) -> str:
    """Return the name of an exercise as a heading."""
    spaced = exercise.replace("_", " ")
    return say(spaced[:1].upper() + spaced[1:])


def number(value: float) -> str:
    """Return a number in three digits."""
    return f"{float(value):.3g}".replace("-", "−")
