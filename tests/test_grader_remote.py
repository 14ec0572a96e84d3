"""A worker seen from the judge: how it ended is told the same each time."""

import socket
import time

import pytest

from grader.errors import Died
from grader.sandbox.prints import Prints
from grader.sandbox.remote import Fate, Remote
from grader.sandbox.wire import Message


class Process:
    """Ends by itself with a code, some seconds after it has closed the wire."""

    def __init__(self, code, seconds):
        self.code, self.seconds, self.killed = code, seconds, False

    def kill(self):
        self.killed = self.killed or self.seconds > 0

    def wait(self, seconds):
        self.seconds -= seconds

    def fate(self):
        return Fate(code=-9 if self.killed else self.code)


@pytest.mark.parametrize(
    ("code", "seconds", "said"),
    [
        (7, 0.5, "ended the process with exit code 7 before it answered"),
        (0, 0.5, r"ended the process before it answered \(os\._exit or the like\)"),
        (-11, 0.5, r"crashed the process \(SIGSEGV\) before it answered"),
        (7, 3600, r"crashed the process \(SIGKILL\) before it answered"),
    ],
)
def test_a_worker_that_closes_the_wire_may_come_to_its_own_end(code, seconds, said):
    """Whether it ends before it would be killed is no matter of luck; one that goes on is killed."""
    process, (near, far), printed = Process(code, seconds), socket.socketpair(), socket.socketpair()
    remote = Remote(near, Prints(printed[0]), process.kill, process.fate, process.wait)
    far.close()
    with pytest.raises(Died, match=said):
        remote.ask(Message({"do": "call"}, {}), 5)
    printed[1].close()
    assert process.killed == (seconds > 3000)


def test_a_worker_that_is_no_longer_needed_is_not_waited_for():
    """It is asked nothing any more."""
    process, (near, far), printed = Process(0, 3600), socket.socketpair(), socket.socketpair()
    remote = Remote(near, Prints(printed[0]), process.kill, process.fate, process.wait)
    began = time.monotonic()
    assert remote.close().code == -9
    assert process.seconds == 3600
    assert time.monotonic() - began < 60
    far.close()
    printed[1].close()


def test_the_end_of_one_that_is_dismissed_need_not_be_waited_for():
    """It is killed at once, what it had printed is kept, and how it ended can be asked for later."""
    process, (near, far), printed = Process(0, 3600), socket.socketpair(), socket.socketpair()
    remote = Remote(near, Prints(printed[0]), process.kill, process.fate, process.wait)
    printed[1].sendall(b"last words")
    fate = remote.dismiss()
    assert process.killed
    assert remote.prints.text == "last words"
    assert remote.ended is not None
    assert fate().code == -9
    assert remote.close() is remote.ended
    far.close()
    printed[1].close()
