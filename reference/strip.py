"""Turn the solved exercises into the files that students fill in.

The lines between `# BEGIN SOLUTION` and `# END SOLUTION` go. Inside a function, one line that raises
NotImplementedError takes their place; outside, nothing does, so a helper that is all solution leaves no trace.
"""

import ast
import io
import re
import tokenize
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"

# Handed out as they are. In every other module each public function must have a solution to take out.
PROVIDED = ("evaluation", "imaging", "receptive_field")

# The package itself and what makes the handout of it: not for students.
NOT_HANDED_OUT = ("__init__", "__main__", "strip", "chapters", "handout_files", "notebooks", "readme")

LOOKS_LIKE_A_MARKER = re.compile(r"#.*\b(begin|end)\b.*\bsolution", re.IGNORECASE)


class StripError(Exception):
    """The markers of a file leave it unclear what is solution: says where, and what to do."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True, slots=True)
class Block:
    """One solution: the numbers of its marker lines, counted from 1, and how far they are indented."""

    begin: int
    end: int
    indent: int


def strip_folder(reference: Path) -> dict[str, str]:
    """Return the stripped text of every exercise, by file name, sorted.

    Args:
        reference: the folder of the solved exercises.
    Raises:
        StripError: if the markers of a file are wrong.
    """
    paths = sorted(path for path in reference.glob("*.py") if path.stem not in NOT_HANDED_OUT)
    return {path.name: strip(path.read_text(encoding="utf-8"), path) for path in paths}


def strip(source: str, path: Path) -> str:
    """Return the text of one exercise without its solutions, under a first line that says how it was made.

    Args:
        source: text of the solved exercise.
        path: where it lies: names the exercise, and stands in errors.
    Raises:
        StripError: if markers are nested, unclosed, empty, misspelled, or missing around a public function, or if
            what is left is no Python or imports from the reference.
    """
    _demand_python(source, path)
    blocks = _find_blocks(source, path)
    _demand_solutions(source, blocks, path)
    numbered = list(enumerate(source.splitlines(), start=1))
    for block in reversed(blocks):
        left = [(block.begin, line) for line in _replacement(source, block, path)]
        numbered[block.begin - 1 : block.end] = left
    _demand_complete(numbered, path)
    header = f"# Made from reference/{path.name} by: python -m reference strip"
    text = "\n".join([header, *(line for _, line in numbered)]).rstrip() + "\n"
    text = re.sub(r"\n{4,}", "\n\n\n", text)  # where a whole helper went, its blank lines go too
    return re.sub(rf"\bfrom reference\.({'|'.join(PROVIDED)}) import", r"from \1 import", text)


def _find_blocks(source: str, path: Path) -> list[Block]:
    blocks: list[Block] = []
    opened: tuple[int, int] | None = None
    content = False
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        line, column = token.start
        if token.type != tokenize.COMMENT:
            content = content or token.string.strip() != ""
        elif LOOKS_LIKE_A_MARKER.search(token.string) and token.line.strip() not in (BEGIN, END):
            raise StripError(
                path, line, f"expected {BEGIN!r} or {END!r} alone on its line, got {token.line.strip()!r}"
            )
        elif token.string == BEGIN:
            if opened is not None:
                raise StripError(path, line, f"a solution within that of line {opened[0]}; close that first")
            opened, content = (line, column), False
        elif token.string == END:
            if opened is None:
                raise StripError(
                    path, line, f"a solution ends that never began; add {BEGIN!r} or remove this line"
                )
            if not content:
                raise StripError(
                    path, opened[0], "the solution is empty; write it between the markers or remove them"
                )
            if column != opened[1]:
                raise StripError(
                    path, line, f"expected {END!r} as far to the right as its {BEGIN!r}; align the two"
                )
            blocks.append(Block(opened[0], line, column))
            opened = None
    if opened is not None:
        raise StripError(path, opened[0], f"the solution is never closed; add {END!r} below its last line")
    return blocks


def _demand_solutions(source: str, blocks: list[Block], path: Path) -> None:
    """Refuse a file whose public functions would be handed out solved."""
    if path.stem in PROVIDED:
        return
    for function in _functions(source):
        inside = any(
            function.lineno < block.begin and block.end <= _last_line(function, source) for block in blocks
        )
        around = any(block.begin < function.lineno < block.end for block in blocks)
        if not inside and not around and not function.name.startswith("_"):
            problem = (
                f"{function.name} has no solution to take out; put {BEGIN!r} and {END!r} around its body"
            )
            raise StripError(path, function.lineno, problem)


def _replacement(source: str, block: Block, path: Path) -> list[str]:
    """Return what stands in the place of a solution: one line, or none outside of functions."""
    for function in _functions(source):
        if function.lineno < block.begin <= _last_line(function, source):
            sentence = f"{path.stem}: write {function.name}"
            return [f'{" " * block.indent}raise NotImplementedError("{sentence}")']
    return []


def _functions(source: str) -> list[ast.FunctionDef]:
    return [node for node in ast.parse(source).body if isinstance(node, ast.FunctionDef)]


def _last_line(function: ast.FunctionDef, source: str) -> int:
    """Return the last line that belongs to a function, comments at its end included."""
    last = function.end_lineno or function.lineno
    for number, line in enumerate(source.splitlines()[last:], start=last + 1):
        if line.strip() and not line.startswith(" "):
            break
        last = number
    return last


def _demand_complete(numbered: list[tuple[int, str]], path: Path) -> None:
    """Refuse what is left of a file, each line with its number in the source, if students could not import it."""
    text = "\n".join(line for _, line in numbered)
    numbers = [number for number, _ in numbered]
    _demand_python(text, path, numbers, "; put whole statements between the markers")
    for number, line in numbered:
        if re.match(rf"\s*(from|import)\s+reference\b(?!\.({'|'.join(PROVIDED)}) import)", line):
            given = " or ".join(PROVIDED)
            problem = f"students have no {line.strip()!r}; put it inside a solution, or import from {given}"
            raise StripError(path, number, problem)


def _demand_python(text: str, path: Path, numbers: Sequence[int] = (), advice: str = "") -> None:
    try:
        ast.parse(text)
    except SyntaxError as error:
        line = error.lineno or 1
        line = numbers[min(line, len(numbers)) - 1] if numbers else line
        raise StripError(path, line, f"this is no Python: {error.msg}{advice}") from None
