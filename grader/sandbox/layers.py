"""The layers of the wall round a worker: what each is called, and what a worker tells of it.

A layer is a module with two functions, `lock` and `probe`. The first puts it in force for good, the second tries what
it must stop. Either raises `Lacking`, with the reason that people read; a layer is in force only when neither did.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

LIMITS, USER, PRIVILEGES, LANDLOCK, SECCOMP = "limits", "user", "privileges", "landlock", "seccomp"
BUBBLEWRAP, CGROUP = "bubblewrap", "cgroup"
NAMES = (LIMITS, USER, PRIVILEGES, LANDLOCK, SECCOMP, BUBBLEWRAP, CGROUP)

SWITCHED_OFF = "switched off by whoever runs the grader"

REQUIRED = (LANDLOCK, SECCOMP)  # what official grading does not do without


class Lacking(Exception):
    """A layer is not in force here; the text says why."""


@dataclass(frozen=True, slots=True)
class Layer:
    """What is known about one layer.

    Attributes:
        name: one of NAMES.
        in_force: whether its probe has shown, from inside, that it holds.
        says: in force, what it does; otherwise why it is not.
    """

    name: str
    in_force: bool
    says: str

    def to_plain(self) -> dict[str, Any]:
        """Return it as JSON data."""
        return {"name": self.name, "in_force": self.in_force, "says": self.says}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a worker lives, as whoever starts it decides.

    Attributes:
        folder: the worker's own, empty; all that it may write to.
        canary: a file that it can read before it is locked in, and must not afterwards.
        hidden: a path that exists outside and must not inside bubblewrap; None without bubblewrap.
        user: number of a spare user, None where there is none.
        readable: what it may read beside its folder.
        without: layers that are left out.
        reasons: why a layer cannot be had, found out before the worker was started.
    """

    folder: Path
    canary: Path
    hidden: Path | None
    user: int | None
    readable: tuple[Path, ...]
    without: frozenset[str]
    reasons: Mapping[str, str]


def from_plain(told: Iterable[Mapping[str, Any]]) -> tuple[Layer, ...]:
    """Return the layers that a worker told of, as JSON data, before it had run a line of the submission."""
    return tuple(Layer(str(one["name"]), bool(one["in_force"]), str(one["says"])) for one in told)
