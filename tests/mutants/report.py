"""What mistakes and mutants showed: a table by function, and the survivors with their diffs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.mutants.equivalent import Equivalent
from tests.mutants.grading import Fate
from tests.mutants.making import Mutant
from tests.mutants.misconceptions import Heard

COLUMNS = ("mistakes", "seen", "with hint", "rightly", "mutants", "killed", "equivalent", "surviving")


@dataclass(frozen=True, slots=True)
class Row:
    """What came of the mutants of one function.

    Attributes:
        function: its name.
        made, killed, equivalent: numbers of mutants.
        surviving: diffs of those that are neither killed nor recorded.
        faulty: diffs of those at which the grader itself failed.
        stale: diffs of records without a mutant that survives.
    """

    function: str
    made: int
    killed: int
    equivalent: int
    surviving: tuple[str, ...]
    faulty: tuple[str, ...]
    stale: tuple[str, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """How many mutants are made, killed, equivalent and surviving."""
        return self.made, self.killed, self.equivalent, len(self.surviving) + len(self.faulty)

    @classmethod
    def of(
        cls,
        function: str,
        mutants: Sequence[Mutant],
        fates: Sequence[Fate],
        equivalents: Sequence[Equivalent],
    ) -> Row:
        """Return the row of one function, from the mutants and records of all."""
        mine = [
            (mutant.diff, fate)
            for mutant, fate in zip(mutants, fates, strict=True)
            if mutant.solution.name == function
        ]
        recorded = {one.diff for one in equivalents if one.function == function}
        survived = [diff for diff, fate in mine if fate == "survived"]
        return cls(
            function,
            len(mine),
            sum(fate == "killed" for _, fate in mine),
            sum(diff in recorded for diff in survived),
            tuple(diff for diff in survived if diff not in recorded),
            tuple(diff for diff, fate in mine if fate == "faulty"),
            tuple(sorted(recorded - set(survived))),
        )


def write_table(rows: Sequence[Row], heard: Sequence[Heard]) -> list[str]:
    """Return the lines of a Markdown table, with the sums in the last one."""
    numbers = {row.function: (*_counts(row.function, heard), *row.counts) for row in rows}
    numbers["together"] = tuple(map(sum, zip(*numbers.values(), strict=True)))
    width = max(map(len, numbers)) + 2
    lines = [
        _line("function".ljust(width), COLUMNS),
        _line("-" * width, ["-" * len(head) for head in COLUMNS]),
    ]
    for name, counts in numbers.items():
        title = f"`{name}`" if "." in name else name
        cells = [str(count).rjust(len(head)) for count, head in zip(counts, COLUMNS, strict=True)]
        lines.append(_line(title.ljust(width), cells))
    return lines


def _counts(function: str, heard: Sequence[Heard]) -> tuple[int, ...]:
    mine = [one for one in heard if one.function == function]
    return (len(mine), *(sum(getattr(one, what) for one in mine) for what in ("seen", "hint", "right")))


def _line(title: str, cells: Sequence[str]) -> str:
    return f"| {' | '.join([title, *cells])} |"


def write_survivors(rows: Sequence[Row]) -> Iterator[str]:
    """Yield what is to be done: a check or a record for each survivor, and stale records to take out."""
    for row in rows:
        for what, diffs in (
            ("survives", row.surviving),
            ("makes the grader fail", row.faulty),
            ("is recorded as equivalent, but no such mutant survives", row.stale),
        ):
            for diff in diffs:
                yield f"\n{row.function} {what}:\n{diff}"
