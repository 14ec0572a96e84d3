"""Write the modules that are graded: notebooks as Python, and files without the stubs that hide what is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from grader.reading.files import ReadFile
from grader.reading.places import Choice
from grader.reading.source import Definition


def write_modules(folder: Path, choices: Iterable[Choice], files: Sequence[ReadFile]) -> None:
    """Write what is graded in place of what was handed in, where the two differ, keeping every line's number.

    Args:
        folder: the private copy.
        choices: of functions; they say which stubs are in the way.
        files: of the submission.
    """
    dropped = {(file.module, stub) for choice in choices for file, stub in choice.dropped}
    for file in files:
        stubs = [stub for module, stub in dropped if module == file.module]
        if file.lines or stubs:
            (folder / file.module).write_text(_without(file.text, stubs), "utf-8")


def _without(text: str, stubs: Sequence[Definition]) -> str:
    lines = text.split("\n")
    for stub in stubs:
        first = lines[stub.first - 1]
        indent = first[: len(first) - len(first.lstrip())]
        lines[stub.first - 1 : stub.last] = [f"{indent}pass", *[""] * (stub.last - stub.first)]
    return "\n".join(lines)
