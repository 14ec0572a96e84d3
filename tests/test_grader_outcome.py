"""How a check ended says whose doing it was: passed, the student's, or the grader's."""

from __future__ import annotations

import pytest
from hypothesis.errors import FlakyFailure, FlakyReplay

from grader.checking.expected import Finding
from grader.checking.outcome import outcome_of
from grader.errors import Died, GraderFault, NotWritten, StudentFault, TookTooLong
from grader.result import CheckResult

PLANNED = CheckResult("saliency/a", "saliency", "It is right.", "not_run", 0.0, 3.0)
FINDING = Finding("the result is zero everywhere", "look again")


def outcome(error, findings=(), hint=None):
    ended = outcome_of(PLANNED, error, findings, hint)
    assert (ended.id, ended.title, ended.max_points) == (PLANNED.id, PLANNED.title, PLANNED.max_points)
    return ended.status, ended.points, ended.message, ended.hint


def test_a_check_that_ends_well_earns_its_points():
    """Findings of comparisons that were allowed to fail do not matter."""
    assert outcome(None) == outcome(None, [FINDING]) == ("passed", 3.0, "", None)


def test_a_stub_is_not_a_wrong_answer():
    """No hint: what is missing is the function."""
    ended = outcome(NotWritten("not written yet: f in saliency.py"), hint="the check's own")
    assert ended == ("failed", 0.0, "not written yet: f in saliency.py", None)


@pytest.mark.parametrize("kind", [StudentFault, TookTooLong, Died])
def test_a_fault_of_the_student_costs_the_check(kind):
    """With the hint that came with it."""
    assert outcome(kind("f ended", "look here")) == ("failed", 0.0, "f ended", "look here")


def test_a_comparison_that_failed_speaks_for_itself():
    """Pytest's own words about the assert are left out; the last finding counts."""
    error = AssertionError("assert <Answer> == what is expected")
    first = Finding("first", None)
    assert outcome(error, [first, FINDING]) == ("failed", 0.0, FINDING.message, FINDING.hint)


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("it is 2, expected 1\nassert 2 == 1", "it is 2, expected 1", None),
        ("it is 2\nhint: make it 1\nassert 2 == 1\n +  where 2 = f()", "it is 2", "make it 1"),
        ("two\nlines\nhint: one\nassert False", "two lines", "one"),
        ("no source at all\nhint: fine", "no source at all", "fine"),
        ("assert 2 == 1\nhint: never shown", "", None),
    ],
)
def test_a_check_may_speak_for_itself(text, message, hint):
    """Its own sentence and hint, without its source."""
    assert outcome(AssertionError(text)) == ("failed", 0.0, message, hint)


def test_a_check_that_speaks_without_a_hint_borrows_the_findings():
    """And keeps its own where it has one."""
    assert outcome(AssertionError("it differs\nassert x"), [FINDING])[3] == FINDING.hint
    assert outcome(AssertionError("it differs\nhint: mine\nassert x"), [FINDING])[3] == "mine"


@pytest.mark.parametrize(
    "error", [KeyError("lost"), GraderFault("no worker"), SystemExit(1), ZeroDivisionError()]
)
def test_anything_else_is_the_graders_fault(error):
    """It costs no point that was earned elsewhere, and says that it is not the student's fault."""
    status, points, message, hint = outcome(error, [FINDING], "the check's own")

    assert (status, points, hint) == ("error", 0.0, None)
    assert "not your fault" in message
    assert type(error).__name__ in message


def test_an_answer_that_changes_when_it_is_repeated_is_the_students():
    """Hypothesis wraps what failed once in a group; an empty one has words of its own."""
    once = FlakyFailure("unreliable", [AssertionError("it is 2\nassert 2 == 1")])

    assert outcome(once) == ("failed", 0.0, "it is 2", None)
    assert outcome(FlakyFailure("unreliable", [once])) == ("failed", 0.0, "it is 2", None)
    assert outcome(FlakyReplay("unreliable"))[:2] == ("failed", 0.0)
    assert "different answers" in outcome(FlakyReplay("unreliable"))[2]


def test_a_fault_of_the_grader_inside_a_law_stays_one():
    """A group hides nothing."""
    assert outcome(FlakyFailure("unreliable", [KeyError("lost")]))[0] == "error"
