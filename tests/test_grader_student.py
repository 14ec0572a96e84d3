"""Calls of the student's functions as the checks make them: described, sent, answered, repeated, counted."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.arguments import Array, Model
from grader.checking.student import SECOND_CHANCE_SECONDS, Student
from grader.errors import Died, GraderFault, TookTooLong
from grader.sandbox.calls import decode_call
from grader.sandbox.layers import Layer
from tests.stub_workers import RIGHT, SUBMISSION, VALUE, StubRemote, StubSource, make_student


def test_a_call_is_sent_as_it_was_made():
    """Arrays are described, keywords go to the function, steps and carry to the call."""
    source = StubSource(RIGHT)
    answer = make_student(source).f(VALUE, Model("vgg"), 3, steps=2, carry=0, shape=(4, 5))
    setup, request = (header for header, _ in source.log)

    assert np.array_equal(answer.values, VALUE)
    assert (setup["folder"], setup["dtype"], setup["seed"]) == ("submission", "float32", 0)
    call = decode_call(request["call"], {"a0": VALUE})
    assert (call.function, call.steps, call.carry) == ("saliency.f", 2, 0)
    assert isinstance(call.arguments[0], Array)
    assert call.arguments[1:] == (Model("vgg"), 3)
    assert call.keywords == {"shape": (4, 5)}


def test_a_name_that_the_course_does_not_know_is_a_mistake_of_the_check():
    """AttributeError, which is the grader's fault in a report."""
    with pytest.raises(AttributeError, match="no_such_function"):
        make_student(StubSource()).no_such_function


def test_calls_share_a_worker_until_it_is_closed():
    """State of the student's module lasts as long as a check, and what it printed is kept."""
    source = StubSource(RIGHT, RIGHT, RIGHT)
    student = make_student(source)
    student.f()
    student.g()
    assert source.started == 1
    student.close()
    student.f()

    assert source.started == 2
    assert student.prints == "printed"
    assert student.layers == (Layer("wall", True, "a wall"),)
    assert [fate().cpu for fate in student.fates] == [0.5]


def test_a_second_opinion_repeats_every_call_in_another_precision():
    """In the same order and a worker of its own, up to the call in question."""
    source = StubSource(RIGHT, RIGHT, RIGHT, RIGHT, RIGHT)
    student = make_student(source)
    student.f(1)
    answer = student.g(2)
    student.f(3)
    began = len(source.log)
    answer.again("float64")
    setup, *calls = (header for header, _ in source.log[began:])

    assert setup["dtype"] == "float64"
    assert [(call["call"]["function"], call["call"]["arguments"]) for call in calls] == [
        ("saliency.f", [1]),
        ("saliency.g", [2]),
    ]
    assert source.started == 2
    assert len(student.fates) == 1


def test_a_fresh_start_forgets_the_calls_before_it():
    """The next call is the first of a new worker, in a second opinion too; one on an answer of before still works."""
    source = StubSource(*[RIGHT] * 5)
    student = make_student(source)
    before = student.f(1)
    student.start_afresh()
    after = student.g(2)
    assert (source.started, before.position, after.position) == (2, 0, 0)

    for answer, argument in ((after, 2), (before, 1)):
        began = len(source.log)
        answer.again("float64")
        assert [header["call"]["arguments"] for header, _ in source.log[began + 1 :]] == [[argument]]


def test_a_function_that_was_too_slow_gets_less_time_from_then_on():
    """An endless loop costs each further check seconds, not the whole deadline; others keep theirs."""
    source = StubSource(TookTooLong("took longer than 20 seconds and was stopped"), RIGHT, RIGHT)
    slow = set()
    student = Student(SUBMISSION, source, slow, seconds=20.0)
    with pytest.raises(TookTooLong, match=r"^f took longer than 20 seconds and was stopped$") as caught:
        student.f()
    assert "loop" in caught.value.hint
    assert slow == {"saliency.f"}

    later = Student(SUBMISSION, source, slow, seconds=20.0)
    later.f()
    later.g()
    assert [seconds for header, seconds in source.log if header.get("do") == "call"] == [
        20.0,
        SECOND_CHANCE_SECONDS,
        20.0,
    ]


def test_a_worker_that_died_is_replaced():
    """Hypothesis calls once more with what has just failed."""
    source = StubSource(Died("ended the process before it answered"), RIGHT)
    student = make_student(source)
    with pytest.raises(Died, match=r"^f ended the process before it answered$"):
        student.f()

    assert np.array_equal(student.f().values, VALUE)
    assert source.started == 2


def test_a_worker_that_does_not_start_is_the_graders_fault():
    """No line of the student's has run yet."""

    class Deaf(StubRemote):
        def ask(self, message, seconds):
            raise Died("crashed the process (SIGKILL) before it answered")

    source = StubSource()
    source.start_worker = lambda: Deaf([], [])
    with pytest.raises(GraderFault, match="a worker did not start: it crashed"):
        make_student(source).f()


def test_requests_can_be_recorded():
    """For the benchmark, which makes the same calls."""
    recorded = []
    make_student(StubSource(RIGHT), record=recorded.append).f(1)
    assert [message.header["call"]["function"] for message in recorded] == ["saliency.f"]


def test_a_hook_is_asked_for_by_layer():
    """With the list that its outputs are kept in."""
    source = StubSource(RIGHT)
    make_student(source).run_hook("hook", "vgg", ("a", "b"), VALUE, keeps="kept")
    request = source.log[-1][0]

    assert (request["do"], request["function"], request["model"]) == ("hook", "activations.hook", "vgg")
    assert (request["layers"], request["keeps"]) == (["a", "b"], "kept")
