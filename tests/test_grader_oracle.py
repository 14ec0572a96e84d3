"""The worker that runs models for the checks, and whose fault it is when it does not."""

from __future__ import annotations

import numpy as np
import pytest

from grader.checking.oracle import Oracle
from grader.errors import Died, GraderFault
from grader.sandbox.remote import Fate
from grader.sandbox.wire import Message
from tests.stub_workers import VALUE, StubSource, raising

LISTED = {"kind": "list", "type": "list", "items": [{"kind": "tensor", "array": "o", "dtype": "float32"}]}
SCORES = {"kind": "tensor", "array": "s", "dtype": "float32"}
RESULT = {"kind": "dict", "type": "dict", "keys": ["scores", "outputs"], "items": [SCORES, LISTED]}
OPINION = Message(
    {"result": RESULT, "after": [], "figures": [], "seconds": 0.1},
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
    assert oracle.fate() == Fate(0, 100, 0.5)


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
