"""Mutants that are right answers, each with its reason: read from one file that is reviewed like code."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECORDS = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Equivalent:
    """One mutant that no answer tells from the reference, or that the task allows.

    Attributes:
        function: name of its solution.
        diff: as `tests.mutants.making.write_diff` writes it.
        reason: why no check should kill it.
    """

    function: str
    diff: str
    reason: str


def read_equivalents(records: Path = RECORDS) -> list[Equivalent]:
    """Return the recorded mutants in the order of the file.

    Raises:
        ValueError: if an entry has no function, reason or diff, or says something twice.
    """
    found: list[Equivalent] = []
    for entry in tomllib.loads(records.read_text("utf-8")).get("equivalent", []):
        if set(entry) != {"function", "reason", "diffs"} or not entry["reason"].strip() or not entry["diffs"]:
            raise ValueError(f"expected an entry with function, reason and diffs, got {entry}")
        found += [Equivalent(entry["function"], diff.strip("\n"), entry["reason"]) for diff in entry["diffs"]]
    seen: set[tuple[str, str]] = set()
    for one in found:
        if (one.function, one.diff) in seen:
            raise ValueError(f"recorded twice for {one.function}:\n{one.diff}")
        seen.add((one.function, one.diff))
    return found
