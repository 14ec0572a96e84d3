"""Workers that answer from a list, for tests of what the judge makes of an answer."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from grader.checking.student import Student
from grader.checking.submission import Submission
from grader.sandbox.remote import Fate
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


def raising(kind, message="", frames=(), function="f", **more):
    """Return the reply of a worker whose student's function raised."""
    lines = [{"file": "saliency.py", "line": 7, "function": function, "code": code} for code in frames]
    return Message({"error": {"type": kind, "message": message, "frames": lines, "own": True, **more}})


class StubPrints:
    text = "printed"

    def start_over(self):
        return self.text


class StubRemote:
    """A worker that replies from a list; an exception in it is raised."""

    def __init__(self, replies, log):
        self.replies, self.log = replies, log
        self.ended, self.prints = None, StubPrints()

    def ask(self, message, seconds):
        self.log.append((message.header, seconds))
        if "folder" in message.header:
            return Message({"layers": [{"name": "wall", "in_force": True, "says": "a wall"}], "ready": 0.0})
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            self.ended = Fate()
            raise reply
        return reply

    def close(self):
        self.ended = self.ended or Fate(0, 100, 0.5)
        return self.ended

    def dismiss(self):
        return self.close


class StubSource:
    """A source of such workers; `log` holds what they were asked, in order, with the seconds they were given."""

    def __init__(self, *replies):
        self.replies, self.log, self.started = list(replies), [], 0

    def start_worker(self):
        self.started += 1
        return StubRemote(self.replies, self.log)


def make_student(source, slow=(), **about):
    return Student(SUBMISSION, source, set(slow), **about)
