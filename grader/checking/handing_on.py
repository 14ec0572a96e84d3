"""A worker that a check which was passed leaves to the next one, so that most checks cost no process of their own.

A check that fails in such a worker, or passes narrowly, says nothing yet, since an earlier one may have left a hook or
a global behind: it is repeated in a fresh one. If it failed and passes there, something was left behind indeed, and
every further check of the exercise has a fresh worker. See `grader.checking.repeating`.
"""

from __future__ import annotations

from collections.abc import Callable

from grader.errors import StudentFault
from grader.sandbox.remote import Fate, Remote
from grader.sandbox.wire import Message

_SECONDS = 5.0  # to set a few random states; who takes longer is busy with something that nobody asked for


class Unsettled(Exception):
    """Says that a check has to be repeated in a fresh worker; nobody ever reads it."""


class HandingOn:
    """Keeps at most one worker, between two checks of one exercise and one submission."""

    def __init__(self) -> None:
        self._stopped = False
        self._remote: Remote | None = None
        self.fates: list[Callable[[], Fate]] = []

    def take(self) -> Remote | None:
        """Return the worker that was left, with its random numbers and models as they were at its start.

        None where there is none, or where it has come to an end meanwhile.
        """
        remote, self._remote = self._remote, None
        if remote is None:
            return None
        try:
            remote.ask(Message({"do": "begin"}), _SECONDS)
        except StudentFault:
            self.fates.append(remote.dismiss())
            return None
        return remote

    def leave(self, remote: Remote) -> str:
        """Keep a worker for the next check; return what it has printed so far."""
        self.close()
        printed = remote.prints.start_over()
        self._remote = remote
        if self._stopped:
            self.close()
        return printed

    def stop(self) -> None:
        """Keep no worker from now on."""
        self._stopped = True
        self.close()

    def close(self) -> None:
        """End the worker that was left, if there is one."""
        if self._remote is not None:
            self.fates.append(self._remote.dismiss())
            self._remote = None
