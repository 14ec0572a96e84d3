"""A batch with real processes that only pretend to grade: kills, retries, repeated runs, options."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from grader.batch.store import open_grades
from tests.command_line import ROOT
from tests.stub_batch import MARKS

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="graders are forked")

ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT)}


def hand_in(folder, **texts):
    """Write one submission of each student."""
    for name, text in texts.items():
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "saliency.py").write_text(f"# {name}\n# {text}\n")


def command(folder, *more):
    return [
        sys.executable,
        "-m",
        "tests.stub_batch",
        str(folder / "in"),
        "--out",
        str(folder / "grades"),
        "--jobs",
        "4",
        *more,
    ]


def run(folder, *more, marks=None):
    """Return the ended batch."""
    environment = ENVIRONMENT | ({MARKS: str(marks)} if marks else {})
    return subprocess.run(
        command(folder, *more),
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def table(folder):
    """Return all that a grade consists of, by student."""
    with open_grades(folder / "grades") as grades:
        return {
            row.student: (row.key, row.score, row.problem, row.result, row.sources) for row in grades.rows()
        }


def times(folder):
    """Return how often each student's submission was graded to its end."""
    with open_grades(folder / "grades") as grades:
        return {row.student: row.times for row in grades.rows()}


def test_a_batch_that_is_killed_goes_on_where_it_was(tmp_path):
    """kill -9 at five moments, then the same command: the table of an undisturbed run, nothing graded twice."""
    work = {f"s{number:02}": f"sleep {0.1 + number % 3 * 0.05}" for number in range(24)}
    for place in ("calm", "killed"):
        hand_in(tmp_path / place / "in", **work)
    assert run(tmp_path / "calm").returncode == 0
    kept, seed = 0, random.Random(7)
    for kill in range(5):
        with subprocess.Popen(command(tmp_path / "killed", "-q"), cwd=ROOT, env=ENVIRONMENT) as batch:
            while kept < 4 * kill or not (tmp_path / "killed" / "grades" / "grades.sqlite").exists():
                assert batch.poll() is None, "it ended before it could be killed"
                time.sleep(0.01)
                with open_grades(tmp_path / "killed" / "grades", create=True) as grades:
                    kept = len(grades.known())
            time.sleep(seed.uniform(0, 0.3))
            batch.kill()
            batch.wait()
    before = times(tmp_path / "killed")
    assert 0 < len(before) < len(work)
    assert run(tmp_path / "killed").returncode == 0

    assert table(tmp_path / "killed") == table(tmp_path / "calm")
    assert set(times(tmp_path / "killed").values()) == {1}


def test_a_second_run_does_only_what_changed(tmp_path):
    """A changed submission, a new one; a student who is gone keeps what was graded."""
    hand_in(tmp_path / "in", ann="1", ben="2", cy="3")
    (tmp_path / "marks").mkdir()
    run(tmp_path, marks=tmp_path / "marks")
    hand_in(tmp_path / "in", ben="22", dee="4")
    (tmp_path / "in" / "cy" / "saliency.py").unlink()
    (tmp_path / "in" / "cy").rmdir()

    ended = run(tmp_path, marks=tmp_path / "marks")

    assert sorted(mark.name.partition("-")[0] for mark in (tmp_path / "marks").iterdir()) == [
        "ann", "ben", "ben", "cy", "dee",
    ]  # fmt: skip
    assert sorted(table(tmp_path)) == ["ann", "ben", "cy", "dee"]
    assert "cy handed in nothing this time; what was graded earlier is kept" in ended.stderr
    assert "2 graded, 1 unchanged, 3 students" in ended.stderr


@pytest.mark.parametrize(
    ("where", "graded"),
    [
        ("ann", ["ann"]),
        ("*e*", ["ben", "dee"]),
        ("saliency/*", ["ann", "ben", "dee"]),
        ("all", ["ann", "ben", "dee"]),
    ],
)
def test_regrading_is_for_those_who_are_named(tmp_path, where, graded):
    """And what was given by hand stays."""
    hand_in(tmp_path / "in", ann="1", ben="2", dee="4")
    run(tmp_path)
    with open_grades(tmp_path / "grades") as grades:
        grades.adjust("ann", 5.0, "was ill")
    scores = {name: told[1] for name, told in table(tmp_path).items()}

    assert run(tmp_path, "--regrade", where).returncode == 0

    assert [name for name, often in times(tmp_path).items() if often == 2] == graded
    assert {name: told[1] for name, told in table(tmp_path).items()} == scores


def test_a_wish_that_fits_nobody_is_said(tmp_path):
    """Before anything is graded."""
    hand_in(tmp_path / "in", ann="1")
    run(tmp_path)
    ended = run(tmp_path, "--regrade", "anna")
    assert ended.returncode == 2
    assert "--regrade anna fits nobody" in ended.stderr


def test_a_grader_that_dies_is_tried_again_once(tmp_path):
    """One that dies twice is marked and not final: exit code 3, and the next run tries again."""
    hand_in(tmp_path / "in", ann="dies once", ben="dies", cy="sleep 0.1", dee="faulty")
    (tmp_path / "marks").mkdir()

    ended = run(tmp_path, marks=tmp_path / "marks")

    told = table(tmp_path)
    assert ended.returncode == 3
    assert [name for name, row in told.items() if row[2] is None] == ["ann", "cy"]
    assert "ended 2 times (code -9), which is no fault of the student's" in told["ben"][2]
    assert told["dee"][2] == "the machine is broken"
    assert len(list((tmp_path / "marks").glob("ben-*"))) == 2

    hand_in(tmp_path / "in", ben="dies")
    assert "2 graded, 2 unchanged" in run(tmp_path, marks=tmp_path / "marks").stderr


def test_two_batches_on_one_folder_do_not_meet(tmp_path):
    """The second says who is writing; the first ends as if it had been alone."""
    hand_in(tmp_path / "in", ann="sleep 1", ben="2")
    with subprocess.Popen(command(tmp_path, "-q"), cwd=ROOT, env=ENVIRONMENT) as first:
        while not (tmp_path / "grades" / "grades.sqlite").exists():
            time.sleep(0.01)
        second = run(tmp_path)
        assert first.wait() == 0
    assert second.returncode == 2
    assert f"another batch (process {first.pid}) is writing" in second.stderr
    assert sorted(table(tmp_path)) == ["ann", "ben"]


def test_no_grader_outlives_its_batch(tmp_path):
    """Not even where it is killed and cannot say goodbye."""
    hand_in(tmp_path / "in", ann="sleep 600")
    (tmp_path / "marks").mkdir()
    environment = ENVIRONMENT | {MARKS: str(tmp_path / "marks")}
    with subprocess.Popen(command(tmp_path, "-q"), cwd=ROOT, env=environment) as batch:
        while not (marks := list((tmp_path / "marks").iterdir())):
            time.sleep(0.01)
        batch.kill()
        batch.wait()
    grader = int(marks[0].name.rpartition("-")[2])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(grader, 0)  # signal 0 asks whether it is there
        except ProcessLookupError:
            return
        time.sleep(0.05)
    os.kill(grader, signal.SIGKILL)
    pytest.fail("it is still there")


def test_a_line_tells_how_far_it_has_come_and_the_last_one_what_there_is(tmp_path):
    """Piped, nothing moves; -q leaves the last line."""
    hand_in(tmp_path / "in", ann="1", ben="2")
    (tmp_path / "in" / "notes.txt").write_text("hello")
    loud, quiet = run(tmp_path), run(tmp_path, "-q")
    assert loud.stdout == quiet.stdout == ""
    assert "\x1b" not in loud.stderr
    assert loud.stderr.splitlines()[0].startswith("grader: notes.txt is neither")
    assert [line.split(";")[0] for line in quiet.stderr.splitlines()] == [
        "grader: 0 graded, 2 unchanged, 2 students"
    ]
