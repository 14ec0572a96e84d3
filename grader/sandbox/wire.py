"""Frames on a socket: a JSON header and arrays as safetensors, with a cap on size and a deadline on time.

Both ends of the wall speak this. Nothing here unpickles, evaluates or trusts: what arrives is lengths, JSON and
raw numbers, each checked before the next is read.
"""

from __future__ import annotations

import json
import math
import select
import socket
import struct
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import safetensors
import safetensors.numpy

from fixtures.arguments import NumpyArray

HEADER_CAP = 4 << 20  # bytes of JSON
BODY_CAP = 128 << 20  # bytes of arrays; the largest honest answer, 100 steps of a 224x224 picture, is 60 MB
GRACE_SECONDS = 1.0  # for a frame that had arrived in time and is still being read

_LENGTHS = struct.Struct(">II")
_DTYPES = {
    "F64": np.float64,
    "F32": np.float32,
    "F16": np.float16,
    "I64": np.int64,
    "I32": np.int32,
    "I16": np.int16,
    "I8": np.int8,
    "U8": np.uint8,
    "BOOL": np.bool_,
}


class WireClosed(Exception):
    """The other end is gone."""


class WireTimeout(Exception):
    """The deadline passed before a whole frame had arrived."""


class WireInvalid(Exception):
    """The other end sent something that is not a frame; the text says what."""


@dataclass(frozen=True, slots=True)
class Message:
    """One frame: plain data and the arrays it refers to by name."""

    header: dict[str, Any]
    arrays: Mapping[str, NumpyArray] = field(default_factory=dict)


def send(connection: socket.socket, message: Message, deadline: float | None = None) -> None:
    """Send a frame.

    Args:
        connection: a stream socket.
        message: what to send.
        deadline: `time.monotonic()` value after which to give up; None waits for ever.

    Raises:
        WireClosed: if the other end is gone.
        WireTimeout: if the other end does not read in time.
    """
    parts = _parts(message)
    try:
        for part in parts:  # not as one frame, which would copy the arrays once more
            connection.settimeout(_left(deadline))
            connection.sendall(part)
    except TimeoutError:
        raise WireTimeout from None
    except OSError:
        raise WireClosed from None


def receive(
    connection: socket.socket,
    deadline: float | None = None,
    *,
    also: int | None = None,
    drain: Callable[[int], bool] | None = None,
) -> Message:
    """Return the next frame.

    Args:
        connection: a stream socket.
        deadline: `time.monotonic()` value by which the whole frame must have arrived; None waits for ever.
        also: a file descriptor to keep empty while waiting, such as the pipe that carries prints.
        drain: called with `also` when it has data; returns False when nothing more will come.

    Raises:
        WireClosed, WireTimeout, WireInvalid: as their names say.
    """
    reader = _Reader(connection, deadline, also, drain)
    header_length, body_length = _LENGTHS.unpack(reader.read(_LENGTHS.size))
    if header_length > HEADER_CAP or body_length > BODY_CAP:
        raise WireInvalid(f"an answer of {(header_length + body_length) >> 20} MB is too large to send")
    try:
        header = json.loads(reader.read(header_length))
    except (ValueError, RecursionError):
        raise WireInvalid("the header is not JSON") from None
    if not isinstance(header, dict):
        raise WireInvalid("the header is not an object")
    return Message(header, _arrays(reader.read(body_length)))


def pack(message: Message) -> bytes:
    """Return a message as the bytes of one frame."""
    return b"".join(_parts(message))


def unpack(frame: bytes) -> Message:
    """Return the message of a whole frame that `pack` made."""
    header_length, _ = _LENGTHS.unpack_from(frame)
    rest = frame[_LENGTHS.size :]
    return Message(json.loads(rest[:header_length]), _arrays(rest[header_length:]))


def _parts(message: Message) -> tuple[bytes, bytes]:
    """Return a message as the two parts of a frame: lengths and header, and the arrays."""
    header = json.dumps(message.header).encode()
    # safetensors wants memory in C order; a scalar must stay one, which ascontiguousarray would not let it
    arrays = {name: np.asarray(values, order="C") for name, values in message.arrays.items()}
    body = safetensors.numpy.save(arrays) if arrays else b""
    return _LENGTHS.pack(len(header), len(body)) + header, body


class _Reader:
    """Reads exact numbers of bytes by one deadline, emptying a second descriptor meanwhile."""

    def __init__(
        self,
        connection: socket.socket,
        deadline: float | None,
        also: int | None,
        drain: Callable[[int], bool] | None,
    ) -> None:
        self._connection = connection
        self._deadline = deadline
        self._also = also
        self._drain = drain

    def read(self, count: int) -> bytes:
        buffer = bytearray(count)
        view = memoryview(buffer)
        while view:
            self._wait()
            try:
                received = self._connection.recv_into(view)
            except OSError:
                raise WireClosed from None
            if received == 0:
                raise WireClosed
            view = view[received:]
        return bytes(buffer)

    def _wait(self) -> None:
        """Return when the connection can be read."""
        while True:
            watched = [self._connection.fileno()] + ([] if self._also is None else [self._also])
            readable, _, _ = select.select(watched, [], [], _left(self._deadline))
            if not readable:
                raise WireTimeout
            if self._also in readable and self._drain is not None and not self._drain(readable[-1]):
                self._also = None
            late = 0.0 if self._deadline is None else time.monotonic() - self._deadline
            if late > GRACE_SECONDS or (late > 0 and self._connection.fileno() not in readable):
                raise WireTimeout  # neither endless prints nor an answer byte by byte put it off
            if self._connection.fileno() in readable:
                return


def _left(deadline: float | None) -> float | None:
    """Return the seconds until a deadline, a moment at least so that what has arrived is still read."""
    return None if deadline is None else max(deadline - time.monotonic(), 1e-3)


def _arrays(body: bytes) -> dict[str, NumpyArray]:
    """Return the arrays of a safetensors body, each checked for a known dtype and an honest size."""
    if not body:
        return {}
    if (
        HEADER_CAP < int.from_bytes(body[:8], "little") < len(body)
    ):  # a million empty tensors take a gigabyte to describe
        raise WireInvalid("the arrays are described in more words than can be read")
    try:
        described = safetensors.deserialize(body)  # type: ignore[no-untyped-call]
    except safetensors.SafetensorError as error:
        raise WireInvalid(f"the arrays are not safetensors ({error})") from None
    arrays: dict[str, NumpyArray] = {}
    for name, entry in described:
        dtype = _DTYPES.get(entry["dtype"])
        if dtype is None:
            raise WireInvalid(f"arrays of dtype {entry['dtype']} cannot be graded")
        data, shape = entry["data"], [int(length) for length in entry["shape"]]
        if math.prod(shape) * np.dtype(dtype).itemsize != len(data) or max(shape, default=0) > BODY_CAP:
            raise WireInvalid("an array's shape and its bytes disagree")
        values = np.frombuffer(data, np.uint8) != 0 if dtype is np.bool_ else np.frombuffer(data, dtype)
        arrays[name] = values.reshape(shape)
        arrays[name].flags.writeable = False
    return arrays
