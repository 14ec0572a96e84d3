"""`python -m grader batch`: grade a class, adjust, export, compare."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Do what the command line asks for and return the exit code."""
    from grader.batch.options import parse_batch_options
    from grader.batch.run import run_batch

    return run_batch(parse_batch_options(arguments))
