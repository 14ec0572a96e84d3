"""The commands in the pages on handing out and publishing do what the pages say."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from fixtures.store import DATA_FOLDER
from grader.__main__ import main as grade
from reference.__main__ import main as make
from tests.pack_places import ROOT

PAGES = ("docs/handout.md", "docs/publish.md")


def commands_of(page):
    """Return every command of a page, in order."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (ROOT / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return [line for block in blocks for line in block.splitlines()]


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_work_in_their_order(page, tmp_path, monkeypatch):
    """From an empty folder; private fixtures, which take minutes to build, are a copy of the public ones here."""
    monkeypatch.chdir(tmp_path)
    places = set()
    for command in commands_of(page):
        words = shlex.split(command)
        if words[:3] == ["python", "-m", "fixtures"]:
            shutil.copytree(DATA_FOLDER, words[words.index("--out") + 1])
        elif words[:3] == ["python", "-m", "grader"]:
            assert grade(words[3:]) == 0, command
            places |= {word for word in words if word.startswith("out/")}
        elif words[:3] == ["python", "-m", "reference"]:
            assert make(words[3:]) == 0, command
        else:
            assert words[-1] == "box/source/run_autograder"  # run in test_grader_pack_gradescope.py
    assert all(Path(place).exists() for place in places)
    text = (ROOT / page).read_text("utf-8")
    named = {name for name in re.findall(r"`(out/[\w./-]+)`", text) if "README" not in name}
    assert all(Path(name).exists() for name in named), named
