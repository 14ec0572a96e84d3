"""The judge's handle on a worker process: ask it, end it, learn how it ended.

Two ways to get a worker, one way to use it: forked from the warm process (Linux), or spawned as a process of its
own (elsewhere; slower, same code path). This module runs in the judge and needs no torch.
"""

from __future__ import annotations

import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from grader.errors import Died, StudentFault, TookTooLong
from grader.language import phrase
from grader.sandbox.layers import Layer
from grader.sandbox.prints import Prints
from grader.sandbox.wire import Message, WireClosed, WireInvalid, WireTimeout, receive, send

OWN_END_SECONDS = 2.0  # of a process that has closed its end of the wire
START_SECONDS = 120  # a cold import of torch on a busy laptop with a slow disk


@dataclass(frozen=True, slots=True)
class Fate:
    """How a worker ended.

    Attributes:
        code: exit code; negative: the signal.
        peak_kb: peak memory in kB.
        cpu: processor seconds.
        overfull: whether it was ended because it had filled its folder.
    """

    code: int | None = None
    peak_kb: int = 0
    cpu: float = 0.0
    overfull: bool = False


class Source(Protocol):
    """Where workers come from.

    Attributes:
        forked: whether workers are forked from a warm process.
        peak_kb: peak memory of that process, 0 where there is none.
        slowness: how many times as long as the recorded machine this one takes, 1 where nobody has measured.
        layers: what stands round all workers together; each tells of its own when it is set up.
    """

    forked: bool
    peak_kb: int
    slowness: float
    layers: tuple[Layer, ...]

    def start_worker(self) -> Remote:
        """Return a fresh worker that has imported torch and no submission."""


class Remote:
    """One worker process, seen from the judge.

    Args:
        connection: the wire; its other end is the worker's alone.
        prints: where the worker's stdout and stderr are drained to.
        kill: ends the process, at once and for good; safe to call twice.
        fate: waits for the end and says how it came.
        wait: returns when the process has ended, or after some seconds.
    """

    def __init__(
        self,
        connection: socket.socket,
        prints: Prints,
        kill: Callable[[], None],
        fate: Callable[[], Fate],
        wait: Callable[[float], None],
    ) -> None:
        self._connection = connection
        self._kill = kill
        self._fate = fate
        self._wait = wait
        self.prints = prints
        self.ended: Fate | None = None

    def ask(self, message: Message, seconds: float) -> Message:
        """Send a request and return the reply.

        Raises:
            TookTooLong: if the reply is not complete in time; the worker is dead then.
            Died: if the worker ended instead of replying.
            StudentFault: if what it sent is not a reply; the worker is dead then.
        """
        deadline = time.monotonic() + seconds
        try:
            send(self._connection, message, deadline)
            return receive(self._connection, deadline, also=self.prints.fd, drain=self.prints.drain)
        except WireTimeout:
            self.close()
            raise TookTooLong(
                phrase("took longer than {seconds:g} seconds and was stopped", seconds=seconds)
            ) from None
        except WireClosed:
            if self.ended is None:  # whoever closes the wire first is about to end, and how is worth telling
                self._wait(OWN_END_SECONDS)
            self.close()
            raise Died(self._how_it_ended()) from None
        except WireInvalid as error:
            self.close()
            raise StudentFault(phrase("sent an answer that cannot be read: {error}", error=error)) from None

    def close(self) -> Fate:
        """End the process and return how it had ended."""
        self.ended = self.dismiss()()
        return self.ended

    def dismiss(self) -> Callable[[], Fate]:
        """End the process; return what waits until it is gone, 20 ms later, and says how it had ended."""
        if (ended := self.ended) is not None:
            return lambda: ended
        self._kill()
        self._connection.close()
        self.prints.close()
        self.ended = Fate()
        return self._fate

    def _how_it_ended(self) -> str:
        code = self.ended.code if self.ended else None
        if self.ended and self.ended.overfull:
            return phrase("filled its folder with more files than it may and was stopped")
        if code is None or code == 0:
            return phrase("ended the process before it answered (os._exit or the like)")
        if code > 0:
            return phrase("ended the process with exit code {code} before it answered", code=code)
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        return phrase("crashed the process ({name}) before it answered", name=name)
