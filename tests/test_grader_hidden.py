"""A check that is kept from students leaves no trace in anything that they read; its points count."""

from __future__ import annotations

import base64
import dataclasses
import json
import re

import pytest

from grader.judges import Kind
from grader.options import parse_options
from grader.policies.course import CoursePolicies
from grader.policies.facts import Attempt, Facts
from grader.policies.policy import Late, Policy
from grader.policies.score import apply_policies
from grader.reports import as_read, write_reports
from grader.reports.progress import Progress
from grader.reports.shown import NOT_SHOWN, conceal
from grader.result import CheckResult
from tests.command_line import run_grader
from tests.format_readers import READERS
from tests.test_grader_policies import DUE
from tests.test_grader_reports import PICTURE, RIGHT, STUB, WRONG, result_of

SECRET = dataclasses.replace(
    WRONG, id="cam/secret", exercise="cam", title="SECRET title", message="SECRET message", hint="SECRET hint",
    prints="SECRET prints", picture=PICTURE, evidence=None, file="SECRET.py", line=77, points=17.11, max_points=31.07,
    visibility="hidden",
)  # fmt: skip
TRACES = re.compile(r"secret|17\.11|31\.07|13\.96|:77|line=?\"? ?77", re.IGNORECASE)
REFUSED = """
import dataclasses, json
from grader.exercises import read_exercises
from grader.grade import ungraded
exercise = read_exercises()[0]
some = dataclasses.replace(exercise, visibility={"shows_the_title": "hidden"})
print(json.dumps([dataclasses.asdict(ungraded("a", [each], "no").checks[0]) for each in (some, exercise)]))
"""
FORMATS = "terminal,html,json,csv,junit,github,classroom,prairielearn"
LATE = apply_policies(
    result_of(RIGHT, SECRET, STUB),
    Policy(Late(10), attempts_per_day=3, drop_lowest=1),
    Facts(due=DUE, submitted=DUE.replace(day=5)),
)


def written(result, folder, capsys, monkeypatch, *arguments):
    """Return all that the formats write, by file; the record for Classroom decoded."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "step"))
    monkeypatch.setenv("GITHUB_OUTPUT", str(folder / "output"))
    (folder / "out").mkdir(parents=True)
    write_reports(result, parse_options(["--out", str(folder / "out"), "-v", *arguments]))
    files = {
        path.name: path.read_bytes().decode("utf-8", "replace")
        for path in folder.rglob("*")
        if path.is_file()
    }
    for name in ("classroom.txt", "output"):
        if name in files:
            files[name] = base64.b64decode(files[name].removeprefix("result=")).decode()
    said = capsys.readouterr()
    return files | {"stdout": said.out, "stderr": said.err}


@pytest.mark.parametrize("visibility", ["hidden", "after_due_date", "after_published"])
@pytest.mark.parametrize("result", [result_of(RIGHT, SECRET, STUB), LATE, result_of(SECRET)], ids=["plain", "policies", "alone"])  # fmt: skip
def test_no_format_tells_of_a_check_that_is_kept_back(result, visibility, tmp_path, capsys, monkeypatch):
    """Neither what it is called nor what it found nor its points, in any file and on the terminal.

    Where a platform adds up the points, one entry stands for all such checks, and there must be two of them at least
    for their points to be nobody's.
    """
    checks = [
        dataclasses.replace(check, visibility=visibility) if check == SECRET else check
        for check in result.checks
    ]
    another = dataclasses.replace(SECRET, id="cam/other", points=1.0, max_points=2.0, visibility=visibility)
    result = dataclasses.replace(result, checks=(*checks, another))
    files = written(result, tmp_path, capsys, monkeypatch, "--format", FORMATS)

    assert len(files) >= 11
    for name, text in files.items():
        assert TRACES.search(text) is None, (name, TRACES.search(text))
    assert not list((tmp_path / "out").rglob("*.png"))


def test_the_traces_would_be_seen(tmp_path, capsys, monkeypatch):
    """Where nothing is kept back, each format tells of the check."""
    open_ = result_of(RIGHT, dataclasses.replace(SECRET, visibility="visible"), STUB)
    files = written(open_, tmp_path, capsys, monkeypatch, "--format", FORMATS)

    without = {name for name, text in files.items() if TRACES.search(text) is None}
    assert without == {"stderr", "secret.png"}  # which say where the page is, and are a picture


def test_instructors_are_told_all_where_they_ask(tmp_path, capsys, monkeypatch):
    """On the terminal, in the page, in files for programs."""
    files = written(LATE, tmp_path, capsys, monkeypatch, "--format", "terminal,html,json,csv", "--audience", "instructor")  # fmt: skip

    for name in ("stdout", "result.html", "result.json", "checks.csv"):
        assert "SECRET message" in files[name]
    final = json.loads(files["result.json"])["final"]
    assert final["score"] == LATE.final.score
    assert f"final {LATE.final.score:g} of {LATE.final.max_score:g}" in files["stdout"]


def test_gradescope_keeps_a_check_back_itself(tmp_path):
    """It gets all of it, marked; what stands above the tests says what policies did, and no points."""
    data = READERS["gradescope"](LATE, tmp_path)

    assert data["tests"][1]["visibility"] == "hidden"
    assert data["score"] == LATE.final.score
    assert TRACES.search(data["output"]) is None
    assert "3 days 23 hours" in data["output"] or "4 days" in data["output"]
    assert f"{LATE.final.score:g}" not in data["output"]
    assert "cam" not in data["output"]


@pytest.mark.parametrize("name", ["classroom", "prairielearn"])
def test_what_is_kept_back_counts(name, tmp_path):
    """One entry has the points of all such checks."""
    result = result_of(RIGHT, dataclasses.replace(SECRET, points=10.0, max_points=20.0), STUB)
    data = READERS[name](result, tmp_path)

    if name == "classroom":
        assert data["sent"] == pytest.approx(13)
        assert data["max_score"] == 24
    else:
        assert data["score"] == pytest.approx(13 / 24)
        assert [test["points"] for test in data["tests"]] == [3, 0, 10]
    assert "Checks count that are not shown" in str(data["tests"])


def test_policies_reach_what_platforms_add_up(tmp_path):
    """Classroom is sent the final score as near as its tests allow, PrairieLearn exactly; neither goes beyond full."""
    known = Facts(due=DUE, submitted=DUE.replace(day=3))
    late = apply_policies(result_of(RIGHT, STUB), Policy(Late(10)), known)
    extra = dataclasses.replace(RIGHT, id="cam/x", exercise="cam", bonus=True)
    beyond = apply_policies(result_of(RIGHT, extra), Policy(), Facts())

    assert late.final.score == 2.4
    record = READERS["classroom"](late, tmp_path)
    assert record["sent"] == pytest.approx(2.4, abs=late.max_score / len(record["tests"]))
    assert "Taken off by the course" in str(record["tests"])
    assert READERS["prairielearn"](late, tmp_path)["score"] == pytest.approx(0.6)
    assert READERS["classroom"](beyond, tmp_path)["sent"] == 3
    assert READERS["prairielearn"](beyond, tmp_path)["score"] == 1


def test_after_the_due_date_such_checks_are_seen():
    """Those that wait for it; hidden ones are never, and a result with nothing to hide is the same value."""
    waiting = dataclasses.replace(SECRET, visibility="after_due_date")
    result = result_of(RIGHT, waiting, SECRET)

    assert conceal(result).checks == (RIGHT,)
    assert conceal(dataclasses.replace(result, due_passed=True)).checks == (RIGHT, waiting)
    plain = result_of(RIGHT, WRONG)
    assert conceal(plain) is plain
    (entry,) = conceal(result_of(SECRET), counted=True).checks
    assert (entry.exercise, entry.status, entry.points) == (NOT_SHOWN, "failed", 17.11)


def test_a_fault_of_the_grader_in_such_a_check_is_still_one(tmp_path):
    """A platform must know that the submission could not be graded."""
    broken = dataclasses.replace(SECRET, status="error")
    assert conceal(result_of(RIGHT, broken), counted=True).faulty
    assert "the grader itself failed" in " ".join(conceal(result_of(RIGHT, broken)).notices)
    assert "the grader itself failed" in READERS["gradescope"](result_of(RIGHT, broken), tmp_path)["output"]


def test_an_attempt_that_is_not_graded_shows_no_total_that_hidden_checks_count_in(tmp_path):
    """That of the attempt before has them in it, so Gradescope must go on keeping it back."""
    ended = run_grader(program=("-c", REFUSED))
    assert ended.returncode == 0, ended.stderr
    policies = CoursePolicies(Policy(attempts_per_day=1), Facts(submitted=DUE, before=(Attempt(DUE, 8.75),)))
    data, open_ = (
        READERS["gradescope"](policies.refuse(result_of(CheckResult(**entry))), tmp_path)
        for entry in json.loads(ended.stdout)
    )

    assert (data["score"], open_["score"]) == (8.75, 8.75)
    assert (data["tests"][0]["visibility"], open_["tests"][0]["visibility"]) == ("hidden", "visible")
    assert ("8.75" in data["output"], "8.75" in open_["output"]) == (False, True)
    assert data["output"].count("the score of the one before stands") == 1


def test_what_is_seen_decides_whether_points_are_missing():
    """An exit code tells too."""
    result = result_of(RIGHT, SECRET)
    assert as_read(result, parse_options([])).full
    assert not as_read(result, parse_options(["--audience", "instructor"])).full
    assert not as_read(result_of(RIGHT, WRONG), parse_options([])).full


def test_the_line_that_shows_how_far_a_run_is_names_no_such_check(monkeypatch):
    """Students look at it as well."""
    shown = []
    progress = Progress(shown=True)
    monkeypatch.setattr(progress, "_show", shown.append)
    for check in (RIGHT, SECRET):
        kind: Kind = "finished"
        progress.tell(kind, check)
    assert RIGHT.title in shown[0]
    assert "SECRET" not in shown[1]
