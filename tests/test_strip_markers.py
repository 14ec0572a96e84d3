"""Solutions marked as nbgrader, otter-grader and CS231n mark them, and the stubs that their students find."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from textwrap import dedent

import pytest

from reference.__main__ import main
from reference.strip import NOT_HANDED_OUT, PROVIDED, StripError, strip
from reference.stubs import MARKERS

REFERENCE = Path(__file__).parents[1] / "reference"
EXERCISES = sorted(path for path in REFERENCE.glob("*.py") if path.stem not in NOT_HANDED_OUT)
SPELLED = {
    "otter": ("# BEGIN SOLUTION", "# END SOLUTION"),
    "nbgrader": ("### BEGIN SOLUTION", "### END SOLUTION"),
    "cs231n": (
        "# *****START OF YOUR CODE (DO NOT DELETE/MODIFY THIS LINE)*****",
        "# *****END OF YOUR CODE (DO NOT DELETE/MODIFY THIS LINE)*****",
    ),
}


def stripped(source, markers="ours"):
    """Return the stub of a file, without the line that says how it was made."""
    return strip(dedent(source), Path("reference/saliency.py"), markers).partition("\n")[2]


STUB = "<stub>"


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
@pytest.mark.parametrize("dialect", SPELLED)
def test_a_file_that_is_marked_otherwise_gives_the_same_stub(path, dialect):
    """Whose markers a course is used to makes no difference to its students."""
    source = path.read_text("utf-8")
    begin, end = SPELLED[dialect]
    marked = source.replace("# BEGIN SOLUTION", begin).replace("# END SOLUTION", end)
    assert strip(marked, path) == strip(source, path)


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
@pytest.mark.parametrize("markers", MARKERS)
def test_only_the_stub_itself_differs_between_tools(path, markers):
    """What is left is Python, with the same functions and sentences, and one stub for each of ours."""
    ours, theirs = strip(path.read_text("utf-8"), path), strip(path.read_text("utf-8"), path, markers)
    stub = "\n".join(f"    {line}".rstrip() for line in MARKERS[markers])
    by_ours = re.sub(r'    raise NotImplementedError\("\w+: write \w+"\)', STUB, ours)
    by_theirs = theirs.replace(stub, STUB) if markers != "ours" else by_ours
    first, _, rest = by_theirs.partition("\n")

    ast.parse(theirs)
    assert rest == by_ours.partition("\n")[2]
    assert first.endswith("strip" if markers == "ours" else f"strip --markers {markers}")
    assert (STUB in rest) == (path.stem not in PROVIDED)


@pytest.mark.parametrize(
    ("markers", "stub"),
    [
        ("ours", ['    raise NotImplementedError("saliency: write f")']),
        ("nbgrader", ["    # YOUR CODE HERE", "    raise NotImplementedError()"]),
        ("otter", ["    ..."]),
        ("cs231n", [f"    {SPELLED['cs231n'][0]}", "", "    pass", "", f"    {SPELLED['cs231n'][1]}"]),
    ],
)
def test_each_tool_has_its_own_stub(markers, stub):
    """As its students know it, indented like the solution."""
    source = "def f(x):\n    # BEGIN SOLUTION\n    return g(x)\n    # END SOLUTION\n\n\n# BEGIN SOLUTION\ng = abs\n# END SOLUTION\n"
    assert stripped(source, markers).splitlines() == ["def f(x):", *stub]


OTTER = '''\
def f(x):
    """What f does."""
    low, high = x.min(), x.max()  # SOLUTION
    print(low)  #SOLUTION NO PROMPT
    for value in x:
        total = value + 1  # SOLUTION
        check(value)  # SOLUTION
    # BEGIN SOLUTION NO PROMPT
    secret = low + high
    return secret
    # END SOLUTION
    """ # BEGIN PROMPT
    answer = ...  # what lies between
    return answer
    """; # END PROMPT
'''


def test_otters_further_markers_do_as_otter_does():
    """A name that is assigned keeps its name, NO PROMPT leaves nothing, a prompt is for students."""
    assert stripped(OTTER, "otter") == dedent(
        '''\
        def f(x):
            """What f does."""
            low, high = ...
            for value in x:
                total = ...
                ...
            answer = ...  # what lies between
            return answer
        '''
    )


def test_otters_lines_become_our_stubs_too():
    """A line raises with its sentence; outside of functions, where raising would break the import, it is as otter's."""
    text = stripped("limit = 3  # SOLUTION\n\n\ndef f(x):\n    y = x  # SOLUTION\n    return y\n")
    assert text == (
        'limit = ...\n\n\ndef f(x):\n    raise NotImplementedError("saliency: write f")\n    return y\n'
    )


@pytest.mark.parametrize("line", ["x[0] = 1", "a.b = 1", "x = y = 1", "x == 1", "f(x=1)", "x += 1"])
def test_what_is_assigned_keeps_its_name(line):
    """A comparison and an argument are no assignments; what is left is Python in any case."""
    text = stripped(f"def f(x):\n    {line}  # SOLUTION\n", "otter")
    ast.parse(text)
    assert "1" not in text.replace("x[0]", "")
    assert text.splitlines()[1] == {"x[0] = 1": "    x[0] = ...", "a.b = 1": "    a.b = ...", "x = y = 1": "    x = ..."}.get(
        line, "    ..."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        (
            "def f():\n    ### BEGIN SOLUTION\n    pass\n    # END SOLUTION\n",
            4,
            "line 2 has a marker of nbgrader's, this one is ours; use one kind",
        ),
        ("def f():\n    x = (1,  # SOLUTION\n        2)\n", 3, "put whole statements between the markers"),
        ("def f():\n    x = 1  # solution\n", 2, "got 'x = 1  # solution'"),
        ("def f():\n    # SOLUTION\n    x = 1\n", 2, "alone on its line, got '# SOLUTION'"),
        ("def f():\n    # START OF YOUR CODE\n    x = 1\n", 2, "alone on its line, got '# START OF YOUR CODE'"),
        ('def f():\n    """ # BEGIN PROMPT\n    x\n    """\n', 4, "the prompt is never closed; write '# END PROMPT'"),
        (
            'def f():\n    # BEGIN SOLUTION\n    """ # BEGIN PROMPT\n    x\n    """ # END PROMPT\n    # END SOLUTION\n',
            3,
            "a prompt within the solution of line 2; put it behind that",
        ),
        (
            "def f():\n    if x:  # SOLUTION\n        return 1\n",
            3,
            "this is no Python: unexpected indent; put whole statements between the markers",
        ),
    ],
)  # fmt: skip
def test_a_wrong_marker_is_an_error_that_says_where(source, line, problem):
    """Nothing is handed out while it is unclear what the solution is."""
    with pytest.raises(StripError, match=re.escape(problem)) as caught:
        stripped(source)
    assert str(caught.value).startswith(f"reference/saliency.py:{line}: ")


def test_ordinary_words_are_no_markers():
    """A comment may speak of the solution."""
    source = "def f(x):\n    # the solution of x = 1\n    # BEGIN SOLUTION\n    return 1  # SOLUTION of sorts\n    # END SOLUTION\n"
    assert "the solution of x" in stripped(source)


def test_the_command_writes_and_checks_theirs(tmp_path, monkeypatch, capsys):
    """Not over ours: unless told otherwise, to a folder of their own."""
    monkeypatch.chdir(tmp_path)
    assert main(["strip", "--markers", "otter"]) == 0
    assert {path.name for path in (tmp_path / "out" / "otter").iterdir()} == {path.name for path in EXERCISES}
    assert main(["strip", "--markers", "otter", "--check"]) == 0
    assert main(["strip", "--markers", "nbgrader", "--out", "out/otter", "--check"]) == 1
    assert "saliency.py: differs" in capsys.readouterr().err
    assert not (tmp_path / "assignment").exists()
