"""What every pack holds: the grader, what it needs of fixtures/, one set of fixtures, and what is to be installed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.handout.files import course_files, fixture_files
from grader.handout.requirements import read_constraints, read_requirements

PRIVATE = "private"  # the folder of private fixtures, beside grader/
TEMPLATES = Path(__file__).with_name("templates")

# CPU builds of torch are a tenth of those for GPUs; where this cannot be reached, pip takes what it has elsewhere.
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a pack.

    Attributes:
        root: the course's folder.
        fixtures: private ones, which take the place of the public ones; None for these.
        arguments: of the grader, beside the submission, formats and the folder for reports.
    """

    root: Path
    fixtures: Path | None
    arguments: tuple[str, ...]


def grading_tree(contents: Contents) -> dict[str, bytes]:
    """Return the files of a folder in which `python -m grader SUBMISSION` grades.

    Raises:
        Unusable: if something is missing, or the fixtures were changed after they were built.
    """
    if contents.fixtures is None:
        fixtures = fixture_files(contents.root / "fixtures" / "data", "fixtures/data")
    else:
        fixtures = fixture_files(contents.fixtures, PRIVATE)
    files = {
        **course_files(contents.root),
        **fixtures,
        "requirements.txt": read_requirements(contents.root),
        "constraints.txt": read_constraints(contents.root),
    }
    return dict(sorted(files.items()))


def within(folder: str, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the same files in a folder."""
    return {f"{folder}/{path}": content for path, content in files.items()}


def fill(template: str, contents: Contents, **words: str) -> bytes:
    """Return a template's text.

    Args:
        template: name of a file beside this one, in templates/.
        contents: of the pack; its arguments stand for @ARGUMENTS@, quoted for a shell.
        words: further ones, by what stands between two @ in the template.
    """
    text = (TEMPLATES / template).read_text("utf-8")
    for name, word in {
        "ARGUMENTS": shlex.join(contents.arguments),
        "TORCH_INDEX": TORCH_INDEX,
        **words,
    }.items():
        text = text.replace(f"@{name}@", word)
    return text.encode("utf-8")
