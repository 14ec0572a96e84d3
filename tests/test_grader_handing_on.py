"""A worker is handed from check to check as long as that changes nothing."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path

import numpy as np
import pytest

from grader.checking.handing_on import HandingOn, Unsettled
from grader.checking.student import Student
from grader.checking.submission import Submission
from grader.errors import Died, TookTooLong
from tests.harness import Job, grade_all
from tests.stub_workers import RIGHT, SUBMISSION, StubSource, make_student

PROGRAM = """
import os, random
import numpy as np
import torch

torch.manual_seed(7)
print("imported")
calls = 0

def pid():
    return os.getpid()

def draws():
    print("draws")
    os.chdir("/")
    return [random.random(), float(np.random.rand()), float(torch.rand(()))]

def count():
    global calls
    calls += 1
    return calls

def half():
    return torch.tensor(0.5)

def ends():
    os._exit(3)
"""
FUNCTIONS = ("pid", "draws", "count", "half", "ends")

SALIENCY = """
import torch

print("imported")
calls = []

def compute_saliency_maps(X, y, model):
    calls.append(1)
    X.requires_grad_()
    model(X)[torch.arange(len(y)), y].sum().backward()
    maps = X.grad.abs().max(dim=1)[0]
    {wrong}
    return maps

def compute_gradient_score(scores, image, class_idx):
    scores[class_idx].backward()
    return {score}

def visualize_saliency(image, model):
    x = image.unsqueeze(0).requires_grad_()
    model(x).max().backward()
    return x.grad[0].pow(2).max(dim=0)[0]
"""


@pytest.fixture
def checks(warm, tmp_path):
    """What gives the student of each of several checks in a row."""
    (tmp_path / "autograd.py").write_text(PROGRAM)
    submission = Submission(tmp_path, {name: f"autograd.{name}" for name in FUNCTIONS})
    handing_on = HandingOn()
    yield lambda: Student(submission, warm, set(), handing_on=handing_on)
    handing_on.close()


def run(checks, *names, passed=True):
    """Return what functions return in one check, and the check's student, who has parted with the worker."""
    student = checks()
    answers = [getattr(student, name)() for name in names]
    student.close(passed=passed)
    return [
        answer.number if name != "draws" else numbers(answer)
        for name, answer in zip(names, answers, strict=True)
    ], student


def numbers(answer):
    return [item.number for item in answer.items]


def test_a_worker_is_handed_on_after_a_check_that_was_passed(checks):
    """And ended after one that was not."""
    [first], student = run(checks, "pid")
    assert not student.inherited
    [second], student = run(checks, "pid", passed=False)
    assert student.inherited
    [third], student = run(checks, "pid")
    assert not student.inherited
    assert first == second != third


def test_each_check_begins_alike(checks):
    """With the random numbers that the import has left, the submission's folder, and no word of the check before."""
    fresh, first = run(checks, "draws", "draws")
    again, second = run(checks, "draws", "draws")
    assert second.inherited
    assert fresh == again
    assert fresh[0] != fresh[1]
    assert (first.prints, second.prints) == ("imported\ndraws\ndraws\n", "draws\ndraws\n")


def test_what_an_import_leaves_stays(checks):
    """A global is as the check before has left it: this is what a repetition is for."""
    assert run(checks, "count", "count")[0] == [1, 2]
    assert run(checks, "count")[0] == [3]


def test_a_worker_that_has_ended_is_not_handed_on(checks):
    """The next check starts a fresh one."""
    student = checks()
    with pytest.raises(Exception, match="exit code 3"):
        student.ends()
    student.close(passed=True)
    assert run(checks, "count")[0] == [1]


def test_an_inherited_worker_is_not_compared_with_a_fresh_one(checks):
    """Its answer comes from more calls than those that would be made again."""
    run(checks, "half")
    student = checks()
    answer = student.half()
    with pytest.raises(Unsettled):
        answer.again("float64")
    student.close()
    fresh = checks()
    assert fresh.half().again("float64").dtype == "float64"
    fresh.close()


def test_a_worker_that_dies_between_two_checks_costs_nothing():
    """It is found dead when it is to begin, and a fresh one takes over."""
    source = StubSource(RIGHT)
    handing_on = HandingOn()
    student = make_student(source, handing_on=handing_on)
    student.f()
    student.close(passed=True)
    source.replies += [Died("is gone"), RIGHT]
    later = make_student(source, handing_on=handing_on)
    assert np.allclose(later.f().values, [1.5, 2.5])
    assert not later.inherited
    assert source.started == 2


def test_a_deadline_in_an_inherited_worker_is_no_mark_against_a_function():
    """The repetition has all the time that a call may take; a function that runs into it there has less from then on."""
    slow, handing_on = set(), HandingOn()
    source = StubSource(RIGHT, RIGHT, TookTooLong("took long"), TookTooLong("took long"))
    first = Student(SUBMISSION, source, slow, handing_on=handing_on)
    first.f()
    first.close(passed=True)
    for expected in (set(), {"saliency.f"}):
        student = Student(SUBMISSION, source, slow, handing_on=handing_on)
        with pytest.raises(TookTooLong):
            student.f()
        student.close()
        assert slow == expected


def graded(*programs):
    """Return the checks of each saliency.py, by their names, graded by processes of their own."""
    with contextlib.ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _ in programs]
        for folder, (wrong, score) in zip(folders, programs, strict=True):
            text = SALIENCY.replace("{wrong}", wrong).replace("{score}", score)
            (folder / "saliency.py").write_text(text)
        answers = grade_all([Job(str(folder), ("saliency",)) for folder in folders])
    return [
        {check["id"].partition("/")[2]: check for check in answer["result"]["checks"]} for answer in answers
    ]


def test_state_costs_what_it_costs_in_fresh_workers():
    """A right submission shares one worker; with state, neither more nor fewer checks are lost than without sharing."""
    right, third, second, first = graded(
        ("pass", "image.grad[0]"),
        ("maps = maps if len(calls) < 3 else maps * 0", "image.grad[0]"),
        ("maps[:, 0] *= len(calls) != 2", "image.grad[0]"),
        ("maps = maps * (len(calls) != 3)", "image.grad[0] * bool(calls)"),
    )
    assert {check["status"] for check in right.values()} == {"passed"}
    assert [name for name, check in right.items() if "imported" in check["prints"]] == [next(iter(right))]
    linear, twice = "gives_the_weights_of_a_linear_model", "gives_the_same_maps_twice"
    assert failed(third) == {linear}
    assert failed(second) == {linear, twice}
    # the check after `twice`, which is passed, would find its worker's list of calls filled
    assert failed(first) == {
        linear,
        "gradient_is_that_of_the_class_asked_for",
        "gradient_agrees_with_finite_differences",
    }


def failed(checks):
    return {name for name, check in checks.items() if check["status"] != "passed"}
