"""Moments in time as people and platforms write them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from grader.language import later, phrase

_DAY = timedelta(days=1)
_DAYS = later("{count} day"), later("{count} days")
_HOURS = later("{count} hour"), later("{count} hours")
_MINUTES = later("{count} minute"), later("{count} minutes")


def read_moment(text: str) -> datetime:
    """Return the moment that a text names, such as "2026-12-01T23:59+01:00"; without an offset, by this machine.

    Raises:
        ValueError: if it names none.
    """
    stated = text.strip()
    if stated[-1:] in "Zz":  # which Python 3.10 cannot read
        stated = f"{stated[:-1]}+00:00"
    try:
        moment = datetime.fromisoformat(stated)
        return moment if moment.tzinfo else moment.astimezone()
    except (ValueError, OverflowError):
        raise ValueError(f"{text!r} is no time such as 2026-12-01T23:59+01:00") from None


def days_begun(length: timedelta) -> int:
    """Return how many days a length of time has begun; 0 where it is not above 0."""
    return max(0, math.ceil(length / _DAY))


def say_length(length: timedelta) -> str:
    """Return a length of time in its two largest units, such as "1 day 3 hours"."""
    minutes = max(1, int(length / timedelta(minutes=1)))
    days, hours = divmod(minutes // 60, 24)
    if days:
        return _both(say_days(days), hours, _HOURS)
    if hours:
        return _both(_count(hours, _HOURS), minutes % 60, _MINUTES)
    return _count(minutes, _MINUTES)


def say_days(number: int) -> str:
    """Return a number of days, such as "1 day"."""
    return _count(number, _DAYS)


def _both(larger: str, smaller: int, unit: tuple[str, str]) -> str:
    """Return a number of units with a smaller unit's, unless there are none of these."""
    return phrase("{larger} {smaller}", larger=larger, smaller=_count(smaller, unit)) if smaller else larger


def _count(number: int, unit: tuple[str, str]) -> str:
    """Return a number of units: the first template says that there is one, the second that there are several."""
    one, several = unit
    return phrase(one if number == 1 else several, count=number)
