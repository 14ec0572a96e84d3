"""Checks are collected once and run any number of times, whatever pytest makes of them.

In processes of their own: the checks of an exercise are run without a worker, which tells nothing of the student's
code and everything of who asked.
"""

from __future__ import annotations

import json

import pytest

from tests.command_line import run_grader

PROGRAM = """
import json, sys
from pathlib import Path
import grader.checking.collected as collected
from grader.checking.judging import Judging
from grader.errors import GraderFault
from grader.exercises import read_exercises

class Store:
    class manifest:
        seed, cases = "seed", {}

class Student:
    inherited, handing_on, picture, prints = False, None, None, ""
    def close(self, **_): pass
    def find_place(self, _): return None

EXERCISES = {exercise.name: exercise for exercise in read_exercises()}
collected.CHECKS = Path(sys.argv[1])
runs, mains = [], []
main = collected.pytest.main
collected.pytest.main = lambda *arguments, **keywords: (mains.append(arguments), main(*arguments, **keywords))[1]
checks = collected.Collected()

def judge(name, only=None, **changes):
    told = {"announced": [], "finished": []}
    runs.append(told)
    judging = Judging(EXERCISES[name], Store, Student, None,
        lambda planned: told["announced"].extend(check.id for check in planned),
        lambda check: told["finished"].append([check.id, check.status, check.message]), only=only)
    try:
        checks.judge(judging)
    except GraderFault as fault:
        told["fault"] = str(fault)
"""
END = "\nprint(json.dumps([runs, len(mains)]))"

FILTERS = '''
import pytest

@pytest.mark.points(1)
def test_one(student):
    """One."""
    assert student is not None

@pytest.mark.points(1)
def test_two(rng):
    """Two."""
    assert rng.integers(10) > 100, "too small"
'''


def run(folder, program, **files):
    """Return what each judging told, and how often pytest was called."""
    for name, text in files.items():
        (folder / f"test_{name}.py").write_text(text)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = points(weight): share\n")
    ended = run_grader(folder, program=("-c", PROGRAM + program + END))
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_what_was_collected_runs_again_and_again(tmp_path):
    """With the same verdicts, in whatever order the exercises come, and pytest is called once."""
    activations = FILTERS.replace("test_one", "test_three")
    program = (
        "checks.collect(['filters', 'activations'])\njudge('filters')\njudge('activations')\njudge('filters')"
    )
    (first, other, again), mains = run(tmp_path, program, filters=FILTERS, activations=activations)

    assert first["announced"] == ["filters/one", "filters/two"]
    assert [entry[:2] for entry in first["finished"]] == [
        ["filters/one", "passed"],
        ["filters/two", "failed"],
    ]
    assert other["announced"] == ["activations/three", "activations/two"]
    assert again == first
    assert mains == 1


def test_one_is_collected_when_it_is_asked_for(tmp_path):
    """Where nobody has thought of it before."""
    (only,), mains = run(tmp_path, "judge('filters', only={'two'})", filters=FILTERS)
    assert only["announced"] == ["filters/two"]
    assert mains == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import no_such_module\n", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("def test_one(:\n", "SyntaxError"),
        ("x = 1\n", "there are none in test_filters.py"),
        ("def test_one():\n    pass\n", "ValueError"),
    ],
)
def test_one_that_cannot_be_read_is_no_other_ones_fault(text, said, tmp_path):
    """It is said when it is to run."""
    program = "checks.collect(['filters', 'activations'])\njudge('filters')\njudge('activations')"
    (broken, whole), _ = run(tmp_path, program, filters=text, activations=FILTERS)

    assert broken["fault"].startswith("the checks of filters could not be run (")
    assert said in broken["fault"]
    assert [entry[1] for entry in whole["finished"]] == ["passed", "failed"]


def test_an_interruption_is_not_kept(tmp_path):
    """Whoever stops a run while checks are collected wants it to stop."""
    program = "try:\n    checks.collect(['filters'])\nexcept KeyboardInterrupt:\n    runs.append('stopped')"
    (told,), _ = run(tmp_path, program, filters="raise KeyboardInterrupt\n")
    assert told == "stopped"


def test_a_file_that_is_not_there(tmp_path):
    (broken,), mains = run(tmp_path, "judge('filters')")
    assert broken["fault"] == "the checks of filters could not be run (there are none in test_filters.py)"
    assert mains == 0
