"""Turn the solved exercises into the files that students fill in.

The lines between `# BEGIN SOLUTION` and `# END SOLUTION` go; `reference.markers` tells which other markers are known.
Inside a function, one line that raises NotImplementedError takes their place, or what `reference.stubs` has for another
tool; outside, nothing does, so a helper that is all solution leaves no trace.
"""

import ast
import re
from collections.abc import Sequence
from pathlib import Path

from reference.markers import BEGIN, END, Region, StripError, find_regions
from reference.stubs import stub_of_block, stub_of_line

# Handed out as they are. In every other module each public function must have a solution to take out.
PROVIDED = ("evaluation", "imaging", "receptive_field")

# The package itself and what makes the handout of it: not for students.
NOT_HANDED_OUT = (
    "__init__", "__main__", "strip", "markers", "stubs", "chapters", "handout_files", "notebooks", "readme",
)  # fmt: skip

__all__ = ["BEGIN", "END", "NOT_HANDED_OUT", "PROVIDED", "StripError", "strip", "strip_folder"]


def strip_folder(reference: Path, markers: str = "ours") -> dict[str, str]:
    """Return the stripped text of every exercise, by file name, sorted.

    Args:
        reference: the folder of the solved exercises.
        markers: whose stubs to write, a name of `reference.stubs.MARKERS`.
    Raises:
        StripError: if the markers of a file are wrong.
    """
    paths = sorted(path for path in reference.glob("*.py") if path.stem not in NOT_HANDED_OUT)
    return {path.name: strip(path.read_text(encoding="utf-8"), path, markers) for path in paths}


def strip(source: str, path: Path, markers: str = "ours") -> str:
    """Return the text of one exercise without its solutions, under a first line that says how it was made.

    Args:
        source: text of the solved exercise.
        path: where it lies: names the exercise, and stands in errors.
        markers: whose stubs to write, a name of `reference.stubs.MARKERS`.
    Raises:
        StripError: if markers are nested, unclosed, empty, misspelled, or missing around a public function, or if
            what is left is no Python or imports from the reference.
    """
    _demand_python(source, path)
    regions = find_regions(source, path)
    _demand_solutions(source, regions, path)
    numbered = list(enumerate(source.splitlines(), start=1))
    for region in reversed(regions):
        left = [(region.begin, line) for line in _replacement(source, region, path, markers)]
        numbered[region.begin - 1 : region.end] = left
    _demand_complete(numbered, path)
    header = f"# Made from reference/{path.name} by: python -m reference strip"
    header += "" if markers == "ours" else f" --markers {markers}"
    text = "\n".join([header, *(line for _, line in numbered)]).rstrip() + "\n"
    text = re.sub(r"\n{4,}", "\n\n\n", text)  # where a whole helper went, its blank lines go too
    return re.sub(rf"\bfrom reference\.({'|'.join(PROVIDED)}) import", r"from \1 import", text)


def _demand_solutions(source: str, regions: list[Region], path: Path) -> None:
    """Refuse a file whose public functions would be handed out solved."""
    if path.stem in PROVIDED:
        return
    for function in _functions(source):
        inside = any(
            function.lineno < region.begin and region.end <= _last_line(function, source)
            for region in regions
        )
        around = any(region.begin < function.lineno < region.end for region in regions)
        if not inside and not around and not function.name.startswith("_"):
            problem = (
                f"{function.name} has no solution to take out; put {BEGIN!r} and {END!r} around its body"
            )
            raise StripError(path, function.lineno, problem)


def _replacement(source: str, region: Region, path: Path, markers: str) -> list[str]:
    """Return what stands in the place of a region: a stub within functions, nothing outside, or its prompt."""
    lines = source.splitlines()[region.begin - 1 : region.end]
    if region.kind == "prompt":
        return lines[1:-1]
    if region.kind == "no prompt":
        return []
    sentence = ""
    for function in _functions(source):
        if function.lineno < region.begin <= _last_line(function, source):
            sentence = f"{path.stem}: write {function.name}"
    if region.kind == "line":
        return stub_of_line(markers, sentence, lines[0])
    return stub_of_block(markers, sentence, region.indent) if sentence else []


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
