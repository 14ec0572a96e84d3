"""`python -m grader handout DIR`: what students receive, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from grader.handout.files import handout_files
from grader.handout.folder import write_folder
from grader.options import Parser
from grader.sandbox.environment import ROOT

COMMAND = "python -m grader handout"


def main(arguments: Sequence[str]) -> int:
    """Write the handout and return 0.

    Raises:
        Unusable: if the folder holds something else, or the course is not fit to be handed out.
    """
    parser = Parser(
        prog=COMMAND,
        description="Write what students receive: stubs, handout, notebooks, the grader, public fixtures, and a "
        "README with the two commands that they need. No solution, no test, no private fixture.",
    )
    parser.add_argument(
        "folder", type=Path, metavar="DIR", help="a new folder, or one that this command made"
    )
    folder = parser.parse_args(arguments).folder
    files = handout_files(ROOT)
    write_folder(files, folder, COMMAND, ROOT)
    size = sum(map(len, files.values())) / 1e6
    print(f"{folder}: {len(files)} files, {size:.0f} MB; hand out this folder as it is")
    return 0
