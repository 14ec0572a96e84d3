"""Calls of the student's functions as the checks make them: described, sent, answered, repeated, counted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.arguments import Array, Model
from grader.checking.oracle import Oracle
from grader.checking.student import SECOND_CHANCE_SECONDS, Student, Submission
from grader.errors import Died, GraderFault, NotWritten, StudentFault, TookTooLong
from grader.sandbox.calls import decode_call
from grader.sandbox.launch import Fate
from grader.sandbox.wire import Message

SUBMISSION = Submission(
    Path("/submission"), {"f": "saliency.f", "g": "saliency.g", "hook": "activations.hook"}
)
VALUE = np.array([1.5, 2.5])
RIGHT = Message(
    {
        "result": {"kind": "tensor", "array": "r0", "dtype": "float64"},
        "after": [],
        "figures": [],
        "seconds": 0.1,
    },
    {"r0": VALUE},
)


def raising(kind, message="", frames=(), **more):
    """Return the reply of a worker whose student's function raised."""
    lines = [{"file": "saliency.py", "line": 7, "function": "f", "code": code} for code in frames]
    return Message({"error": {"type": kind, "message": message, "frames": lines, "own": True, **more}})


class StubPrints:
    text = "printed"


class StubRemote:
    """A worker that replies from a list; an exception in it is raised."""

    def __init__(self, replies, log):
        self.replies, self.log = replies, log
        self.ended, self.prints = None, StubPrints()

    def ask(self, message, seconds):
        self.log.append((message.header, seconds))
        if "folder" in message.header:
            return Message({"in_force": ["a wall"], "ready": 0.0})
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            self.ended = Fate()
            raise reply
        return reply

    def close(self):
        self.ended = self.ended or Fate(0, 100, 0.5)
        return self.ended


class StubSource:
    """A source of such workers; `log` holds what they were asked, in order, with the seconds they were given."""

    def __init__(self, *replies):
        self.replies, self.log, self.started = list(replies), [], 0

    def start_worker(self):
        self.started += 1
        return StubRemote(self.replies, self.log)


def make_student(source, slow=(), **about):
    return Student(SUBMISSION, source, set(slow), **about)


def test_a_call_is_sent_as_it_was_made():
    """Arrays are described, keywords go to the function, steps and carry to the call."""
    source = StubSource(RIGHT)
    answer = make_student(source).f(VALUE, Model("vgg"), 3, steps=2, carry=0, shape=(4, 5))
    setup, request = (header for header, _ in source.log)

    assert np.array_equal(answer.values, VALUE)
    assert (setup["folder"], setup["dtype"], setup["seed"]) == ("/submission", "float32", 0)
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
    assert student.in_force == ("a wall",)
    assert [fate.cpu for fate in student.fates] == [0.5]


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
    make_student(source).run_hook("hook", "vgg", ("a", "b"), VALUE, keeps="kept", picture=True)
    request = source.log[-1][0]

    assert (request["do"], request["function"], request["model"]) == ("hook", "activations.hook", "vgg")
    assert (request["layers"], request["keeps"], request["picture"]) == (["a", "b"], "kept", True)


LAST = ["x = g(y)", "raise ValueError('no')"]


@pytest.mark.parametrize(
    ("reply", "kind", "sentence"),
    [
        (
            raising("ValueError", "no", ["x = g(y)"]),
            StudentFault,
            "f raised ValueError: no (saliency.py, line 7: x = g(y))",
        ),
        (raising("ValueError", "no", LAST), StudentFault, "f raised ValueError: no (saliency.py, line 7)"),
        (raising("ValueError", "no"), StudentFault, "f raised ValueError: no"),
        (raising("ValueError"), StudentFault, "f raised ValueError"),
        (raising("ValueError", "a\n  b"), StudentFault, "f raised ValueError: a b"),
        (raising("ValueError", "x" * 5000), StudentFault, "f raised ValueError: " + "x" * 300),
        (
            raising(
                "NotImplementedError", "saliency: write f", ["raise NotImplementedError('saliency: write f')"]
            ),
            NotWritten,
            "not written yet: f in saliency.py",
        ),
        (
            raising("MissingFunction", "f"),
            StudentFault,
            "saliency.py has no function f; functions keep the names",
        ),
        (
            raising("MemoryError", ""),
            StudentFault,
            "f raised MemoryError: it asked for more memory than it may use",
        ),
        (
            raising(
                "RuntimeError", "DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 byte"
            ),
            StudentFault,
            "f raised RuntimeError: it asked for more memory than it may use",
        ),
        (
            raising("SyntaxError", "invalid syntax (saliency.py, line 7)", ["def f("]),
            StudentFault,
            "saliency.py cannot be read as Python: invalid syntax (saliency.py, line 7: def f()",
        ),
        (raising("TabError", "mixed"), StudentFault, "saliency.py cannot be read as Python: mixed"),
        (
            raising("SyntaxError", "(unicode error) 'utf-8' codec can't decode byte 0xfc"),
            StudentFault,
            "saliency.py is not UTF-8 text; save it again with the encoding UTF-8",
        ),
    ],
)
def test_an_exception_becomes_a_sentence(reply, kind, sentence):
    """Its type, its text and the student's own line."""
    with pytest.raises(kind) as caught:
        make_student(StubSource(reply)).f()
    assert str(caught.value).startswith(sentence)
    assert len(str(caught.value)) < 500


OPINION = Message(
    {"scores": {"array": "s"}, "outputs": [{"array": "o"}]},
    {"s": np.zeros((2, 3)), "o": np.ones((2, 4, 1, 1))},
)


def test_the_oracle_answers_from_one_worker():
    """Started when it is first asked, ended once, however often that is asked for."""
    source = StubSource(OPINION, OPINION)
    oracle = Oracle(source)
    assert source.started == 0
    assert oracle.scores("linear", np.zeros((2, 3, 4, 4)), {"weight": VALUE}).shape == (2, 3)
    assert [output.shape for output in oracle.outputs("vgg", np.zeros((2, 3, 4, 4)), ["conv1"])] == [
        (2, 4, 1, 1)
    ]
    assert source.started == 1
    asked = [header for header, _ in source.log if header.get("do") == "observe"]
    assert (asked[0]["weights"], asked[1]["weights"]) == ({"weight": "w0"}, None)
    assert (asked[0]["layers"], asked[1]["layers"]) == ([], ["conv1"])

    oracle.close()
    oracle.close()
    assert oracle.fate == Fate(0, 100, 0.5)


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            Died("crashed the process (SIGSEGV) before it answered"),
            "the worker that runs models for the checks crashed",
        ),
        (raising("KeyError", "'no_such_net'"), "model vgg could not be run: KeyError: 'no_such_net'"),
    ],
)
def test_the_oracle_is_never_the_students_fault(reply, words):
    """None of their code runs there."""
    with pytest.raises(GraderFault) as caught:
        Oracle(StubSource(reply)).scores("vgg", np.zeros((1, 3, 4, 4)))
    assert words in str(caught.value)
