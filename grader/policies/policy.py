"""The course's policies, from the table that instructors edit."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast, get_args

from grader.errors import Unusable
from grader.exercises import TABLE, read_table

Base: TypeAlias = Literal["earned", "possible"]

_TABLE_NAME = "policies"
_MOST_GRACE = 60.0 * 24 * 366


@dataclass(frozen=True, slots=True)
class Late:
    """What a late submission loses.

    Attributes:
        percent_per_day: for each day begun.
        of: the points that the percentage is of: those earned, or those that could have been.
        grace_minutes: after the due date that cost nothing; days are counted from their end.
        most_percent: the penalty does not grow beyond it.
    """

    percent_per_day: float
    of: Base = "earned"
    grace_minutes: float = 0.0
    most_percent: float = 100.0


@dataclass(frozen=True, slots=True)
class Policy:
    """What a course does with points once they are earned.

    Attributes:
        late: None takes nothing off for lateness.
        attempts_per_day: how many attempts of one day are graded; None grades all.
        drop_lowest: how many exercises do not count.
    """

    late: Late | None = None
    attempts_per_day: int | None = None
    drop_lowest: int = 0

    @property
    def depends_on_time(self) -> bool:
        """Whether anything hangs on when a submission was handed in."""
        return self.late is not None or self.attempts_per_day is not None


def read_policy(table: Path = TABLE) -> Policy:
    """Return the policies of a course; a table that names none has none.

    Raises:
        Unusable: if the table cannot be read or an entry is not as it should be.
    """
    rows = read_table(table)
    try:
        for name in rows:
            if name != _TABLE_NAME and difflib.get_close_matches(name, [_TABLE_NAME], cutoff=0.7):
                raise ValueError(f"[{name}] means nothing; is [{_TABLE_NAME}] meant?")
        return _read(rows.get(_TABLE_NAME, {}))
    except ValueError as error:
        raise Unusable(f"the table of exercises {table} cannot be used: {error}") from None


def _read(row: Any) -> Policy:
    _demand_keys(row, _TABLE_NAME, ("late", "attempts_per_day", "drop_lowest"))
    late = None
    if "late" in row:
        where, given = f"{_TABLE_NAME}.late", row["late"]
        _demand_keys(given, where, ("percent_per_day", "of", "grace_minutes", "most_percent"))
        if "percent_per_day" not in given:
            raise ValueError(f"{where} lacks percent_per_day")
        late = Late(
            percent_per_day=_number(given, where, "percent_per_day", 100.0),
            of=_word(given, where, "of", "earned"),
            grace_minutes=_number(given, where, "grace_minutes", _MOST_GRACE, 0.0),
            most_percent=_number(given, where, "most_percent", 100.0, 100.0),
        )
    return Policy(
        late=late,
        attempts_per_day=_whole(row, "attempts_per_day", 1) if "attempts_per_day" in row else None,
        drop_lowest=_whole(row, "drop_lowest", 0) if "drop_lowest" in row else 0,
    )


def _demand_keys(row: Any, where: str, known: tuple[str, ...]) -> None:
    if not isinstance(row, dict):
        raise ValueError(f"{where} is {row!r}, which is no table")
    for key in row:
        if key not in known:
            raise ValueError(f"{where}.{key} means nothing; there are {', '.join(known)}")


def _number(row: Mapping[str, Any], where: str, key: str, most: float, usual: float = 0.0) -> float:
    value = row.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise ValueError(f"{where}.{key} is {value!r}, which is no number from 0 to {most:g}")
    return float(value)


def _whole(row: Mapping[str, Any], key: str, least: int) -> int:
    value = row[key]
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"{_TABLE_NAME}.{key} is {value!r}, which is no whole number from {least} up")
    return value


def _word(row: Mapping[str, Any], where: str, key: str, usual: Base) -> Base:
    value = row.get(key, usual)
    if value not in get_args(Base):
        raise ValueError(f"{where}.{key} is {value!r}; there are {', '.join(get_args(Base))}")
    return cast(Base, value)
