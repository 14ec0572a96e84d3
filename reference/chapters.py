"""Read the course's text: an introduction, and a chapter for each module in the order of the course.

A chapter is `handout/<module>.md`. It starts with `# <Title>`; its parts start with `## `. A fenced block opened by
```python cell becomes a cell of the chapter's notebook and stands nowhere else; all else is shown in the handout and in
the notebook alike.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.errors import Unusable
from grader.exercises import TABLE, Exercise, read_exercises

# The one list of chapters: what a student works through, from the tools to the explanations that need them.
MODULES = (
    "autograd",
    "filters",
    "activations",
    "embedding",
    "class_visualization",
    "fooling",
    "occlusion",
    "saliency",
    "guided_backprop",
    "gradcam",
    "scouter",
)

FENCE, CELL = "```", "```python cell"


class ChapterError(Exception):
    """A chapter cannot be used: says where, and what to do."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a chapter.

    Attributes:
        code: whether it is a cell of the notebook, or else text in Markdown.
        text: without the fence, no blank lines around.
    """

    code: bool
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """What a student reads and runs about one module.

    Attributes:
        module: the student's file, without `.py`.
        title: the heading.
        blocks: what stands below the title, in order.
        exercises: the rows of the table that are graded in this module.
    """

    module: str
    title: str
    blocks: tuple[Block, ...]
    exercises: tuple[Exercise, ...]

    @property
    def functions(self) -> list[str]:
        """The functions that the chapter asks for, in the order of the table."""
        return [function for exercise in self.exercises for function in exercise.functions]


def read_built_exercises(reference: Path) -> tuple[Exercise, ...]:
    """Return the rows of the table whose functions are solved: a row may be there before its exercise is.

    Args:
        reference: the folder of the solved exercises.
    Raises:
        ChapterError: if the table cannot be used, or names a module that is in no chapter.
    """
    try:
        exercises = read_exercises()
    except Unusable as error:
        raise ChapterError(TABLE, 1, str(error)) from None
    for row in exercises:
        if row.module not in MODULES:
            raise ChapterError(
                TABLE, 1, f"{row.name} has the module {row.module!r}, which is none of {', '.join(MODULES)}"
            )
    return tuple(row for row in exercises if set(row.functions) <= _defined(reference / f"{row.module}.py"))


def read_chapters(folder: Path, exercises: Sequence[Exercise]) -> tuple[Chapter, ...]:
    """Return the chapters that there are, in the order of the course.

    Args:
        folder: holds `<module>.md` for modules of MODULES, and `introduction.md`.
        exercises: all rows of the table.
    Raises:
        ChapterError: if a file belongs to no module, or is not written as a chapter.
    """
    names = (*MODULES, "introduction")
    for path in sorted(folder.glob("*.md")):
        if path.stem not in names:
            raise ChapterError(
                path, 1, f"expected a chapter named after one of {', '.join(names)}; rename it"
            )
    paths = [folder / f"{module}.md" for module in MODULES]
    return tuple(
        _read_chapter(path, tuple(row for row in exercises if row.module == path.stem))
        for path in paths
        if path.exists()
    )


def _defined(path: Path) -> set[str]:
    """Return the functions that a file defines, none where there is no file."""
    if not path.exists():
        return set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def _read_chapter(path: Path, exercises: tuple[Exercise, ...]) -> Chapter:
    if not exercises:
        raise ChapterError(path, 1, "no exercise of the table has this module; add a row to exercises.toml")
    title, *lines = path.read_text(encoding="utf-8").splitlines() or [""]
    if not re.fullmatch(r"# \S.*", title):
        raise ChapterError(path, 1, f"expected '# <Title>' in the first line, got {title!r}")
    return Chapter(path.stem, title[2:].strip(), _split(lines, path), exercises)


def _split(lines: Sequence[str], path: Path) -> tuple[Block, ...]:
    """Return the blocks of a chapter; its lines are numbered from 2."""
    blocks: list[Block] = []
    gathered: list[str] = []
    opened, fence = 0, ""
    for number, line in enumerate(lines, start=2):
        if fence and line.rstrip() == FENCE:
            if fence == CELL:
                blocks.append(_cell(gathered, path, opened))
                gathered = []
            else:
                gathered.append(line)
            fence = ""
        elif fence or not line.startswith(FENCE):
            if not fence and line.startswith("# "):
                raise ChapterError(path, number, "a chapter has one title; start its parts with '## '")
            gathered.append(line)
        elif line.rstrip() == CELL:
            blocks.append(Block(False, "\n".join(gathered).strip("\n")))
            opened, fence, gathered = number, CELL, []
        elif "cell" in line:
            raise ChapterError(path, number, f"expected {CELL!r}, got {line!r}")
        else:
            opened, fence = number, line
            gathered.append(line)
    if fence:
        raise ChapterError(
            path, opened, f"the block {fence!r} is never closed; add {FENCE} below its last line"
        )
    blocks.append(Block(False, "\n".join(gathered).strip("\n")))
    return tuple(block for block in blocks if block.text.strip())


def _cell(lines: Sequence[str], path: Path, opened: int) -> Block:
    text = "\n".join(lines).strip("\n")
    try:
        statements = ast.parse("\n".join(lines)).body
    except SyntaxError as error:
        raise ChapterError(path, opened + (error.lineno or 1), f"this is no Python: {error.msg}") from None
    if not statements:
        raise ChapterError(path, opened, "the cell is empty; write its code or remove it")
    return Block(True, text)
