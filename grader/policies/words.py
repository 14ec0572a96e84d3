"""What students read of each policy: whole sentences, so that another language can have its own order of words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from grader.language import later, phrase
from grader.policies.moments import say_days, say_length
from grader.policies.policy import Base

_TAKEN: Mapping[
    tuple[Base, bool], str
] = {  # by what the percentage is of, and whether it may not grow any more
    ("earned", False): later(
        "handed in {length} late, {days} begun: {percent:g} % of the points earned are taken off"
    ),
    ("earned", True): later(
        "handed in {length} late, {days} begun: {percent:g} % of the points earned are taken off, the most"
    ),
    ("possible", False): later(
        "handed in {length} late, {days} begun: {percent:g} % of the points to be had are taken off"
    ),
    ("possible", True): later(
        "handed in {length} late, {days} begun: {percent:g} % of the points to be had are taken off, the most"
    ),
}


def say_refused(most: int, number: int) -> str:
    """Return why an attempt is not graded, where so many of a day are and it is the one of that number."""
    if most == 1:
        return phrase(
            "1 attempt a day is graded, and this is number {number} of its day; "
            "the score of the one before stands",
            number=number,
        )
    return phrase(
        "{most} attempts a day are graded, and this is number {number} of its day; "
        "the score of the one before stands",
        most=most,
        number=number,
    )


def say_attempt(most: int, number: int | None) -> str:
    """Return which attempt of the day it is, of so many that are graded; None where that is not known."""
    match most, number:
        case 1, None:
            return phrase("1 attempt a day is graded; how many there were is not known here")
        case 1, _:
            return phrase("1 attempt a day is graded; this is number {number}", number=number)
        case _, None:
            unknown = later("{most} attempts a day are graded; how many there were is not known here")
            return phrase(unknown, most=most)
    return phrase("{most} attempts a day are graded; this is number {number}", most=most, number=number)


def say_lowest(number: int, total: float) -> str:
    """Return that so many exercises do not count, and the others stand for all points; without a name."""
    if number == 1:
        return phrase(
            "the lowest exercise does not count; the others stand for all {total:g} points", total=total
        )
    return phrase(
        "the lowest {number} exercises do not count; the others stand for all {total:g} points",
        number=number,
        total=total,
    )


def say_dropped(points: Mapping[str, tuple[float, float]], total: float) -> str:
    """Return which exercises do not count.

    Args:
        points: earned and to be had, by exercise.
        total: that the others stand for.
    """
    told = ", ".join(
        phrase("{name} ({earned:.4g} of {most:.4g})", name=name, earned=earned, most=most)
        for name, (earned, most) in points.items()
    )
    one = later("{told} does not count; the others stand for all {total:g} points")
    several = later("{told} do not count; the others stand for all {total:g} points")
    return phrase(one if len(points) == 1 else several, told=told, total=total)


def say_unknown(*, due: bool) -> str:
    """Return why nothing is taken off: it is not known when the submission was due, else when it was handed in."""
    if due:
        return phrase("lateness takes nothing off, since when it was due is not known here")
    return phrase("lateness takes nothing off, since when it was handed in is not known here")


def say_forgiven(overdue: timedelta) -> str:
    """Return that nothing is taken off, after so long; not above 0 is on time."""
    if overdue > timedelta():
        return phrase("handed in {length} late, which is forgiven", length=say_length(overdue))
    return phrase("handed in on time, so nothing is taken off")


def say_taken(overdue: timedelta, days: int, percent: float, of: Base, *, bounded: bool) -> str:
    """Return what a late submission loses.

    Args:
        overdue: how late it is.
        days: that have begun, after those minutes that cost nothing.
        percent: that is taken off.
        of: the points that the percentage is of.
        bounded: whether it would be more, were there no bound.
    """
    return phrase(_TAKEN[of, bounded], length=say_length(overdue), days=say_days(days), percent=percent)
