"""Moments in time as people and platforms write them."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

_DAY = timedelta(days=1)


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
        return _units(days, "day", hours, "hour")
    return _units(hours, "hour", minutes % 60, "minute") if hours else count(minutes, "minute")


def count(number: float, unit: str) -> str:
    """Return a number with its unit, in the plural where there are several."""
    return f"{number:g} {unit}{'' if number == 1 else 's'}"


def _units(larger: int, name: str, smaller: int, smaller_name: str) -> str:
    return count(larger, name) + (f" {count(smaller, smaller_name)}" if smaller else "")
