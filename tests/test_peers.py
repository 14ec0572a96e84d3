"""The comparison with other autograders: what they are given, and what its numbers say; installs nothing."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers import environments
from tests.peers.attacking import attack_names, verdict, write_attacks
from tests.peers.graders.asking import ROOT
from tests.peers.graders.check50 import Check50
from tests.peers.graders.otter import Otter
from tests.peers.graders.ours import Ours
from tests.peers.graders.plain import Gradescope, Pytest
from tests.peers.measured import Per, Row, beyond_calls, in_class
from tests.peers.measuring import Cost
from tests.peers.report import make_tables, write_markdown
from tests.peers.submissions import FUNCTIONS, RIGHT, WRONG, find, write_submissions

PYTHON = Path(sys.executable)


def test_there_are_twenty_right_and_twenty_wrong_submissions(tmp_path):
    """Each one file, with the three functions once, and nothing of the reference."""
    right, wrong = write_submissions(tmp_path, 20)

    assert len({file.read_text("utf-8") for file in [*right, *wrong]}) == 40
    for file in [*right, *wrong]:
        tree = ast.parse(file.read_text("utf-8"))
        names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
        assert all(names.count(function) == 1 for function in FUNCTIONS.values())
        assert "reference" not in file.read_text("utf-8")
    kinds = {find(exercise, name).kind for exercise, names in RIGHT.items() for name in names}
    assert kinds == {"accepted"}
    assert {find(exercise, name).kind for exercise, names in WRONG.items() for name in names} == {"mistake"}


def test_every_attack_is_a_submission(tmp_path):
    """With all three functions; the control comes first, since the others are compared with it."""
    files = write_attacks(tmp_path)

    assert attack_names()[0] == "a0_no_trick"
    for file in files:
        names = {
            node.name for node in ast.parse(file.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
        }
        assert set(FUNCTIONS.values()) <= names


@pytest.mark.parametrize(
    ("share", "ended", "said"),
    [(1.0, True, "FULL MARKS"), (0.5, True, "gains 17%"), (1 / 3, True, "nothing"), (0.0, True, "nothing"),
     (None, True, "no result"), (None, False, "no end in 200 s")],
)  # fmt: skip
def test_what_an_attack_gained_is_said(share, ended, said):
    """Beside the third of the points that the same answers earn without a trick."""
    assert verdict(share, 1 / 3, ended=ended) == said


def test_everything_is_pinned():
    """And what is linked is what this project itself is tested with."""
    constraints = {line.lower() for line in environments.pins(ROOT / "constraints.txt")}
    for file in environments.REQUIREMENTS.glob("*.txt"):
        assert environments.pins(file)

    course = environments.pins(environments.REQUIREMENTS / "course.txt")
    assert {"torch==2.13.0", "torchvision==0.28.0"} <= set(course)
    assert {pin.replace("-", "_") for pin in course} <= {pin.replace("-", "_") for pin in constraints}


def test_a_package_without_a_version_is_refused(tmp_path):
    """A benchmark that takes whatever is newest measures something else each time."""
    (tmp_path / "loose.txt").write_text("otter-grader==7.0.0\ntornado>=6\n")

    with pytest.raises(ValueError, match="does not pin tornado>=6"):
        environments.pins(tmp_path / "loose.txt")


@pytest.mark.parametrize(
    ("grader", "file", "text", "share"),
    [
        (
            Pytest(PYTHON),
            "one/results.xml",
            '<t><testsuite tests="4" failures="1" errors="0" skipped="0"/></t>',
            0.75,
        ),
        (Pytest(PYTHON), "one/results.xml", "<t>", None),
        (Gradescope(PYTHON), "one/results.json", '{"score": 3, "tests": [{"max_score": 4}]}', 0.75),
        (Gradescope(PYTHON), "one/results.json", "", None),
        (Check50(PYTHON), "one/results.json", '{"results": [{"passed": true}, {"passed": null}]}', 0.5),
        (Otter(PYTHON), "out/results.json", '{"tests": [{"name": "x"}, {"score": 3, "max_score": 4}]}', 0.75),
        (Ours(), "one/result.json", '{"score": 30, "max_score": 45}', 2 / 3),
    ],
)
def test_what_a_grader_says_is_read(tmp_path, grader, file, text, share):
    """A share of the points; None where its file is missing or damaged."""
    (tmp_path / file).parent.mkdir()
    (tmp_path / file).write_text(text)

    assert grader.shares([Path("one.py")], tmp_path, [0]) == [share]
    (tmp_path / file).unlink()
    assert grader.shares([Path("one.py")], tmp_path, [0]) == [None]


def made_up_rows():
    """Return rows of ours, of a peer and of one that could not be installed, and of the bare script."""
    ours, peer = Row("ours", side_by_side=4), Row("peer 1.0", side_by_side=4)
    for row, seconds in ((ours, 1.0), (peer, 3.0)):
        row.alone, row.class_ = (
            [Cost(seconds, seconds, 100, (0,))],
            [Cost(4 * seconds, 12 * seconds, 400, (0,))],
        )
        row.right, row.wrong, row.attacks = (
            [1.0, 0.5],
            [0.5, None],
            {"a0_no_trick": "nothing", "a2_exits": "no result"},
        )
    floor = Row(
        "bare script",
        alone=[Cost(0.5, 0.5, 50, (0,))],
        class_=[Cost(2.0, 2.0, 60, (0,))],
        right=[1, 1],
        wrong=[0, 0],
    )
    return {"ours": ours, "peer": peer, "lost": Row("lost 2.0", missing="not installed: no network")}, floor


def test_overhead_is_what_is_beyond_the_calls():
    """Four at once share the wall time; each pays its own processor time."""
    rows, _ = made_up_rows()
    calls = Per(wall=2.0, cpu=2.0, peak_mb=0)

    assert in_class(rows["peer"]) == Per(3.0, 9.0, 400)
    assert beyond_calls(rows["peer"], calls) == Per(2.5, 7.0, 400)
    assert (rows["ours"].right_full, rows["ours"].wrong_lost) == (1, 1)


def test_the_page_has_every_grader():
    """Also the one that could not be installed, with the reason; every row is as wide as its head."""
    rows, floor = made_up_rows()
    tables = make_tables(rows, floor, Per(2.0, 2.0, 0))
    page = write_markdown(tables, ["About."])

    assert page.count("| lost 2.0 | not installed: no network |") == 3
    assert "| A2 exits | no result | no result |" in page
    assert "Our overhead against the best peer's: wall 0.20, CPU 0.14." in page
    for part in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        assert len({line.count("|") for line in part.splitlines()}) == 1


def test_all_processes_are_measured(tmp_path):
    """One that was left behind too; what takes too long is ended."""
    program = """
import json, sys
from pathlib import Path
from tests.peers.graders.asking import Command, Plan
from tests.peers.measuring import run
burn = "import time; end = time.process_time() + 0.4\\nwhile time.process_time() < end: pass"
left = f"import subprocess, sys; subprocess.Popen([sys.executable, '-S', '-c', {burn!r}]); sys.exit(7)"
here, words = Path(sys.argv[1]), [sys.executable, "-S", "-c"]
two = run(Plan([Command([*words, burn], here), Command([*words, left], here)], 1))
late = run(Plan([Command([*words, "import time; time.sleep(60)"], here)]), seconds=0.3)
print(json.dumps([two.cpu, two.codes, two.peak_mb, late.wall, late.codes]))
"""
    told = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr
    cpu, codes, peak, wall, stopped = json.loads(told.stdout)

    assert codes == [0, 7]
    assert cpu >= 0.4
    assert peak > 1
    assert wall < 30
    assert stopped == [None]
