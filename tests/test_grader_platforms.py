"""What a platform gets from `python -m grader`, run as the platform runs it."""

from __future__ import annotations

import dataclasses
import io
import json

import pytest

from grader.reports import github
from grader.result import CheckResult, SubmissionResult
from tests.command_line import SUBMISSIONS, run_grader
from tests.format_readers import PLATFORMS, obeyed


@pytest.fixture(scope="module")
def in_actions(tmp_path_factory):
    """A job of GitHub Actions that grades a submission which prints commands: the ended process and its files."""
    out = tmp_path_factory.mktemp("actions")
    folder = out / "submission"
    folder.mkdir()
    (folder / "filters.py").write_text(
        "print('::error::forged')\n"
        "def plot_filters(*a, **k):\n"
        "    raise ValueError('x\\n::add-mask::forged ##[error]forged <script>')\n"
    )
    environment = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(out / "step"),
        "GITHUB_OUTPUT": str(out / "output"),
    }
    arguments = ["-e", "filters", "-v", "--format", "terminal,github,classroom,junit,csv", "--out", out]
    return run_grader(folder, *arguments, environment=environment), out


def test_a_job_obeys_nothing_that_a_student_printed(in_actions):
    """Neither from the report on the terminal nor from the student's output."""
    ended, _ = in_actions
    commands = obeyed(ended.stdout)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert [name for name, *_ in commands if name not in ("stop-commands", "group", "endgroup")] == ["error"]
    (error,) = (properties for name, properties, _ in commands if name == "error")
    assert error["line"] == "3"
    assert error["file"].endswith("submission/filters.py")
    assert "error::forged" in ended.stdout  # it was printed, without its sting and within a fence


def test_a_job_finds_its_files(in_actions):
    """The summary, the record for Classroom, and files to keep."""
    _, out = in_actions

    assert (out / "step").read_text("utf-8").startswith("## 0 of 10 points")
    assert (out / "output").read_text("utf-8").startswith("result=ey")
    assert {path.name for path in out.iterdir()} >= {"junit.xml", "checks.csv", "classroom.txt", "summary.md"}


def test_where_nothing_was_printed_there_is_no_group(tmp_path):
    """An empty one would have to be unfolded to be seen to be empty."""
    check = CheckResult("filters/all", "filters", "It is right.", "failed", 0.0, 10.0, "it is wrong")
    told = {}
    for prints in ("", "hello"):
        result = SubmissionResult("work", (dataclasses.replace(check, prints=prints),), 1.0, "none")
        out = io.StringIO()
        github.write(result, tmp_path, {}, out)
        told[prints] = [name for name, *_ in obeyed(out.getvalue())]

    assert told == {"": ["error"], "hello": ["error", "group", "stop-commands", "endgroup"]}


def test_no_file_at_all_is_a_result_and_no_broken_grader(tmp_path):
    """A platform shows why there are no points; the exit code says that the submission could not be used."""
    (tmp_path / "empty").mkdir()
    ended = run_grader(tmp_path / "empty", "-e", "filters", "--format", "gradescope", "--out", tmp_path)
    data = json.loads((tmp_path / "results.json").read_text("utf-8"))

    assert ended.returncode == 2
    assert "holds none of the files that are graded" in ended.stderr
    PLATFORMS["gradescope"].validate(data)
    assert (data["score"], data["tests"][0]["max_score"]) == (0, 10)
    assert "holds none of the files that are graded" in data["output"]


def test_the_help_names_every_format():
    """With what it writes."""
    ended = run_grader("--help")
    for words in ("results.json for Gradescope", "junit.xml", "checks.csv", "docs/result.schema.json"):
        assert words in ended.stdout


def test_a_run_that_is_stopped_leaves_what_it_had_found(tmp_path):
    """The file is there, and right by its schema, long before the run ends."""
    program = (
        "import sys, os, pathlib\n"
        "from grader.reports import partial\n"
        "tell = partial.PartialResults.tell\n"
        "def stop(self, kind, check):\n"
        "    tell(self, kind, check)\n"
        "    if kind == 'finished': os._exit(9)\n"
        "partial.PartialResults.tell = stop\n"
        "from grader.__main__ import main\n"
        "main()\n"
    )
    arguments = ["-e", "filters", "--format", "gradescope", "--out", tmp_path]
    ended = run_grader(SUBMISSIONS / "half_done", *arguments, program=("-c", program))
    data = json.loads((tmp_path / "results.json").read_text("utf-8"))

    assert ended.returncode == 9
    PLATFORMS["gradescope"].validate(data)
    assert "was stopped" in data["output"]
    assert sum(test["max_score"] for test in data["tests"]) == 10
    assert 0 < data["score"] < 10
