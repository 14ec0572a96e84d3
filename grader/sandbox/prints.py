"""What a worker prints: drained so that it never blocks, capped so that it never fills anything."""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

from grader.sandbox.text import clean

KEPT_BYTES = 16 << 10


class Prints:
    """The read end of a worker's stdout and stderr.

    Args:
        end: a pipe's read end, or a connection.
        folders: that the workers' own folders lie in; the text does not tell where, which is another place each time.
    """

    def __init__(self, end: int | socket.socket, folders: Path | None = None) -> None:
        self._folder = (
            re.compile(re.escape(f"{folders}{os.sep}") + r"\w+" + re.escape(os.sep)) if folders else None
        )
        self._connection = end if isinstance(end, socket.socket) else None
        self.fd: int | None = end.fileno() if isinstance(end, socket.socket) else end
        self._kept = bytearray()
        self._total = 0

    def drain(self, fd: int) -> bool:
        """Take what is there; False when nothing more will come."""
        data = self._read(fd, 1 << 16)
        self._total += len(data)
        self._kept += data[: KEPT_BYTES - len(self._kept)]
        return bool(data)

    @property
    def text(self) -> str:
        """The first lines, without terminal escapes and control characters, and a word on what was left out."""
        text = clean(self._kept.decode("utf-8", "replace"))
        if self._folder is not None:
            text = self._folder.sub("", text)
        left_out = self._total - len(self._kept)
        return text + (f"\n... and {left_out} more bytes" if left_out else "")

    def start_over(self) -> str:
        """Return the text so far and forget it, as if the worker had just begun."""
        self._take_rest()
        text = self.text
        self._kept.clear()
        self._total = 0
        return text

    def close(self) -> None:
        """Take what is still in the pipe, and close it."""
        if self.fd is None:
            return
        self._take_rest()
        if self._connection is None:
            os.close(self.fd)
        else:
            self._connection.close()
        self.fd = None

    def _take_rest(self) -> None:
        if self.fd is None:
            return
        if self._connection is None:
            os.set_blocking(self.fd, False)
        else:
            self._connection.setblocking(False)
        try:
            while self.drain(self.fd) and self._total < KEPT_BYTES:
                pass
        except OSError:
            pass

    def _read(self, fd: int, most: int) -> bytes:
        if self._connection is None:
            return os.read(fd, most)
        try:
            return self._connection.recv(most)
        except ConnectionError:  # of a worker that was killed
            return b""
