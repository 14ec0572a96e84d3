"""Show that the checks bite: `python -m tests.mutants`.

Every known mistake must cost points and be told by its name; every mutant of the reference, made by machine, must cost
points unless it is recorded as a right answer. Prints a table, and what survives.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from tests.harness import ROOT
from tests.mutants.equivalent import read_equivalents
from tests.mutants.grading import grade_mutants
from tests.mutants.making import make_mutants
from tests.mutants.misconceptions import hear_mistakes
from tests.mutants.readme import write_readme
from tests.mutants.report import Row, write_survivors, write_table
from tests.mutants.solutions import find_solutions

OUT = ROOT / "out" / "mutants"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 1 if a mutant survives that is not recorded, or a record is stale."""
    options = parse(arguments)
    solutions = [one for one in find_solutions() if not options.function or one.name in options.function]
    if not solutions:
        print(f"there is no solution {options.function}; a name is such as saliency.visualize_saliency")
        return 2
    if options.fresh:
        for file in OUT.glob("*.json"):
            file.unlink()
    heard = hear_mistakes([one.name for one in solutions], OUT / "mistakes.json", options.seconds)
    mutants = [mutant for solution in solutions for mutant in make_mutants(solution)[: options.limit]]
    fates = grade_mutants(mutants, OUT / "mutants.json", options.seconds)
    equivalents = read_equivalents()
    rows = [Row.of(solution.name, mutants, fates, equivalents) for solution in solutions]
    table = write_table(rows, heard)
    print("\n".join([*table, *write_survivors(rows)]))
    if options.readme:
        write_readme(table)
    unrecorded = any(row.surviving or row.faulty or (row.stale and options.limit is None) for row in rows)
    return int(unrecorded or not all(one.seen for one in heard))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options of the command."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants", description="Show that the checks bite.")
    parser.add_argument(
        "--function", action="append", metavar="MODULE.NAME", help="only this one; may be repeated"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many mutants of each function")
    parser.add_argument("--seconds", type=float, default=20.0, metavar="S", help="deadline of one call")
    parser.add_argument("--fresh", action="store_true", help="forget what earlier runs found")
    parser.add_argument("--readme", action="store_true", help="write the table into tests/README.md")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
