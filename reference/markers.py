"""Find what is solution in a file, by our own markers or by those of nbgrader, otter-grader and CS231n.

Ours, and otter's: `# BEGIN SOLUTION` ... `# END SOLUTION`, each alone on its line. nbgrader's have three #.
CS231n's: `# *****START OF YOUR CODE ...*****` ... `# *****END OF YOUR CODE ...*****`.
otter's further ones: `x = 1  # SOLUTION` is a solution of one line. With NO PROMPT behind it, or behind BEGIN SOLUTION,
nothing takes its place. What stands between three quotes, with `# BEGIN PROMPT` and `# END PROMPT` behind them, is for
students alone.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

BEGIN, END = "# BEGIN SOLUTION", "# END SOLUTION"

Kind: TypeAlias = Literal["block", "line", "no prompt", "prompt"]

_NO_PROMPT = " NO PROMPT"
# By whose they are: what begins a solution and what ends it.
_PAIRS = {
    "ours": (re.compile(rf"{BEGIN}({_NO_PROMPT})?"), re.compile(END)),
    "nbgrader's": (re.compile(rf"##{BEGIN}"), re.compile(rf"##{END}")),
    "CS231n's": (
        re.compile(r"# ?\*{3,} ?START OF YOUR CODE\b[^*]*\*{3,}"),
        re.compile(r"# ?\*{3,} ?END OF YOUR CODE\b[^*]*\*{3,}"),
    ),
}
_LINE = re.compile(rf"# ?SOLUTION({_NO_PROMPT})?")
_PROMPT = re.compile(r"('''|\"\"\") ?# BEGIN PROMPT *\n")
_END_PROMPT = "# END PROMPT"
_LOOKS_LIKE_A_MARKER = re.compile(
    r"#.*\b(begin|end)\b.*\b(solution|prompt)|#\s*solution(\s+no\s+prompt)?\s*$|#.*\b(start|end) of your code",
    re.IGNORECASE,
)


class StripError(Exception):
    """The markers of a file leave it unclear what is solution: says where, and what to do."""

    def __init__(self, path: Path, line: int, problem: str) -> None:
        super().__init__(f"{path}:{line}: {problem}")


@dataclass(frozen=True, slots=True)
class Region:
    """What students do not get, or they alone.

    Attributes:
        begin, end: its first and last line, markers included, counted from 1.
        indent: how far its first line is indented.
        kind: a "block" and a "line" leave a stub in their place, "no prompt" nothing, a "prompt" what stands in it.
    """

    begin: int
    end: int
    indent: int
    kind: Kind


def find_regions(source: str, path: Path) -> list[Region]:
    """Return all regions of a file in order.

    Raises:
        StripError: if a marker is nested, unclosed, closed by one of another kind, empty, askew or misspelled.
    """
    regions: list[Region] = []
    opened: tuple[int, int, str, Kind] | None = None
    content = False
    for token, prompt in _tokens(source, path):
        line, column = token.start
        if prompt:
            if opened is not None:
                raise StripError(
                    path, line, f"a prompt within the solution of line {opened[0]}; put it behind that"
                )
            regions.append(Region(line, token.end[0], column, "prompt"))
            continue
        if token.type != tokenize.COMMENT:
            content = content or token.string.strip() != ""
            continue
        alone = token.line.strip() == token.string
        found = _LINE.fullmatch(token.string)
        if found and not alone:
            if opened is None:  # within a block it is a solution in any case
                indent = len(token.line) - len(token.line.lstrip())
                regions.append(Region(line, line, indent, "no prompt" if found[1] else "line"))
            continue
        whose, begins, kind = _read(token.string) if alone else ("", False, "block")
        if not whose:
            _refuse_what_looks_like_one(token, path)
        elif begins:
            if opened is not None:
                raise StripError(path, line, f"a solution within that of line {opened[0]}; close that first")
            opened, content = (line, column, whose, kind), False
        else:
            regions.append(_close(opened, whose, token, path, content=content))
            opened = None
    if opened is not None:
        raise StripError(path, opened[0], f"the solution is never closed; add {END!r} below its last line")
    return regions


def _tokens(source: str, path: Path) -> Iterator[tuple[tokenize.TokenInfo, bool]]:
    """Return the tokens, each with whether it is a prompt: the string, and the comment behind it as one."""
    prompt: tokenize.TokenInfo | None = None
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if prompt is not None:
            if token.string == ";":
                continue
            if token.string != _END_PROMPT:
                raise StripError(
                    path, prompt.end[0], f"the prompt is never closed; write {_END_PROMPT!r} behind it"
                )
            yield prompt._replace(end=token.end), True
            prompt = None
        elif token.type == tokenize.STRING and _PROMPT.match(token.string):
            prompt = token
        else:
            yield token, False


def _read(comment: str) -> tuple[str, bool, Kind]:
    """Return whose marker a comment is, "" for none, whether it begins a solution, and of which kind."""
    for whose, (begin, end) in _PAIRS.items():
        if found := begin.fullmatch(comment):
            return whose, True, "no prompt" if found.re.groups and found[1] else "block"
        if end.fullmatch(comment):
            return whose, False, "block"
    return "", False, "block"


def _close(
    opened: tuple[int, int, str, Kind] | None,
    whose: str,
    token: tokenize.TokenInfo,
    path: Path,
    *,
    content: bool,
) -> Region:
    line, column = token.start
    if opened is None:
        raise StripError(path, line, f"a solution ends that never began; add {BEGIN!r} or remove this line")
    begin, indent, began, kind = opened
    if began != whose:
        raise StripError(
            path, line, f"line {begin} has a marker of {began}, this one is {whose}; use one kind"
        )
    if not content:
        problem = "the solution is empty; write it between the markers or remove them"
        raise StripError(path, begin, problem)
    if column != indent:
        problem = f"expected {END!r} as far to the right as its {BEGIN!r}; align the two"
        raise StripError(path, line, problem)
    return Region(begin, line, indent, kind)


def _refuse_what_looks_like_one(token: tokenize.TokenInfo, path: Path) -> None:
    if _LOOKS_LIKE_A_MARKER.search(token.string):
        problem = f"expected {BEGIN!r} or {END!r} alone on its line, got {token.line.strip()!r}"
        raise StripError(path, token.start[0], problem)
