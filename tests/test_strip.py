import ast
import re
from pathlib import Path
from textwrap import dedent

import pytest

from reference.__main__ import main
from reference.strip import NOT_HANDED_OUT, PROVIDED, StripError, strip

REFERENCE = Path(__file__).parents[1] / "reference"
EXERCISES = sorted(path for path in REFERENCE.glob("*.py") if path.stem not in NOT_HANDED_OUT)


def stripped(source: str, name: str = "saliency") -> str:
    return strip(dedent(source), Path(f"reference/{name}.py"))


def test_puts_one_sentence_in_place_of_a_body():
    """What stood between the markers is gone, and one line says what to write."""
    text = stripped(
        '''\
        """An exercise."""

        from reference.imaging import jitter


        def shift(x):
            """Return x, shifted."""
            # BEGIN SOLUTION
            secret = jitter(x, 1, 1)
            return secret
            # END SOLUTION
        '''
    )
    assert text == dedent(
        '''\
        # Made from reference/saliency.py by: python -m reference strip
        """An exercise."""

        from imaging import jitter


        def shift(x):
            """Return x, shifted."""
            raise NotImplementedError("saliency: write shift")
        '''
    )


def test_a_helper_that_is_all_solution_leaves_no_trace():
    """Outside of functions nothing takes the place of a solution."""
    text = stripped(
        """\
        def shift(x):
            # BEGIN SOLUTION
            return _helper(x)
            # END SOLUTION


        # BEGIN SOLUTION
        def _helper(x):
            return x + 1


        # END SOLUTION


        LIMIT = 3
        """
    )
    assert "helper" not in text
    assert text.count("raise NotImplementedError") == 1
    assert text.endswith('shift")\n\n\nLIMIT = 3\n')


def test_the_sentence_is_indented_like_the_marker():
    """A solution inside a branch is replaced inside the branch."""
    text = stripped(
        "def f(x):\n    if x:\n        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n"
    )
    assert text.endswith('    if x:\n        raise NotImplementedError("saliency: write f")\n')


def test_words_in_a_docstring_are_no_markers():
    """Only comments count."""
    text = stripped(
        'def f():\n    """# BEGIN SOLUTION"""\n    # BEGIN SOLUTION\n    pass\n    # END SOLUTION\n'
    )
    assert '"""# BEGIN SOLUTION"""' in text


@pytest.mark.parametrize(
    ("source", "line", "problem"),
    [
        (
            "def f():\n    # BEGIN SOLUTION\n    # BEGIN SOLUTION\n    pass\n    # END SOLUTION\n",
            3,
            "a solution within that of line 2; close that first",
        ),
        (
            "def f():\n    # BEGIN SOLUTION\n    pass\n",
            2,
            "the solution is never closed; add '# END SOLUTION'",
        ),
        (
            "def f():\n    pass\n    # END SOLUTION\n",
            3,
            "a solution ends that never began; add '# BEGIN SOLUTION'",
        ),
        (
            "def f():\n    # BEGIN SOLUTION\n    # END SOLUTION\n    pass\n",
            2,
            "the solution is empty; write it",
        ),
        (
            "def f():\n    # BEGIN SOLUTION\n\n    # why\n    # END SOLUTION\n    pass\n",
            2,
            "the solution is empty",
        ),
        (
            "def f():\n    ## BEGIN SOLUTION\n    pass\n    ## END SOLUTION\n",
            2,
            "alone on its line, got '## BEGIN",
        ),
        (
            "def f():\n    # begin solution\n    pass\n    # end solution\n",
            2,
            "alone on its line, got '# begin",
        ),
        (
            "def f():\n    x = 1  # BEGIN SOLUTION\n    # END SOLUTION\n",
            2,
            "alone on its line, got 'x = 1  # BEGIN",
        ),
        (
            "def f():\n    # BEGIN SOLUTION\n    pass\n# END SOLUTION\n",
            4,
            "as far to the right as its '# BEGIN",
        ),
        ("def f():\n    return 1\n\n\ndef g():\n    return 2\n", 1, "f has no solution to take out; put"),
        (
            "def f():\n    # BEGIN SOLUTION\n    for i in x:\n    # END SOLUTION\n        pass\n",
            5,
            "this is no Python: unexpected indent; put whole statements",
        ),
        ("def f(:\n    pass\n", 1, "this is no Python"),
        (
            "from reference.saliency import g\n\n\ndef f():\n    # BEGIN SOLUTION\n    pass\n    # END SOLUTION\n",
            1,
            "students have no 'from reference.saliency import g'; put it inside a solution",
        ),
    ],
)
def test_a_wrong_marker_is_an_error_that_says_where_and_what_to_do(source: str, line: int, problem: str):
    """Nothing is handed out while it is unclear what the solution is."""
    with pytest.raises(StripError, match=re.escape(problem)) as caught:
        stripped(source)
    assert str(caught.value).startswith(f"reference/saliency.py:{line}: ")


def test_a_private_helper_may_be_provided():
    """Only public functions are what students write."""
    source = "def _given():\n    return 1\n\n\ndef f():\n    # BEGIN SOLUTION\n    pass\n    # END SOLUTION\n"
    assert "def _given():\n    return 1\n" in stripped(source)


def test_provided_code_needs_no_solution():
    """Support code is handed out as it is, under the same first line."""
    source = '"""Support."""\n\n\ndef f():\n    return 1\n'
    header = "# Made from reference/imaging.py by: python -m reference strip\n"
    assert stripped(source, "imaging") == header + source


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_keeps_every_docstring_of_what_is_handed_out(path: Path):
    """Students read the same shapes, ranges and sources as instructors do."""
    solved, stub = ast.parse(path.read_text()), ast.parse(strip(path.read_text(), path))
    assert ast.get_docstring(stub) == ast.get_docstring(solved)
    kept = {node.name: ast.get_docstring(node) for node in stub.body if isinstance(node, ast.FunctionDef)}
    whole = {node.name: ast.get_docstring(node) for node in solved.body if isinstance(node, ast.FunctionDef)}
    assert kept == {name: text for name, text in whole.items() if name in kept or not name.startswith("_")}
    assert all(kept[name] for name in kept if not name.startswith("_"))


@pytest.mark.parametrize("path", EXERCISES, ids=lambda path: path.stem)
def test_no_line_of_a_solution_is_left(path: Path):
    """No run of four tokens that stands in solutions only survives."""
    source = path.read_text()
    inside = re.findall(r"# BEGIN SOLUTION\n(.*?)# END SOLUTION", source, re.DOTALL)
    assert bool(inside) == (path.stem not in PROVIDED)
    outside = re.sub(r"# BEGIN SOLUTION\n.*?# END SOLUTION", "", source, flags=re.DOTALL)
    leaked = token_runs(strip(source, path)) & token_runs("\n".join(inside)) - token_runs(outside)
    assert leaked == set()
    assert "SOLUTION" not in strip(source, path)


def token_runs(text: str) -> set[tuple[str, ...]]:
    tokens = re.findall(r"\w+|[^\w\s]", text)
    return set(zip(*(tokens[start:] for start in range(4)), strict=False))


def test_check_agrees_with_what_was_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Writing twice changes nothing, and then there is nothing to find."""
    assert main(["strip", "--out", str(tmp_path)]) == 0
    first = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert main(["strip", "--out", str(tmp_path)]) == 0
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == first
    assert main(["strip", "--check", "--out", str(tmp_path)]) == 0
    assert "up to date" in capsys.readouterr().out


def test_check_names_every_file_that_differs(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """An outdated, a missing and a foreign file are each named; the handout text is not ours to judge."""
    main(["strip", "--out", str(tmp_path)])
    (tmp_path / "saliency.py").write_text("changed")
    (tmp_path / "fooling.py").unlink()
    (tmp_path / "notes.py").write_text("")
    (tmp_path / "README.md").write_text("written by hand")
    capsys.readouterr()
    assert main(["strip", "--check", "--out", str(tmp_path)]) == 1
    found = capsys.readouterr().err.splitlines()
    assert [line.removeprefix(f"{tmp_path}/").split(";")[0] for line in found] == [
        "fooling.py: missing",
        "notes.py: comes from no file of reference/",
        "saliency.py: differs from reference/saliency.py",
    ]


def test_wrong_markers_have_an_exit_code_of_their_own(tmp_path, monkeypatch, capsys):
    """2 says that the reference is at fault, 1 that a file differs."""
    (tmp_path / "saliency.py").write_text("def f():\n    # BEGIN SOLUTION\n    pass\n")
    monkeypatch.setattr("reference.__main__.__file__", str(tmp_path / "__main__.py"))
    assert main(["strip", "--check", "--out", str(tmp_path / "out")]) == 2
    assert f"{tmp_path}/saliency.py:2: the solution is never closed" in capsys.readouterr().err


def test_the_assignment_is_up_to_date(capsys: pytest.CaptureFixture[str]):
    """What lies in assignment/ is what the reference gives."""
    assert main(["strip", "--check", "--out", str(REFERENCE.parent / "assignment")]) == 0, (
        capsys.readouterr().err
    )
