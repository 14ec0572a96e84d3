"""What has changed, and what depends on it: saves of every kind, and the exercises that they touch."""

from __future__ import annotations

import json
import os
import shutil
import sys
import threading
import time
import zipfile

import pytest

from grader.exercises import read_exercises
from grader.submissions import open_submission
from grader.watching.depends import fingerprints, why_unreadable
from grader.watching.watcher import Watcher, names_of_changes
from tests.command_line import ROOT

PATIENCE = 30  # seconds for what takes milliseconds on an idle machine


def in_place(file):
    file.write_text("new")


def by_renaming(file):
    partial = file.with_name("saliency.py.1234.tmp")
    partial.write_text("new")
    partial.replace(file)


def by_moving_away(file):
    file.rename(file.with_name("saliency.py~"))
    file.write_text("new")


def by_removing(file):
    file.unlink()
    time.sleep(0.005)
    file.write_text("new")


def in_pieces(file):
    with file.open("w") as opened:
        for letter in "new":
            opened.write(letter)
            opened.flush()
            time.sleep(0.005)


SAVES = (in_place, by_renaming, by_moving_away, by_removing, in_pieces)


@pytest.fixture(params=["told by the kernel", "looking often"])
def make_watcher(request, monkeypatch):
    """Watchers of both kinds, closed after the test."""
    made = []
    if request.param == "looking often":
        monkeypatch.setitem(sys.modules, "watchfiles", None)  # as where it is not installed

    def make(path, ignored):
        made.append(Watcher(path, ignored))
        return made[-1]

    yield make
    for watcher in made:
        watcher.close()


def change(watcher, known, do):
    """Return what a watcher finds when something is done while it waits, and the names of that."""
    found = []
    waiting = threading.Thread(target=lambda: found.append(watcher.wait(known)), daemon=True)
    waiting.start()
    time.sleep(0.05)
    do()
    waiting.join(PATIENCE)
    assert found, "nothing was noticed"
    return found[0], names_of_changes(known, found[0])


@pytest.mark.parametrize("save", SAVES)
def test_a_save_is_one_change_however_it_is_made(save, make_watcher, tmp_path):
    """The file is there and whole when it is told of, and no second change follows."""
    (tmp_path / "saliency.py").write_text("old")
    (tmp_path / "other.py").write_text("old")
    watcher = make_watcher(tmp_path, tmp_path / "out")
    now, names = change(watcher, watcher.look(), lambda: save(tmp_path / "saliency.py"))

    assert names == ("saliency.py",)
    assert now == watcher.look()
    assert (tmp_path / "saliency.py").read_text() == "new"


def test_what_the_grader_and_editors_write_is_no_change(make_watcher, tmp_path):
    """Hidden files, caches, the folder of the reports."""
    watcher = make_watcher(tmp_path, tmp_path / "out")
    known = watcher.look()
    for name in (".saliency.py.swp", "__pycache__/saliency.pyc", ".git/index", "out/result.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")

    assert watcher.look() == known


def test_new_folders_are_watched(make_watcher, tmp_path):
    """Also those that come while it waits, and what is later written there."""
    watcher = make_watcher(tmp_path, tmp_path / "out")
    known, _ = change(watcher, watcher.look(), (tmp_path / "helpers").mkdir)
    _, names = change(watcher, known, lambda: (tmp_path / "helpers" / "a.py").write_text("x"))

    assert names == ("helpers/a.py",)


def test_one_file_is_watched_without_its_neighbours(make_watcher, tmp_path):
    """It may go and come back."""
    file = tmp_path / "work.zip"
    file.write_text("old")
    watcher = make_watcher(file, tmp_path / "out")
    known = watcher.look()
    (tmp_path / "other.zip").write_text("x")
    assert watcher.look() == known

    known, names = change(watcher, known, file.unlink)
    assert (dict(known), names) == ({}, ("work.zip",))
    _, names = change(watcher, known, lambda: file.write_text("new"))
    assert names == ("work.zip",)


def test_a_folder_that_goes_and_comes_back_is_still_watched(make_watcher, tmp_path):
    """As when a branch is checked out; it is another folder then."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "a.py").write_text("old")
    watcher = make_watcher(folder, tmp_path / "out")
    known, _ = change(watcher, watcher.look(), lambda: shutil.rmtree(folder))
    assert dict(known) == {}

    def come_back():
        folder.mkdir()
        (folder / "a.py").write_text("new")

    known, _ = change(watcher, known, come_back)
    _, names = change(watcher, watcher.settle(known), lambda: (folder / "b.py").write_text("x"))
    assert names == ("b.py",)


@pytest.fixture(scope="module")
def right(tmp_path_factory):
    """A copy of the reference, as a student's folder."""
    folder = tmp_path_factory.mktemp("right") / "assignment"
    shutil.copytree(
        ROOT / "reference", folder, ignore=shutil.ignore_patterns("variants", "__pycache__", "handout")
    )
    return folder


@pytest.fixture
def work(right, tmp_path):
    """The same, to be changed."""
    return shutil.copytree(right, tmp_path / "assignment")


def numbers(path):
    """Return the number of each exercise of the core."""
    with open_submission(str(path), [one for one in read_exercises() if not one.further]) as found:
        return fingerprints(found)


def append(name, text):
    def do(folder):
        (folder / name).parent.mkdir(exist_ok=True)
        with (folder / name).open("a") as file:
            file.write(text)

    do.__name__ = f"{name}+{text[:12].strip()}"
    return do


EVERYTHING = {"filters", "saliency", "fooling", "class_visualization", "gradcam", "activations"}
TOUCHED = [
    (lambda folder: os.utime(folder / "saliency.py"), set()),
    (append("saliency.py", "\n# more\n"), {"saliency"}),
    (append("gradcam.py", "\nx = 1\n"), {"gradcam"}),
    (append("embedding.py", "\nx = 1\n"), set()),
    (append("notes.md", "x"), set()),
    (append("saliency.ipynb", "{}"), set()),
    (append("screenshots/a.png", "x"), set()),
    (append("helper_of_nobody.py", "x = 1"), set()),
    (append("weights.npy", "x"), EVERYTHING),
]


@pytest.mark.parametrize(("do", "touched"), TOUCHED, ids=lambda value: getattr(value, "__name__", ""))
def test_only_what_depends_on_a_change_has_another_number(do, touched, work):
    """A file that nobody can import or open touches nothing; one that anybody may open touches all."""
    before = numbers(work)
    do(work)
    after = numbers(work)

    assert set(before) == EVERYTHING
    assert {name for name in EVERYTHING if before[name] != after[name]} == touched


def test_a_helper_touches_those_that_import_it(work):
    """Also by way of another helper."""
    append("saliency.py", "\nfrom helper_a import x\n")(work)
    append("helper_a.py", "from helper_b import x\n")(work)
    append("helper_b.py", "x = 1\n")(work)
    before = numbers(work)
    append("helper_b.py", "x = 2\n")(work)
    after = numbers(work)

    assert {name for name in EVERYTHING if before[name] != after[name]} == {"saliency"}


def notebook(code, outputs=()):
    cell = {
        "cell_type": "code",
        "source": code,
        "metadata": {},
        "outputs": list(outputs),
        "execution_count": 1,
    }
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def test_running_a_notebook_touches_nothing_and_editing_it_does(tmp_path):
    """Its outputs are no part of a grade."""
    file = tmp_path / "work.ipynb"
    code = "def compute_saliency_maps(X, y, model):\n    return X\n"
    shown = {"output_type": "stream", "name": "stdout", "text": "hello"}
    seen = []
    for text in (notebook(code), notebook(code, [shown]), notebook(code.replace("return X", "return y"))):
        file.write_text(text)
        with open_submission(str(file), read_exercises(), "ours") as found:
            seen.append(fingerprints(found)["saliency"])

    assert seen[0] == seen[1] != seen[2]


def test_a_zip_packed_anew_touches_what_differs_in_it(work, tmp_path):
    """Its dates do not count."""
    archive = tmp_path / "assignment.zip"
    seen = []
    for text in ("", "", "\nx = 1\n"):
        append("saliency.py", text)(work)
        with zipfile.ZipFile(archive, "w") as packed:
            for file in sorted(work.glob("*.py")):
                packed.write(file, file.name)
        seen.append(numbers(archive))
        os.utime(work / "saliency.py")

    assert seen[0] == seen[1]
    assert {name for name in EVERYTHING if seen[1][name] != seen[2][name]} == {"saliency"}


def test_what_is_half_typed_is_told_in_one_sentence(work):
    """Of its own file only."""
    append("saliency.py", "\ndef half(\n")(work)
    exercises = [one for one in read_exercises() if one.name in ("saliency", "gradcam")]
    with open_submission(str(work), exercises) as found:
        told = {one.name: why_unreadable(found, one) for one in exercises}

    assert told["gradcam"] is None
    assert told["saliency"].startswith("saliency.py cannot be read as Python: '(' was never closed (line ")
