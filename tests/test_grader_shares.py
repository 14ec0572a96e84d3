"""One exercise's checks shared out among several judges: all of them, once, in their order, whatever becomes of one."""

from __future__ import annotations

import itertools
import sys

import pytest

from grader.checking.parts import check_names, share_out, split
from grader.exercises import read_exercises
from tests.command_line import ROOT, read_result, run_grader

EXERCISES = {exercise.name: exercise for exercise in read_exercises()}


@pytest.mark.parametrize("parts", [1, 2, 4, 99])
def test_every_check_is_in_one_part(parts):
    names = [f"check_{number}" for number in range(9)]
    shares = share_out(names, {"check_3": 2.0}, parts)

    assert sorted(itertools.chain(*shares)) == names
    assert len(shares) == min(parts, 9)
    assert all(shares)


def test_parts_take_about_as_long_as_each_other():
    """The long one is alone; what is not known counts as usual."""
    shares = share_out(["a", "b", "c", "d", "new"], {"a": 3.0, "b": 1.0, "c": 1.0, "d": 1.0}, 2)
    assert sorted(map(sorted, shares)) == [["a", "d"], ["b", "c", "new"]]


def test_where_there_are_more_exercises_than_judges_none_is_split():
    some = [EXERCISES["saliency"], EXERCISES["filters"]]
    assert list(split(some, 3, {})) == ["saliency", "filters"]
    assert [part.only for part in split(some, 3, {}).values()] == [None, None]
    assert list(split(some, 4, {})) == [
        f"{name}, part {number}" for name in ("saliency", "filters") for number in (1, 2)
    ]


@pytest.mark.parametrize("name", EXERCISES)
def test_the_checks_of_each_exercise_are_known_by_name(name):
    names = check_names(name)
    assert len(set(names)) == len(names) > 2


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    """What is said of the reference by one judge, and by four."""
    made = []
    for jobs in ("1", "4"):
        out = tmp_path_factory.mktemp(f"jobs-{jobs}")
        arguments = ["-e", "filters", "--jobs", jobs, "--format", "json", "--out", out]
        ended = run_grader(ROOT / "reference", *arguments)
        assert ended.returncode == 0, ended.stderr
        made.append(read_result(out)["checks"])
    return made


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_the_result_is_the_same(results):
    """In the order of the file, whoever was first."""
    one, four = ([{**check, "seconds": 0} for check in checks] for checks in results)
    assert one == four
    assert [check["id"] for check in one] == [f"filters/{name}" for name in check_names("filters")]


DIES = """
import os, sys
from grader.checking.collected import Collected
judge = Collected.judge
def judge_or_die(self, judging):
    if "shows_the_title" in judging.only:
        os._exit(1)
    judge(self, judging)
Collected.judge = judge_or_die
from grader.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="workers are forked on Linux only")
def test_a_judge_that_ends_early_costs_its_own_checks(tmp_path):
    """They stand in the result as an error, with the points that they are worth."""
    arguments = ["-e", "filters", "--jobs", "4", "--format", "json", "--out", tmp_path]
    ended = run_grader(ROOT / "reference", *arguments, program=("-c", DIES))
    result = read_result(tmp_path)

    assert ended.returncode == 3
    assert result["max_score"] == 10
    assert 0 < result["score"] < 10
    assert [check["id"] for check in result["checks"] if check["status"] == "error"] == ["filters/all"]
