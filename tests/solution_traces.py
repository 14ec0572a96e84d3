"""What would give a solution away: runs of five tokens, and whole statements, that students do not have in any case.

Tokens are Python's own; comments, blank space and indentation do not count, and a run stays within one statement.
Not every run tells something: `) -> None :` and `for name , value` stand in any program. A run counts where it has three
names at least beside keywords, `self`, `Any` and `None`; a whole statement of five tokens or more counts from two names
on. Imports, headers of functions and classes, and the types of annotated variables do not count: they are how any module
is written. What also stands in the stubs, in the support code or in the notebooks is known to students.
"""

from __future__ import annotations

import functools
import io
import itertools
import json
import keyword
import re
import textwrap
import tokenize
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RUN = 5
_NO_CONTENT = (
    tokenize.COMMENT,
    tokenize.NL,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.ENDMARKER,
)
_HEADERS = ("import", "from", "def", "class", "@", "async")
_EVERYWHERE = ("self", "Any", "None")


def traces_of(source):
    """Return the runs and statements of some Python that would be recognised elsewhere, as tuples of tokens.

    What follows the first line that is no Python is left out.
    """
    found = set()
    for statement in statements_of(source):
        if statement[0] in _HEADERS:
            continue
        runs = {statement[start : start + RUN] for start in range(len(statement) - RUN + 1)}
        found |= {run for run in runs if _names(run) >= 3}
        if len(statement) >= RUN and _names(statement) >= 2:
            found.add(statement)
    return found


def statements_of(source):
    """Return each statement as a tuple of its tokens; a header such as `for ... :` is one of its own."""
    statements = [[]]
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.NEWLINE:
                statements.append([])
            elif token.type not in _NO_CONTENT:
                statements[-1].append(token.string)
    except (tokenize.TokenError, SyntaxError):
        pass
    return [_without_type(tuple(statement)) for statement in statements if statement]


@functools.cache
def solution_traces():
    """Return the traces of every solution of the reference, with the file that each comes from."""
    traces = {}
    for path in sorted((ROOT / "reference").glob("*.py")):
        for body in re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", path.read_text("utf-8"), re.DOTALL):
            traces.update(dict.fromkeys(traces_of(textwrap.dedent(body)), path.name))
    known = known_to_students()
    return {trace: file for trace, file in traces.items() if trace not in known}


def mistake_traces():
    """Return each two statements that follow one another in a known mistake, with the file that they come from."""
    known = set().union(*(pairs_in(path) for path in (ROOT / "assignment").iterdir()))
    files = sorted((ROOT / "reference" / "variants").glob("*.py"))
    return {pair: path.name for path in files for pair in _pairs(path.read_text("utf-8")) - known}


def known_to_students():
    """Return what stubs, support code and notebooks hold."""
    known = set()
    for path in (ROOT / "assignment").iterdir():
        for source in python_in(path):
            known |= traces_of(source)
    return known


def python_in(path):
    """Return the Python of a module, of a notebook's cells, or of the blocks of a page; none of other files."""
    if path.suffix == ".py":
        return [path.read_text("utf-8")]
    if path.suffix == ".ipynb":
        cells = json.loads(path.read_text("utf-8"))["cells"]
        sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        return [re.sub(r"^%.*$", "", source, flags=re.MULTILINE) for source in sources]
    if path.suffix == ".md":
        return re.findall(r"^```python.*?\n(.*?)^```", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return []


def pairs_in(path):
    """Return each two statements that follow one another in a file."""
    return set().union(*(_pairs(source) for source in python_in(path)))


def _pairs(source):
    told = [statement for statement in statements_of(source) if statement[0] not in _HEADERS]
    return {
        (first, second)
        for first, second in itertools.pairwise(told)
        if len(first) >= RUN and len(second) >= RUN and _names(first) >= 2 and _names(second) >= 2
    }


def _names(tokens):
    return sum(t.isidentifier() and not keyword.iskeyword(t) and t not in _EVERYWHERE for t in tokens)


def _without_type(statement):
    """Return `x = 1` for `x: int = 1`."""
    if len(statement) > 1 and statement[1] == ":" and "=" in statement:
        return (statement[0], *statement[statement.index("=") :])
    return statement
