"""Print how well each function of the course is covered: `python -m tests.variants [--names]`.

A row for each function of the table of exercises, with the number of its mistakes, of its accepted answers beside the
reference and in other styles; a function that is not solved yet has a dash.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

from grader.exercises import read_exercises
from reference.variants import Variant, find_variants


@dataclass(frozen=True)
class Row:
    """What there is of one function: the names of its mistakes, of right answers in other conventions and styles."""

    function: str
    mistakes: Sequence[str]
    accepted: Sequence[str]
    styles: Sequence[str]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 1 if a function lacks mistakes or accepted answers."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.variants", description="Print mistakes and accepted answers."
    )
    parser.add_argument(
        "--names", action="store_true", help="list the names of the variants below each function"
    )
    options = parser.parse_args(arguments)
    rows = count_variants()
    print("\n".join(write_table(rows, options.names)))
    return 0 if all(row.mistakes and (row.accepted or row.styles) for row in rows) else 1


def count_variants() -> list[Row]:
    """Return a row for each function of the course, in the order of the table."""
    functions = [f"{row.module}.{function}" for row in read_exercises() for function in row.functions]
    beside = {
        module: [*_variants(module, "reference.variants")]
        for module in {name.split(".")[0] for name in functions}
    }
    styles = {module: [*_variants(module, "tests.variants")] for module in beside}
    return [
        Row(
            function,
            [v.name for v in beside[module] if v.function == function and v.kind == "mistake"],
            [v.name for v in beside[module] if v.function == function and v.kind == "accepted"],
            [v.name for v in styles[module] if v.function == function],
        )
        for function in functions
        for module in [function.split(".")[0]]
    ]


def write_table(rows: Sequence[Row], names: bool = False) -> list[str]:
    """Return the lines of the table, with the sums in the last one."""
    width = max(len(row.function) for row in rows)
    heads = ("mistakes", "accepted", "styles")
    lines = [
        "  ".join(["function".ljust(width), *heads]),
        "  ".join(["-" * width, *("-" * len(head) for head in heads)]),
    ]
    for row in rows:
        columns = (row.mistakes, row.accepted, row.styles)
        lines.append(
            "  ".join([row.function.ljust(width), *(_cell(len(c), h) for c, h in zip(columns, heads))])
        )
        if names:
            lines += [f"    {head}: {', '.join(column)}" for head, column in zip(heads, columns) if column]
    sums = [sum(len(getattr(row, head)) for row in rows) for head in heads]
    return [*lines, "  ".join(["together".ljust(width), *(_cell(n, h) for n, h in zip(sums, heads))])]


def _variants(module: str, package: str) -> Iterator[Variant]:
    """Yield the variants of a module, none where it has none yet."""
    if find_spec(f"reference.{module}") is not None:
        try:
            yield from find_variants(module, package=package)
        except LookupError:
            return


def _cell(count: int, head: str) -> str:
    return (str(count) if count else "-").rjust(len(head))


if __name__ == "__main__":
    sys.exit(main())
