"""Judges side by side: what they tell arrives, and what they leave open when they end is the grader's fault.

Each test runs in a process without torch, as the grading process is: forking one with threads is not safe.
"""

from __future__ import annotations

import json

import pytest

from tests.command_line import run_grader

BEGINNING = """
import json, os, time
import grader.judges as judges
from grader.errors import GraderFault
from grader.judges import Usage, run_judges
from grader.result import CheckResult

heard = []

def hear(kind, check):
    heard.append([kind, check.id, check.status, check.message, check.picture and len(check.picture)])

def announce(name, tell, *numbers):
    for number in numbers:
        tell("announced", CheckResult(f"{name}/{number}", name, "It is right.", "not_run", 0.0, 1.0))

def finish(name, tell, number, **more):
    tell("finished", CheckResult(f"{name}/{number}", name, "It is right.", "passed", 1.0, 1.0, **more))

def one(judge):
    def judge_all(names, tell, begin):
        [name] = names
        begin(name)
        return judge(name, tell)
    return judge_all
"""
END = "\nprint(json.dumps([heard, sorted(usage.worker_cpu for usage in usages)]))"


def run(program):
    """Return what was heard, what each judge took, and what was said on stderr."""
    ended = run_grader(program=("-c", BEGINNING + program + END))
    assert ended.returncode == 0, ended.stderr
    heard, usages = json.loads(ended.stdout)
    return heard, usages, ended.stderr


def finished(heard):
    """Return the status and the message of each check that has ended."""
    return {check: (status, message) for kind, check, status, message, _ in heard if kind == "finished"}


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_every_result_is_heard_once_and_in_order_of_its_judge(jobs):
    """However many judges run at once."""
    heard, usages, _ = run(
        "def judge(name, tell):\n"
        "    announce(name, tell, 1, 2)\n"
        "    finish(name, tell, 1, message='ü\\n' * 40000, picture=bytes(100_000))\n"
        "    finish(name, tell, 2)\n"
        "    return Usage(worker_cpu=float(len(name)))\n"
        f"usages = run_judges(one(judge), [['a'], ['bb'], ['ccc']], {jobs}, hear)"
    )

    assert usages == [1.0, 2.0, 3.0]
    for name in ("a", "bb", "ccc"):
        own = [entry for entry in heard if entry[1].startswith(name + "/")]
        assert [(kind, check, status) for kind, check, status, *_ in own] == [
            ("announced", f"{name}/1", "not_run"),
            ("announced", f"{name}/2", "not_run"),
            ("finished", f"{name}/1", "passed"),
            ("finished", f"{name}/2", "passed"),
        ]
        assert own[2][3:] == ["ü\n" * 40000, 100_000]


def test_no_more_judges_run_at_once_than_asked_for():
    """And as many as that do."""
    heard, _, _ = run(
        "def judge(name, tell):\n"
        "    began = time.monotonic(); time.sleep(0.4)\n"
        "    finish(name, tell, 1, message=json.dumps([began, time.monotonic()]))\n"
        "    return Usage()\n"
        "usages = run_judges(one(judge), list('abcde'), 2, hear)"
    )
    spans = [json.loads(message) for *_, message, _ in heard]
    at_once = [sum(begin <= other < end for begin, end in spans) for other, _ in spans]

    assert max(at_once) == 2


ENDS = {
    "os._exit(7)": "code 7",
    "os.kill(os.getpid(), 9)": "code -9",
    "raise ValueError('a bug')": "code 1",
    "raise GraderFault('no worker')": "code 1",
}


@pytest.mark.parametrize("end", ENDS)
def test_a_judge_that_ends_early_leaves_errors_behind(end):
    """What it had finished counts, what it had announced is the grader's fault, and the others go on."""
    heard, usages, told = run(
        "def judge(name, tell):\n"
        "    announce(name, tell, 1, 2, 3)\n"
        "    finish(name, tell, 1)\n"
        f"    if name == 'bad': {end}\n"
        "    finish(name, tell, 2); finish(name, tell, 3)\n"
        "    return Usage(worker_cpu=1.0)\n"
        "usages = run_judges(one(judge), [['bad'], ['good']], 2, hear)"
    )
    ended = finished(heard)

    assert ended["bad/1"][0] == "passed"
    for check in ("bad/2", "bad/3"):
        assert ended[check][0] == "error"
        assert ENDS[end] in ended[check][1]
        assert "not your fault" in ended[check][1]
    assert all(ended[f"good/{number}"][0] == "passed" for number in (1, 2, 3))
    assert usages == [0.0, 1.0]
    assert ("a bug" in told) == ("a bug" in end)
    assert ("grader: no worker" in told) == ("no worker" in end)


@pytest.mark.parametrize("end", ENDS)
def test_what_a_judge_has_not_begun_goes_to_another(end):
    """Of several exercises that one judge has in turn, the one in which it ends is lost, and no other."""
    heard, usages, _ = run(
        "def judge(names, tell, begin):\n"
        "    for name in names:\n"
        "        begin(name)\n"
        "        announce(name, tell, 1)\n"
        f"        if name == 'bad': {end}\n"
        "        finish(name, tell, 1, message=str(os.getpid()))\n"
        "    return Usage(worker_cpu=float(len(names)))\n"
        "usages = run_judges(judge, [['a', 'bad', 'b', 'c']], 1, hear)"
    )
    ended = finished(heard)

    assert {check: status for check, (status, _) in ended.items()} == {
        "a/1": "passed",
        "bad/1": "error",
        "b/1": "passed",
        "c/1": "passed",
    }
    assert "the grader's process for bad ended early" in ended["bad/1"][1]
    assert ended["a/1"][1] != ended["b/1"][1] == ended["c/1"][1]
    assert usages == [0.0, 2.0]


def test_a_judge_that_ends_before_it_begins_is_not_tried_for_ever():
    """Each new one has an exercise fewer."""
    heard, usages, _ = run("usages = run_judges(lambda *_: os._exit(1), [['a', 'b', 'c']], 1, hear)")
    assert heard == []
    assert usages == [0.0, 0.0, 0.0]


def test_a_judge_that_is_silent_for_too_long_is_ended():
    """A check that hangs outside of any call does not hang the run."""
    heard, _, _ = run(
        "judges.SILENCE_SECONDS = 0.5\n"
        "def judge(name, tell):\n"
        "    announce(name, tell, 1)\n"
        "    time.sleep(1000)\n"
        "usages = run_judges(one(judge), ['a'], 1, hear)"
    )
    assert [entry[:3] for entry in heard] == [["announced", "a/1", "not_run"], ["finished", "a/1", "error"]]


def test_judges_run_here_where_there_is_no_fork():
    """One after the other, with the same words."""
    heard, usages, _ = run(
        "del os.fork\n"
        "def judge(name, tell):\n"
        "    announce(name, tell, 1); finish(name, tell, 1, message=str(os.getpid() == here))\n"
        "    return Usage(worker_cpu=2.0)\n"
        "here = os.getpid()\n"
        "usages = run_judges(one(judge), ['a', 'b'], 4, hear)"
    )
    assert [entry[3] for entry in heard if entry[0] == "finished"] == ["True", "True"]
    assert usages == [2.0, 2.0]


def test_no_judge_outlives_an_interrupted_run():
    """Whatever ends the run, its children end with it."""
    heard, _, _ = run(
        "pids = []\n"
        "def judge(name, tell):\n"
        "    finish(name, tell, 1, message=str(os.getpid())); time.sleep(1000)\n"
        "def stop(kind, check):\n"
        "    hear(kind, check); pids.append(int(check.message))\n"
        "    raise KeyboardInterrupt\n"
        "usages = []\n"
        "try:\n    run_judges(one(judge), ['a', 'b'], 2, stop)\n"
        "except KeyboardInterrupt:\n    pass\n"
        "try:\n    os.kill(pids[0], 0); heard = 'alive'\n"
        "except ProcessLookupError:\n    heard = 'gone'"
    )
    assert heard == "gone"
