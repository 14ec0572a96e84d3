"""Submissions that look alike: groups of students whose code is the same up to names, for a person to look at.

One pass over all files, one hash per function: the time grows with the amount of code, not with the pairs of students.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Literal

from grader.class_page.records import Student
from grader.class_page.written import Handout, Unit, read_units

LEAST_STATEMENTS = 5  # in common; fewer are alike by chance, since a short function has few right answers
_MANY = (
    20  # students; what so many have, and more than half of the class, was handed out or is the usual answer
)
_NEARLY_ALL = 0.8  # of what a group shares; where a wider group shares as much, the smaller one adds nothing


@dataclass(frozen=True, slots=True)
class Shared:
    """What students have in common of one file.

    Attributes:
        file: its name, with the first of them.
        functions: that are the same up to names; LOOSE for what stands outside of functions.
        extent: "bytes" where the file is the same byte for byte, "all" where it is up to names, else "part".
        alike: how many of them have the same bytes; 1 where no two have.
    """

    file: str
    functions: tuple[str, ...]
    extent: Literal["bytes", "all", "part"]
    alike: int


@dataclass(frozen=True, slots=True)
class Group:
    """Students who have the same code, up to names.

    Attributes:
        students: their names, two or more, in order.
        common: what they share, file by file.
        statements: how many they have in common.
        weight: the more statements, and the fewer students have them, the larger.
    """

    students: tuple[str, ...]
    common: tuple[Shared, ...]
    statements: int
    weight: float


@dataclass(frozen=True, slots=True)
class Lookalikes:
    """What the comparison found.

    Attributes:
        groups: those that tell most first.
        left_out: functions that more than half of the class has, so that they tell nothing.
    """

    groups: tuple[Group, ...]
    left_out: tuple[str, ...] = ()


def find_lookalikes(students: Sequence[Student], handout: Handout) -> Lookalikes:
    """Return the groups of a class."""
    owned = read_units(students, handout)
    owners: dict[bytes, set[str]] = {}
    for name, units in owned.items():
        for digest in units:
            owners.setdefault(digest, set()).add(name)
    usual = {
        digest for digest, names in owners.items() if len(names) >= _MANY and 2 * len(names) > len(students)
    }
    found: dict[frozenset[str], _Found] = {}
    for digest, names in owners.items():
        team = frozenset(names)
        if len(team) > 1 and digest not in usual and team not in found:
            found[team] = _common(team, owned, owners, usual)
    groups = [
        _group(team, one, owned, len(students)) for team, one in found.items() if not _is_told(one, found)
    ]
    left_out = {unit.where for units in owned.values() for digest, unit in units.items() if digest in usual}
    return Lookalikes(
        tuple(sorted(groups, key=lambda group: (-group.weight, group.students))), tuple(sorted(left_out))
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """What a team has in common, and who else has each piece of it."""

    digests: frozenset[bytes]
    statements: int
    wider: frozenset[frozenset[str]]


def _common(
    team: frozenset[str],
    owned: Mapping[str, Mapping[bytes, Unit]],
    owners: Mapping[bytes, Set[str]],
    usual: Set[bytes],
) -> _Found:
    """Return all that a team has in common, be it that others have some of it too."""
    units = owned[min(team)]
    digests = frozenset(digest for digest in units if digest not in usual and team <= owners[digest])
    return _Found(
        digests,
        sum(units[digest].statements for digest in digests),
        frozenset(frozenset(owners[digest]) for digest in digests) - {team},
    )


def _is_told(found: _Found, others: Mapping[frozenset[str], _Found]) -> bool:
    """Return whether a team is not worth a group of its own: little in common, or hardly more than a wider one has."""
    if found.statements < LEAST_STATEMENTS:
        return True
    return any(others[wider].statements >= _NEARLY_ALL * found.statements for wider in found.wider)


def _group(team: frozenset[str], found: _Found, owned: Mapping[str, Mapping[bytes, Unit]], of: int) -> Group:
    students = tuple(sorted(team))
    files: dict[str, list[bytes]] = {}
    for digest, unit in owned[students[0]].items():
        if digest in found.digests:
            files.setdefault(unit.file, []).append(digest)
    return Group(
        students=students,
        common=tuple(
            _shared(file, digests, found.digests, [owned[name] for name in students])
            for file, digests in files.items()
        ),
        statements=found.statements,
        weight=found.statements * math.log2(1 + of / len(team)),
    )


def _shared(
    file: str, digests: Sequence[bytes], common: Set[bytes], units: Sequence[Mapping[bytes, Unit]]
) -> Shared:
    """Return what some students share of a file, which may have another name with each."""
    theirs = [{one[digest].text for digest in digests} for one in units]
    whole = all(
        digest in common for one, texts in zip(units, theirs, strict=True) for digest, unit in one.items()
        if unit.text in texts
    )  # fmt: skip
    functions = dict.fromkeys(units[0][digest].function for digest in digests)
    alike = max(Counter(text for texts in theirs for text in texts).values())
    extent: Literal["bytes", "all", "part"] = "bytes" if alike == len(units) else "all" if whole else "part"
    return Shared(file, tuple(functions), extent, alike)
