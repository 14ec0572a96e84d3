"""A failure is placed on a line that is really there, whatever the student's process tells."""

from __future__ import annotations

import os

import pytest

from grader.checking import places
from grader.checking.places import Place
from grader.checking.submission import Submission
from grader.errors import StudentFault
from grader.reading.places import Place as Chosen
from tests.stub_workers import StubSource, make_student, raising

SOURCE = (
    "import torch\n\ndef other(x):\n    def f(): pass\n\nasync def g(): pass\ndef f(\n    x):\n    return x\n"
)


def find_place(folder, told, function, **about):
    """Return the place in a submission that lies in a folder."""
    return places.find_place(Submission(folder, {}, **about), told, function)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "saliency.py").write_text(SOURCE)
    return tmp_path


def test_the_line_that_raised_is_named(folder):
    """Any of the student's files."""
    (folder / "helper.py").write_text("x\ny\n")
    assert find_place(folder, ("helper.py", 2), "saliency.f") == Place("helper.py", 2)


@pytest.mark.parametrize(
    "told",
    [
        None, ("saliency.py", 99), ("saliency.py", 0), ("saliency.py", True), ("saliency.py", "3"), ("saliency.py", None),
        ("missing.py", 1), ("../saliency.py", 1), ("/etc/passwd", 1), ("a\nb", 1), (7, 7), (".", 1), ("", 1), ("link.py", 1),
        ("pipe.py", 1), ("folder.py", 1), ("::error::", 1),
    ],
)  # fmt: skip
def test_a_line_that_is_not_there_gives_way_to_the_function(folder, told):
    """The process may lie; links and pipes are not followed."""
    (folder / "link.py").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe.py")
    (folder / "folder.py").mkdir()
    assert find_place(folder, told, "saliency.f") == Place("saliency.py", 7)


def test_a_function_is_found_where_the_file_defines_it(folder):
    """The file alone where it does not, nothing where there is no file."""
    assert find_place(folder, None, "saliency.g") == Place("saliency.py", 6)
    assert find_place(folder, None, "saliency.h") == Place("saliency.py", None)
    assert find_place(folder, None, "filters.h") is None
    assert find_place(folder, None, None) is None


def test_a_function_may_lie_elsewhere(folder):
    """In a folder, or in a class."""
    (folder / "work").mkdir()
    (folder / "work" / "maps.py").write_text("def f(): pass\nclass Maps:\n    def f(self): pass\n")
    for attribute, line in (("f", 1), ("Maps.f", 3)):
        chosen = {"saliency.f": Chosen("work/maps.py", attribute)}
        assert find_place(folder, None, "saliency.f", places=chosen) == Place("work/maps.py", line)
    assert find_place(folder, ("work/maps.py", 2), "saliency.f") == Place("work/maps.py", 2)


def test_a_notebook_is_named_as_it_was_handed_in(folder):
    """It has cells and no lines of its own; a notebook that was exported as a program has lines."""
    table = (None, ("maps.ipynb, cell 2", 1), ("", 14))
    for name, line in (("maps.ipynb", None), ("maps.py", 14)):
        lines = {"saliency.py": (name, table)}
        assert find_place(folder, ("saliency.py", 3), "saliency.f", lines=lines) == Place(name, line)
        assert find_place(folder, ("saliency.py", 1), "saliency.f", lines=lines) == Place(name, None)
        assert find_place(folder, None, "saliency.f", lines=lines) == Place(name, None)


def test_an_exception_carries_the_line_that_it_came_from():
    """The last of the student's own, as their process tells."""
    with pytest.raises(StudentFault) as caught:
        make_student(StubSource(raising("ValueError", "no", ["x = g(y)"]))).f()
    assert caught.value.place == ("saliency.py", 7)
