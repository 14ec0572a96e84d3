"""What can be handed in, and what cannot, as someone at a terminal sees it."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from tests.command_line import ROOT, SUBMISSIONS, read_result, run_grader

MODULE = SUBMISSIONS / "course_cs231n_module" / "cs231n" / "net_visualization_pytorch.py"


def zipped(path, entries):
    """Write a zip file, stored as `entries` says: names and contents."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries.items():
            opened.writestr(name, content)
    return path


def cut(path):
    path.write_bytes(path.read_bytes()[:-40])
    return path


def written(path, content):
    path.write_bytes(content)
    return path


def two_gigabytes(path):
    """Write a zip of a few megabytes at most that unpacks to two gigabytes."""
    zeros = bytes(1 << 24)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as opened,
        opened.open("saliency.py", "w", force_zip64=True) as entry,
    ):
        for _ in range(128):
            entry.write(zeros)
    return path


# What makes the file in a folder, and the sentence on it.
REFUSED = {
    "a zip that leads outside": (
        lambda folder: zipped(folder / "mine.zip", {"../saliency.py": "x"}),
        "mine.zip holds ../saliency.py, which would be unpacked outside of its folder; pack the folder itself again",
    ),
    "a truncated zip": (
        lambda folder: cut(zipped(folder / "mine.zip", {"saliency.py": "x" * 500})),
        "mine.zip is not a whole zip archive (File is not a zip file); was the upload cut off? Pack your files and",
    ),
    "a bomb": (
        lambda folder: two_gigabytes(folder / "bomb.zip"),
        "bomb.zip would unpack to 2048 MB, and at most 256 MB are read; hand in your own files only",
    ),
    "a notebook that is no JSON": (
        lambda folder: written(folder / "net.ipynb", b'{\n "cells": [\n  {"cell_type": "code",\n'),
        "net.ipynb is not a notebook: it is no JSON from line 4 on; save it again from Jupyter, or hand in a .py file",
    ),
    "a file that is no text": (
        lambda folder: written(folder / "saliency.py", b"import torch\n\xff\xfe"),
        "saliency.py is not UTF-8 text (line 2); save it again with the encoding UTF-8",
    ),
    "a zip without code": (
        lambda folder: zipped(folder / "mine.zip", {"report.txt": "x", "__MACOSX/saliency.py": "x"}),
        "mine.zip holds none of the files that are graded (filters.py, saliency.py",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_used_is_told_in_a_sentence(name, tmp_path):
    """Exit code 2, the file and the line, and nothing left behind."""
    make, sentence = REFUSED[name]
    (tmp_path / "scratch").mkdir()
    ended = run_grader(make(tmp_path), environment={"TMPDIR": str(tmp_path / "scratch")})

    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stderr.startswith("grader: ")
    assert ended.stderr.count("\n") == 1
    assert list((tmp_path / "scratch").iterdir()) == []


ACCEPTED = {
    "a zip": lambda folder: zipped(
        folder / "a.zip", {"hw3/net_visualization_pytorch.py": MODULE.read_text("utf-8")}
    ),
    "a zip in a zip": lambda folder: zipped(
        folder / "b.zip",
        {"me/a.zip": ACCEPTED["a zip"](folder).read_bytes(), "__MACOSX/me/._a.zip": "x", ".DS_Store": "x"},
    ),
    "a git checkout": lambda folder: checkout(folder / "checkout"),
}


def checkout(folder):
    """Return a folder like one that git has made, with a function in its history that nobody hands in."""
    (folder / ".git" / "objects").mkdir(parents=True)
    (folder / ".git" / "net_visualization_pytorch.py").write_text(
        "def compute_saliency_maps(X, y, model): ..."
    )
    (folder / "cs231n").mkdir()
    (folder / "cs231n" / MODULE.name).write_text(MODULE.read_text("utf-8"))
    return folder


@pytest.mark.parametrize("name", ACCEPTED)
def test_a_wrapping_makes_no_difference(name, tmp_path):
    """The same points, and no private copy left behind."""
    (tmp_path / "scratch").mkdir()
    ended = run_grader(
        ACCEPTED[name](tmp_path), "-e", "saliency", "--format", "json", "--out", tmp_path / "out",
        environment={"TMPDIR": str(tmp_path / "scratch")},
    )  # fmt: skip
    result = read_result(tmp_path / "out")

    assert ended.returncode == 0, ended.stderr
    assert (result["score"], result["max_score"]) == (35, 35)
    assert list((tmp_path / "scratch").iterdir()) == []


def test_ten_thousand_files_are_no_reason_to_fail(tmp_path):
    """What lies at the top is graded, and the number is said."""
    folder = tmp_path / "mine"
    (folder / "copies").mkdir(parents=True)
    (folder / MODULE.name).write_text(MODULE.read_text("utf-8"))
    for number in range(10_000):
        (folder / "copies" / f"{number}.py").write_text("x = 1\n")
    ended = run_grader(folder, "-e", "saliency", "-q")

    assert ended.returncode == 0
    assert (
        "grader: mine holds 10001 .py and .ipynb files, of which the 300 nearest to its top were read"
        in ended.stderr
    )
    assert "total 35 of 35" in ended.stdout


def test_whoever_stops_the_grader_leaves_nothing_behind(tmp_path):
    """A terminal that is closed or a job that is cancelled sends SIGTERM."""
    (tmp_path / "scratch").mkdir()
    command = [sys.executable, "-m", "grader", str(SUBMISSIONS / "infinite_loop"), "-e", "saliency"]
    running = subprocess.Popen(
        command, cwd=ROOT, env={"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "TMPDIR": str(tmp_path / "scratch")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    while running.poll() is None and not any((tmp_path / "scratch").glob("submission-*/*/*.py")):
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=60)

    assert running.returncode == 2
    assert list((tmp_path / "scratch").glob("submission-*")) == []


def test_one_file_of_ours_is_graded_on_what_it_is_for(tmp_path):
    """Its support module is provided, and other exercises are not missed."""
    file = written(
        tmp_path / "class_visualization.py", (ROOT / "reference/class_visualization.py").read_bytes()
    )
    file.write_text(file.read_text("utf-8").replace("from reference.imaging", "from imaging"))
    ended = run_grader(file, "--format", "json", "--out", tmp_path / "out")
    result = read_result(tmp_path / "out")

    assert ended.returncode == 0, ended.stderr
    assert {check["exercise"] for check in result["checks"]} == {"class_visualization"}
    assert result["notices"] == []


def test_the_invented_course_of_the_guide_is_graded(tmp_path):
    """CONTRIBUTING's table and its student's file, as they stand there."""
    guide = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("**A course.**")[2]
    table, file = (re.search(rf"```{kind}\n(.*?)```", guide, re.DOTALL)[1] for kind in ("toml", "python"))
    (tmp_path / "seeing.toml").write_text(table)
    (tmp_path / "sheet5.py").write_text(file)
    ended = run_grader(
        tmp_path / "sheet5.py",
        "--course",
        tmp_path / "seeing.toml",
        "--format",
        "json",
        "--out",
        tmp_path / "out",
    )
    result = read_result(tmp_path / "out")

    assert ended.returncode == 0, json.dumps(result)
    assert (result["score"], result["max_score"]) == (100, 100)
    assert result["notices"][0].startswith("graded as Seeing Machines, sheet 5; ")
    assert Path(tmp_path / "sheet5.py").read_text() == file
