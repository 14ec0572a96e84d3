"""What `python -m grader` does besides grading one submission: the first word names the command."""

from __future__ import annotations

import importlib
from collections.abc import Sequence

# Name: (module whose `main(arguments)` returns the exit code, what it does, for --help)
COMMANDS = {
    "batch": ("grader.batch.command", "grade all submissions of a class, and write the gradebook"),
    "class": ("grader.class_page.command", "write the page on a class that was graded, and its tables"),
    "doctor": ("grader.doctor", "show which protections this machine has, and what to install for more"),
    "handout": ("grader.handout.command", "write the folder that students receive, without solutions"),
    "pack": ("grader.pack.command", "write what Gradescope, GitHub or a container grades with"),
}


def run_command(name: str, arguments: Sequence[str]) -> int:
    """Run a command of the table and return the exit code; its module is imported only now.

    Args:
        name: one of COMMANDS.
        arguments: what follows the name on the command line.
    """
    module, _ = COMMANDS[name]
    code: int = importlib.import_module(module).main(arguments)
    return code
