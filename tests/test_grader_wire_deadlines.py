"""Every wait on the wire ends by its deadline, and what had arrived by then is read."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time

import numpy as np
import pytest

from grader.sandbox.wire import HEADER_CAP, Message, WireClosed, WireTimeout, pack, receive, send


@pytest.fixture
def ends():
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def test_silence_ends_at_the_deadline(ends):
    """Whoever sends nothing, or the first half only, is waited for so long and no longer."""
    near, far = ends
    near.sendall(pack(Message({"half": True}))[:-1])
    began = time.monotonic()
    with pytest.raises(WireTimeout):
        receive(far, began + 0.2)
    assert 0.2 <= time.monotonic() - began < 5


def test_endless_prints_do_not_put_off_the_deadline(ends):
    """A second descriptor that always has something to read is no sign of an answer."""
    _, far = ends
    began = time.monotonic()

    def drain(fd):
        assert time.monotonic() - began < 5, "still waiting"
        return bool(os.read(fd, 4096))

    with open("/dev/zero", "rb") as endless, pytest.raises(WireTimeout):
        receive(far, began + 0.2, also=endless.fileno(), drain=drain)


def test_a_frame_that_trickles_ends_at_the_deadline(ends):
    """One byte after the other is no reason to wait for the last of four million."""
    near, far = ends
    stop = threading.Event()

    def trickle():
        near.sendall(struct.pack(">II", HEADER_CAP, 0))
        while not stop.is_set():
            with contextlib.suppress(BlockingIOError):
                near.send(b" ", socket.MSG_DONTWAIT)

    sender = threading.Thread(target=trickle)
    sender.start()
    began = time.monotonic()
    try:
        with pytest.raises(WireTimeout):
            receive(far, began + 0.2)
        assert time.monotonic() - began < 2.5
    finally:
        stop.set()
        sender.join()


def test_what_arrived_in_time_is_read_after_the_deadline(ends):
    """A judge that was kept waiting by the machine does not throw an answer away."""
    near, far = ends
    near.sendall(pack(Message({"answer": 1}, {"a": np.zeros(1000)})))
    assert receive(far, time.monotonic() - 0.1).header == {"answer": 1}


def test_prints_are_drained_while_an_answer_is_awaited(ends):
    """A worker that prints more than a pipe holds still gets to answer, and the end of its prints is no end."""
    near, far = ends
    read, write = os.pipe()
    drained = bytearray()

    def drain(fd):
        data = os.read(fd, 1 << 16)
        drained.extend(data)
        return bool(data)

    def talk():
        os.write(write, b"x" * 300_000)
        os.close(write)
        time.sleep(0.05)
        send(near, Message({"done": True}))

    worker = threading.Thread(target=talk)
    worker.start()
    assert receive(far, time.monotonic() + 10, also=read, drain=drain).header == {"done": True}
    worker.join()
    os.close(read)
    assert len(drained) == 300_000


def test_a_reader_that_never_reads_ends_at_the_deadline(ends):
    """Sending has a deadline too."""
    near, _ = ends
    with pytest.raises(WireTimeout):
        send(near, Message({}, {"a": np.zeros(1 << 20)}), time.monotonic() + 0.2)


def test_sending_to_a_closed_end_says_so(ends):
    """The other end is gone."""
    near, far = ends
    far.close()
    with pytest.raises(WireClosed):
        send(near, Message({}, {"a": np.zeros(1 << 20)}))
