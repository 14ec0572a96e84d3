"""Frames cross the wall whole, and whatever is not a frame is told apart from silence and from the end."""

from __future__ import annotations

import json
import socket
import struct
import threading
import time

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from grader.sandbox.wire import (
    BODY_CAP,
    HEADER_CAP,
    Message,
    WireClosed,
    WireInvalid,
    pack,
    receive,
    send,
    unpack,
)

DTYPES = ["float64", "float32", "float16", "int64", "int32", "int16", "int8", "uint8", "bool"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
ARRAYS = st.sampled_from(DTYPES).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
)
MESSAGES = st.builds(
    Message,
    st.dictionaries(st.text(), JSON, max_size=3),
    st.dictionaries(st.text("abcr0123", min_size=1), ARRAYS, max_size=3),
)


@pytest.fixture
def ends():
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def frame(header, body=b""):
    """Return the bytes of a frame whose parts may be anything."""
    return struct.pack(">II", len(header), len(body)) + header + body


def safetensors_body(description, data):
    """Return a safetensors file that says of its data whatever it likes."""
    header = json.dumps(description).encode()
    return struct.pack("<Q", len(header)) + header + data


def assert_same(found, expected):
    assert found.header == expected.header
    assert set(found.arrays) == set(expected.arrays)
    for name, values in expected.arrays.items():
        assert found.arrays[name].dtype == values.dtype
        assert found.arrays[name].shape == values.shape
        assert np.array_equal(found.arrays[name], values, equal_nan=values.dtype.kind == "f")


@given(message=MESSAGES)
def test_a_message_comes_back_as_it_was(message):
    """Header, names, dtypes, shapes and bits survive the bytes."""
    assert_same(unpack(pack(message)), message)


@given(messages=st.lists(MESSAGES, max_size=3))
def test_messages_arrive_in_order(messages):
    """A socket keeps frames apart, and its end is told as such."""
    near, far = socket.socketpair()
    with far:
        with near:
            for message in messages:
                send(near, message)
        for message in messages:
            assert_same(receive(far), message)
        with pytest.raises(WireClosed):
            receive(far)


@pytest.mark.parametrize(
    "values", [np.zeros((3, 4))[:, ::2], np.asfortranarray(np.eye(3)), np.float32(2).reshape(())]
)
def test_memory_order_does_not_matter(values):
    """Views, Fortran order and scalars are sent as what they look like."""
    assert_same(unpack(pack(Message({}, {"a": values}))), Message({}, {"a": values}))


@given(message=MESSAGES, data=st.data())
def test_a_truncated_frame_is_a_closed_wire(message, data):
    """A worker that dies while it sends leaves no half message behind."""
    whole = pack(message)
    near, far = socket.socketpair()
    with far:
        with near:
            near.sendall(whole[: data.draw(st.integers(0, len(whole) - 1))])
        with pytest.raises(WireClosed):
            receive(far)


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (struct.pack(">II", HEADER_CAP + 1, 0), "too large to send"),
        (struct.pack(">II", 2, BODY_CAP + 1), "an answer of 128 MB is too large to send"),
        (struct.pack(">II", 2**32 - 1, 2**32 - 1), "too large to send"),
        (frame(b"not JSON"), "the header is not JSON"),
        (frame(b"\xff\xfe"), "the header is not JSON"),
        (frame(b"[" * 100_000), "the header is not JSON"),
        (frame(b"[1]"), "the header is not an object"),
        (frame(b"{}", b"not safetensors"), "the arrays are not safetensors"),
        (frame(b"{}", safetensors.numpy.save({"a": np.zeros(3)})[:-1]), "the arrays are not safetensors"),
        (
            frame(b"{}", safetensors.numpy.save({"a": np.zeros(3, np.uint32)})),
            "arrays of dtype U32 cannot be graded",
        ),
        (
            frame(b"{}", safetensors.numpy.save({"a": np.zeros(3, np.complex64)})),
            "arrays of dtype C64 cannot be graded",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_a_frame_is_said_to_be_none(ends, sent, words):
    """Lengths, JSON, safetensors and dtypes are each looked at before they are used."""
    near, far = ends
    near.sendall(sent)
    with pytest.raises(WireInvalid, match=words):
        receive(far, time.monotonic() + 10)


@pytest.mark.parametrize(
    "description",
    [
        {"a": {"dtype": "F64", "shape": [2, 2], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F64", "shape": [2**40, 2**40], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F64", "shape": [-3], "data_offsets": [0, 24]}},
        {"a": {"dtype": "F64", "shape": [3], "data_offsets": [8, 32]}},
        {"a": {"dtype": "F64", "shape": [0, 2**62], "data_offsets": [0, 24]}},
        {"a": {"dtype": "X64", "shape": [3], "data_offsets": [0, 24]}},
        {"a": {"dtype": "BF16", "shape": [12], "data_offsets": [0, 24]}},
        {"a": "nothing"},
    ],
)
def test_a_lying_shape_is_found_out(ends, description):
    """What an array claims to be must agree with the bytes that came."""
    near, far = ends
    near.sendall(frame(b"{}", safetensors_body(description, bytes(24))))
    with pytest.raises(WireInvalid):
        receive(far, time.monotonic() + 10)


def test_an_empty_array_of_endless_shape_is_found_out(ends):
    """No bytes are needed for a shape that no memory could hold once it is broadcast."""
    near, far = ends
    body = safetensors_body({"a": {"dtype": "F64", "shape": [0, 2**62], "data_offsets": [0, 0]}}, b"")
    near.sendall(frame(b"{}", body))
    with pytest.raises(WireInvalid):
        receive(far, time.monotonic() + 10)


def test_a_million_empty_arrays_are_not_read(ends):
    """A hundred megabytes that only describe arrays would take gigabytes once they are read."""
    near, far = ends
    described = json.dumps(
        {f"r{n}": {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]} for n in range(100_000)}
    )
    sender = threading.Thread(target=near.sendall, args=[frame(b"{}", safetensors_body_of(described))])
    sender.start()
    with pytest.raises(WireInvalid, match="more words"):
        receive(far, time.monotonic() + 10)
    sender.join()


def safetensors_body_of(described):
    """Return a safetensors file without any numbers."""
    return struct.pack("<Q", len(described)) + described.encode()
