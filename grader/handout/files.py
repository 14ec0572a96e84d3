"""The files of a handout, by their path in it: gathered from the course's folder, each for a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import Unusable
from grader.exercises import read_exercises
from grader.fixtures import open_fixtures
from grader.handout.needed import modules_needed
from grader.handout.requirements import read_constraints, read_requirements
from grader.handout.stubs import demand_stubs

_LEFT_OUT = ("__pycache__", ".ipynb_checkpoints", ".pytest_cache")
_HANDED_OUT = ("*.py", "*.ipynb", "README.md")  # of assignment/
_IGNORED = b".venv/\n__pycache__/\n.ipynb_checkpoints/\n/out/\n"  # should a student keep the folder in git
_LINK = re.compile(r"\]\(\.\./(docs/[^)#\s\"]+)")
_README = Path(__file__).with_name("readme.txt")


def handout_files(root: Path) -> dict[str, bytes]:
    """Return everything that students receive, sorted by path.

    Args:
        root: the course's folder.
    Raises:
        Unusable: if something is missing, or a stub is solved.
    """
    assignment = {
        f"assignment/{path.name}": read(path)
        for pattern in _HANDED_OUT
        for path in sorted((root / "assignment").glob(pattern))
    }
    demand_stubs(assignment, read_exercises(root / "grader" / "exercises.toml"))
    files = {
        **assignment,
        **course_files(root, assignment),
        **fixture_files(root / "fixtures" / "data", "fixtures/data"),
        **_pictures(root, assignment),
        "docs/result.schema.json": read(root / "docs" / "result.schema.json"),
        "LICENSE": read(root / "LICENSE"),
        "README.md": _readme(assignment["assignment/README.md"].decode("utf-8")),
        "requirements.txt": read_requirements(root, notebooks=True),
        "constraints.txt": read_constraints(root),
        ".gitignore": _IGNORED,
    }
    return dict(sorted(files.items()))


def course_files(root: Path, also: Mapping[str, bytes] | None = None) -> dict[str, bytes]:
    """Return the grader and what it needs of fixtures/, without data.

    Args:
        root: the course's folder.
        also: further files whose imports are needed too, such as notebooks.
    """
    grader = {path.relative_to(root).as_posix(): read(path) for path in _own_files(root / "grader")}
    needed = modules_needed(root, {**grader, **(also or {})})
    return {**grader, **{path.relative_to(root).as_posix(): read(path) for path in needed}}


def fixture_files(folder: Path, place: str) -> dict[str, bytes]:
    """Return inputs, answers and weights: the files that the manifest vouches for, no other.

    Args:
        folder: of the fixtures.
        place: where they go.
    Raises:
        Unusable: if one is missing or was changed after the build.
    """
    store = open_fixtures(folder)
    return {f"{place}/{name}": read(folder / name) for name in ("manifest.json", *store.manifest.files)}


def read(path: Path) -> bytes:
    """Return the content of a file of the course.

    Raises:
        Unusable: if it is not there.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(
            f"{path} cannot be read ({error.strerror}); run this command in a whole copy of the course"
        ) from None


def _own_files(folder: Path) -> Iterator[Path]:
    """Return every file beneath a folder but caches, hidden files and links."""
    for path in sorted(folder.rglob("*")):
        parts = path.relative_to(folder).parts
        hidden = any(part in _LEFT_OUT or part.startswith(".") for part in parts)
        if path.is_file() and not path.is_symlink() and not hidden and path.suffix != ".pyc":
            yield path


def _pictures(root: Path, assignment: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what the handout and the notebooks show."""
    shown = {link for content in assignment.values() for link in _LINK.findall(content.decode("utf-8"))}
    return {link: read(root / link) for link in sorted(shown)}


def _readme(handout: str) -> bytes:
    title = re.search(r"^# .*$", handout, re.MULTILINE)
    text = _README.read_text("utf-8")
    return text.replace("@TITLE@", title.group() if title else "# The assignment").encode("utf-8")
