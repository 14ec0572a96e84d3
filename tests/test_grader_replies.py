"""What is no reply is the student's fault, whoever forged it; it never makes a judge stumble."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checking.replies import PICTURE_CAP, demand_reply
from grader.errors import StudentFault
from grader.sandbox.wire import Message
from tests.stub_workers import RIGHT, VALUE, StubSource, make_student, raising

ASKED = Message({"do": "recall", "number": 0})
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


def changed(**fields):
    """Return the header of a right reply with other fields."""
    return {**RIGHT.header, **fields}


def nested(depth):
    result = {"kind": "none"}
    for _ in range(depth):
        result = {"kind": "list", "type": "list", "items": [result]}
    return result


FORGED = {
    "nothing": {},
    "no result": changed(result=None),
    "no seconds": changed(seconds=None),
    "a truth for seconds": changed(seconds=True),
    "an endless number": changed(seconds=10**400),
    "no after": changed(after=None),
    "no figures": changed(figures={}),
    "unknown kind": changed(result={"kind": "verdict", "passed": True}),
    "an array that did not come": changed(result={"kind": "tensor", "array": "r9", "dtype": "float32"}),
    "an array with a number for a name": changed(result={"kind": "tensor", "array": 0, "dtype": "float32"}),
    "a picture for a result, which is none": changed(
        result={"kind": "tensor", "array": "png", "dtype": "float32"}
    ),
    "a number that is a text": changed(result={"kind": "number", "value": "1", "type": "int"}),
    "a number with an array": changed(result={"kind": "number", "value": 1, "type": "int", "array": "r9"}),
    "a list without items": changed(result={"kind": "list", "type": "list"}),
    "a dict with too few keys": changed(
        result={"kind": "dict", "type": "dict", "keys": [], "items": [{"kind": "none"}]}
    ),
    "lists in lists": changed(result=nested(300)),
    "a figure of nothing": changed(figures=[7]),
    "a figure of a number": changed(figures=[{"images": [{"array": "scalar", "title": ""}], "titles": []}]),
    "a title that is none": changed(figures=[{"images": [], "titles": [None]}]),
    "an error that is a list": {"error": [1, 2, 3]},
    "an error without a type": {"error": {"message": "", "frames": [], "own": False}},
    "a frame without a line": {
        "error": {
            "type": "E",
            "message": "",
            "frames": [{"file": "x", "code": "", "function": ""}],
            "own": True,
        }
    },
}


@pytest.mark.parametrize("what", FORGED)
def test_a_forged_reply_is_the_students_fault(what):
    """Every field is looked at before it is used."""
    arrays = {"r0": VALUE, "scalar": np.zeros(()), "png": VALUE}
    with pytest.raises(StudentFault, match="cannot be read"):
        demand_reply(Message(FORGED[what], arrays), ASKED)


def test_a_right_reply_passes():
    """An answer, an error and a nested answer come back as they are."""
    for reply in (RIGHT, raising("ValueError", "x", ["f()"]), Message(changed(result=nested(3)), {})):
        assert demand_reply(reply, ASKED) == reply


def test_each_argument_is_told_of():
    """A check that looks at an argument after the call finds something there, if only None."""
    asked = Message({"do": "call", "call": {"arguments": [1, 2]}})
    for told in ([], [None] * 2, [None] * 9):
        assert demand_reply(Message(changed(after=told), RIGHT.arrays), asked).header["after"] == [None, None]


@pytest.mark.parametrize("content", [b"<script>", PNG + bytes(PICTURE_CAP), b""])
def test_a_picture_that_is_none_is_left_out(content):
    """Only a PNG of a bearable size goes into a report; the answer is judged all the same."""
    arrays = {**RIGHT.arrays, "png": np.frombuffer(content, np.uint8)}
    assert set(demand_reply(Message(RIGHT.header, arrays), ASKED).arrays) == {"r0"}


def test_a_picture_is_kept():
    """A PNG stays."""
    arrays = {**RIGHT.arrays, "png": np.frombuffer(PNG, np.uint8)}
    assert "png" in demand_reply(Message(RIGHT.header, arrays), ASKED).arrays


def test_a_worker_that_forges_is_asked_nothing_more():
    """After what is no reply the worker is ended, and the sentence names the function."""
    source = StubSource(Message({"status": "passed"}), RIGHT)
    student = make_student(source)
    with pytest.raises(StudentFault, match="f sent an answer that cannot be read"):
        student.f()
    student.f()
    assert source.started == 2
