"""A batch that grades: exactly the results of single runs, and kills that lose nothing."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from grader.batch.store import open_grades
from tests.command_line import ROOT, SUBMISSIONS, read_result, run_grader
from tests.determinism import without_times

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="graders are forked")

RIGHT = (SUBMISSIONS / "missing_file" / "filters.py").read_text("utf-8")
# what depends on the moment, spare users and limits of a busy machine, and on where a file lies
PASSING = ("isolation", "protections", "submission")


def hand_in(folder, **texts):
    """Write one submission of each student."""
    for name, text in texts.items():
        (folder / name).mkdir(parents=True)
        (folder / name / "filters.py").write_text(text, "utf-8")


def table(grades):
    """Return all that lasts of each student's grade."""
    with open_grades(grades) as opened:
        return {
            row.student: (row.problem, without_times(row.result, PASSING), row.sources)
            for row in opened.rows()
        }


def batch(folder, *more):
    return [
        sys.executable,
        "-m",
        "grader",
        "batch",
        str(folder / "in"),
        "--out",
        str(folder / "grades"),
        "-e",
        "filters",
        *more,
    ]


def test_results_are_those_of_single_runs(tmp_path):
    """Right, wrong, one that ends the process at import, an archive; an empty folder gets the sentence of a single run."""
    hand_in(
        tmp_path / "in",
        ann=RIGHT,
        ben=RIGHT.replace("def plot_filters", "import os; os._exit(0)\ndef plot_filters"),
        cy=RIGHT.replace("title", "suptitle"),
    )
    shutil.make_archive(str(tmp_path / "in" / "dee"), "zip", SUBMISSIONS / "syntax_error")
    (tmp_path / "in" / "empty").mkdir()

    ended = run_grader("batch", tmp_path / "in", "--out", tmp_path / "grades", "-e", "filters")

    assert ended.returncode == 0, ended.stderr
    told = table(tmp_path / "grades")
    assert list(told) == ["ann", "ben", "cy", "dee", "empty"]
    for name in ("ben", "cy", "dee.zip", "empty"):
        out = tmp_path / "out" / name
        single = run_grader(tmp_path / "in" / name, "-e", "filters", "--format", "json", "--out", out)
        problem, result, _ = told[name.removesuffix(".zip")]
        if name == "empty":
            assert f"{tmp_path / 'in'}/{problem}" in single.stderr
        else:
            assert without_times(read_result(out), PASSING) == result
    assert told["ann"][2] == {"filters.py": RIGHT}
    assert told["ann"][1]["score"] == 10.0
    assert list(tmp_path.glob("in/*/__pycache__")) == []


def test_no_exercise_can_tell_whether_others_came_before(tmp_path):
    """One judge has them all in turn, or each has one: what an import prints and leaves behind is the same."""
    hand_in(tmp_path / "in", ann=f"import common\n{RIGHT}")
    other = (SUBMISSIONS / "half_done" / "activations.py").read_text("utf-8")
    (tmp_path / "in" / "ann" / "activations.py").write_text(f"import common\n{other}", "utf-8")
    (tmp_path / "in" / "ann" / "common.py").write_text("print('imported')\n", "utf-8")
    asked = ["-e", "filters", "-e", "activations"]

    batched = run_grader("batch", tmp_path / "in", "--out", tmp_path / "grades", "--jobs", "1", *asked)
    out = ["--format", "json", "--out", tmp_path / "out"]
    single = run_grader(tmp_path / "in" / "ann", "--jobs", "2", *asked, *out)

    assert (batched.returncode, single.returncode) == (0, 1), batched.stderr + single.stderr
    [(_, result, _)] = table(tmp_path / "grades").values()
    assert without_times(read_result(tmp_path / "out"), PASSING) == result
    assert "imported" in result["checks"][0]["prints"]


@pytest.mark.slow
def test_a_real_batch_that_is_killed_goes_on_where_it_was(tmp_path):
    """kill -9 at five moments of twelve submissions: the table of an undisturbed run, nothing graded twice."""
    work = {f"s{number:02}": f"{RIGHT}\n# {number}\n" for number in range(12)}
    work["s03"], work["s07"] = work["s03"].replace("title", "suptitle"), "def plot_filters(:\n"
    for place in ("calm", "killed"):
        hand_in(tmp_path / place / "in", **work)
    assert subprocess.run(batch(tmp_path / "calm"), cwd=ROOT, check=False).returncode == 0
    kept, seed = 0, random.Random(3)
    for kill in range(5):
        with subprocess.Popen(batch(tmp_path / "killed", "-q", "--jobs", "2"), cwd=ROOT) as running:
            while kept < 2 * kill:
                assert running.poll() is None, "it ended before it could be killed"
                time.sleep(0.02)
                with open_grades(tmp_path / "killed" / "grades", create=True) as grades:
                    kept = len(grades.known())
            time.sleep(seed.uniform(0, 3 if kill == 0 else 0.5))
            running.kill()
            running.wait()
    assert subprocess.run(batch(tmp_path / "killed"), cwd=ROOT, check=False).returncode == 0

    assert table(tmp_path / "killed" / "grades") == table(tmp_path / "calm" / "grades")
    with open_grades(tmp_path / "killed" / "grades") as grades:
        assert {row.times for row in grades.rows()} == {1}


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_a_warm_process_that_is_killed_is_started_anew(tmp_path):
    """No point is lost through it: what was being graded is graded again."""
    hand_in(tmp_path / "in", **{f"s{number}": f"{RIGHT}\n# {number}\n" for number in range(8)})
    with subprocess.Popen(batch(tmp_path, "-q", "--jobs", "2"), cwd=ROOT) as running:
        kept = 0
        while kept < 2:
            assert running.poll() is None, "it ended before it could be harmed"
            time.sleep(0.02)
            with open_grades(tmp_path / "grades", create=True) as grades:
                kept = len(grades.known())
        listed = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        programs = {int(pid): Path(f"/proc/{pid}/cmdline").read_bytes() for pid in listed}
        own = Path(f"/proc/{running.pid}/cmdline").read_bytes()
        (warm,) = [pid for pid, program in programs.items() if program != own]  # graders are forks
        os.kill(warm, signal.SIGKILL)
        assert running.wait() == 0
    with open_grades(tmp_path / "grades") as grades:
        assert [(row.score, row.times, row.problem) for row in grades.rows()] == [(10.0, 1, None)] * 8
