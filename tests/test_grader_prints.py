"""What a worker prints is drained, capped and made harmless."""

from __future__ import annotations

import os
import socket
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.sandbox.prints import KEPT_BYTES, Prints


def printed(*pieces):
    """Return the text that is kept of what was written to a pipe."""
    read, write = os.pipe()
    prints = Prints(read)

    def print_all():
        for piece in pieces:
            os.write(write, piece)
        os.close(write)

    writer = threading.Thread(target=print_all)
    writer.start()
    while prints.drain(read):
        pass
    writer.join()
    prints.close()
    return prints.text


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (b"plain\n\ttext\n", "plain\n\ttext\n"),
        (b"\x1b[31mred\x1b[0m", "red"),
        (b"\x1b[2J\x1b[1;1Htop", "top"),
        (b"\x1b]0;a title\x07shown", "shown"),
        (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        (b"\x1b]0;never ended", ""),
        (b"one\rtwo\r\nthree", "one\ntwo\nthree"),
        (b"bell\x07 back\x08 null\x00 \x9b31m", "bell back null \ufffd31m"),
        ("gr\u00fc\u00dfe".encode(), "gr\u00fc\u00dfe"),
        (b"\xff\xfe", "\ufffd\ufffd"),
        ("\u202egnol\u2066".encode(), "gnol"),
    ],
)
def test_only_text_is_left(written, kept):
    """Nothing that a terminal would act on, whole sequences included."""
    assert printed(written) == kept


@given(written=st.binary(max_size=300))
def test_nothing_printed_reaches_a_terminal_as_more_than_text(written):
    """For any bytes at all."""
    assert all(letter.isprintable() or letter in "\n\t" for letter in printed(written))


def test_the_first_part_is_kept_and_the_rest_counted():
    """A flood costs 16 kB and says how much more there was."""
    text = printed(*[b"x" * 50_000] * 20)

    assert text == "x" * KEPT_BYTES + f"\n... and {1_000_000 - KEPT_BYTES} more bytes"


def test_what_is_still_in_the_pipe_is_taken_when_it_is_closed():
    """The last words of a process that died are not lost, and nobody is waited for."""
    read, write = os.pipe()
    prints = Prints(read)
    os.write(write, b"last words")
    prints.close()  # the other end is still open, as in a child that was left behind

    assert prints.text == "last words"
    prints.close()
    os.close(write)


def test_a_connection_is_as_good_as_a_pipe():
    """Spawned workers have one; what a killed worker had sent is still taken, and its end is the end."""
    near, far = socket.socketpair()
    prints = Prints(near)
    far.sendall(b"over the ")
    assert prints.drain(prints.fd)
    far.sendall(b"loopback")
    far.close()
    prints.close()
    assert (prints.text, prints.fd) == ("over the loopback", None)


def test_where_a_worker_lay_is_not_told(tmp_path):
    """A warning names its file as the student knows it, and the same one each time."""
    texts = []
    for slot in ("3", "17"):
        near, far = socket.socketpair()
        prints = Prints(near, tmp_path)
        far.sendall(f"{tmp_path}/{slot}/mine/saliency.py:11: UserWarning: {tmp_path}x\n".encode())
        far.close()
        prints.close()
        texts.append(prints.text)
    assert texts == [f"mine/saliency.py:11: UserWarning: {tmp_path}x\n"] * 2
