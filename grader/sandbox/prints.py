"""What a worker prints: drained so that it never blocks, capped so that it never fills anything."""

from __future__ import annotations

import os

from grader.sandbox.text import clean

KEPT_BYTES = 16 << 10


class Prints:
    """The read end of a worker's stdout and stderr.

    Args:
        fd: a pipe's read end; -1 for a worker whose prints go nowhere.
    """

    def __init__(self, fd: int) -> None:
        self.fd: int | None = fd if fd >= 0 else None
        self._kept = bytearray()
        self._total = 0

    def drain(self, fd: int) -> bool:
        """Take what is there; False when nothing more will come."""
        data = os.read(fd, 1 << 16)
        self._total += len(data)
        self._kept += data[: KEPT_BYTES - len(self._kept)]
        return bool(data)

    @property
    def text(self) -> str:
        """The first lines, without terminal escapes and control characters, and a word on what was left out."""
        text = clean(self._kept.decode("utf-8", "replace"))
        left_out = self._total - len(self._kept)
        return text + (f"\n... and {left_out} more bytes" if left_out else "")

    def close(self) -> None:
        """Take what is still in the pipe, and close it."""
        if self.fd is None:
            return
        os.set_blocking(self.fd, False)
        try:
            while self.drain(self.fd) and self._total < KEPT_BYTES:
                pass
        except OSError:
            pass
        os.close(self.fd)
        self.fd = None
