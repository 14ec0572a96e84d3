"""A submission is found and looked at without running any of it."""

from __future__ import annotations

import shutil

import pytest

from grader.errors import Unusable
from grader.exercises import Exercise
from grader.submissions import find_submission

EXERCISES = (
    Exercise("saliency", "saliency", False, 30.0, {"maps": "(N, H, W)", "score": "(3, H, W)"}),
    Exercise("filters", "filters", False, 10.0, {"plot": "one figure"}),
)
BOTH = "def maps(): ...\ndef score(): ...\n"


@pytest.fixture
def folder(tmp_path):
    """A folder with both files, of which a test writes one anew."""
    (tmp_path / "saliency.py").write_text(BOTH)
    (tmp_path / "filters.py").write_text("def plot(): ...\n")
    return tmp_path


@pytest.fixture
def find(tmp_path_factory):
    """Look at a submission, with a private copy of it each time."""
    return lambda path, course=None: find_submission(
        path and str(path), EXERCISES, tmp_path_factory.mktemp("private"), course
    )


@pytest.fixture
def notices(find):
    """What is said about a submission."""
    return lambda folder: find(folder).notices


def test_a_whole_submission_gives_no_notice(folder, find):
    """Its name is the path as given, its functions are named with their module."""
    found = find(folder)

    assert found.notices == ()
    assert found.name == str(folder)
    assert (found.submission.folder / "saliency.py").read_text() == BOTH
    assert found.submission.functions == {
        "maps": "saliency.maps",
        "score": "saliency.score",
        "plot": "filters.plot",
    }


def test_the_default_is_the_handout(folder, find, monkeypatch):
    """The folder `assignment` where one stands."""
    folder.rename(folder.parent / "assignment")
    monkeypatch.chdir(folder.parent)

    assert find(None).submission.folder.name == "assignment"


@pytest.mark.parametrize(
    "source",
    [
        "maps = score = None",
        "maps, (score, *rest) = f()",
        "from other import maps, score",
        "from other import something as maps, score",
        "from other import *",
        "import maps, score",
        "async def maps(): ...\nclass score: ...",
        "if True:\n    def maps(): ...\nelse:\n    score = 1",
        "try:\n    maps = 1\nexcept ImportError:\n    pass\nfinally:\n    score = 2",
        "try:\n    import a\nexcept ImportError:\n    maps = score = None",
        "with torch.no_grad():\n    def maps(): ...\n    score = maps",
        "maps: int = 3\n(score := 4)",
        "\ufeff" + BOTH,
        "import torch\n@torch.no_grad()\ndef maps(): ...\nscore = torch.no_grad()(maps)",
        "while True:\n    maps = 1\n    score = 2\n    break",
    ],
)
def test_a_name_may_be_bound_in_any_way(folder, notices, source):
    """A false notice would keep a right submission from being graded in full."""
    (folder / "saliency.py").write_text(source, "utf-8")
    assert notices(folder) == ()


@pytest.mark.parametrize(
    "source", ["", "# nothing", "def Maps(): ...", "def f():\n    maps = score = 1", "maps.x = 1"]
)
def test_a_function_that_is_missing_is_named(folder, notices, source):
    """Each of them, in the order of the table."""
    (folder / "saliency.py").write_text(source)
    ending = "functions keep the names that the handout gives them."

    assert notices(folder) == (
        f"saliency.py has no function maps; {ending}",
        f"saliency.py has no function score; {ending}",
    )


def test_a_missing_file_is_named(folder, notices):
    """The others can still be graded."""
    (folder / "filters.py").unlink()
    assert notices(folder) == (
        "filters.py is missing; hand in the file even where its functions are not written yet.",
    )


def test_another_encoding_is_named_with_the_line(folder, notices):
    """Counted from 1, as editors do."""
    (folder / "saliency.py").write_bytes(b"# fine\n\n# J\xfcrgen\n")
    assert notices(folder) == (
        "saliency.py is not UTF-8 text (line 3); save it again with the encoding UTF-8.",
    )


@pytest.mark.parametrize("source", ["def maps(:\n", "x" * 10 + "\x00", "(" * 1000, "if 1:\n\tx\n        y"])
def test_a_file_that_is_no_python_is_left_to_its_checks(folder, notices, source):
    """They say which line it is."""
    (folder / "saliency.py").write_text(source)
    assert notices(folder) == ()


def test_an_invalid_escape_sequence_is_no_reason_to_warn(folder, notices):
    """Warnings are errors in these tests."""
    (folder / "saliency.py").write_text(BOTH + 'pattern = "\\d"\n')
    assert notices(folder) == ()


def test_a_file_that_cannot_be_read_is_named(folder, notices, monkeypatch):
    """With the reason of the operating system."""

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(shutil, "copyfile", refuse)
    assert notices(folder)[0] == "saliency.py cannot be read (Permission denied); check its permissions."


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("nowhere", "there is no nowhere; give the folder that holds your files: python -m grader FOLDER"),
        ("notes.txt", "notes.txt is neither a folder nor a .py, .ipynb or .zip file; hand in one of these"),
        ("empty", "empty holds none of the files that are graded (saliency.py, filters.py); give the folder"),
    ],
)
def test_what_is_no_submission_is_told_in_a_sentence(folder, find, path, words, monkeypatch):
    """With what to type instead."""
    (folder / "empty").mkdir()
    (folder / "notes.txt").write_text("What I did.")
    monkeypatch.chdir(folder)
    with pytest.raises(Unusable) as caught:
        find(path)
    assert str(caught.value).startswith(words)
