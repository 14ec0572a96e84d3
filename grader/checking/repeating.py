"""Run a check, and once more in a fresh worker where what it found may be an earlier check's doing."""

from __future__ import annotations

import pytest
from _pytest.runner import runtestprotocol

from grader.checking.handing_on import Unsettled
from grader.checking.student import Student


class Repeating:
    """Decides for one check after the other whether its failure counts."""

    def __init__(self) -> None:
        self._held_back: list[BaseException] = []

    def run(self, item: pytest.Function, nextitem: pytest.Item | None) -> None:
        """Run a check, and again with fixtures made anew if its failure was held back."""
        self._held_back.clear()
        runtestprotocol(item, log=False, nextitem=nextitem)
        if self._held_back:
            item._initrequest()
            runtestprotocol(item, log=False, nextitem=nextitem)

    def holds_back(self, error: BaseException, student: Student | None) -> bool:
        """Return whether a failure does not count yet, since an earlier check had the worker."""
        if self._held_back or student is None or not student.inherited:
            return False
        self._held_back.append(error)
        return True

    def part(self, student: Student, *, passed: bool) -> None:
        """Part with a check's worker; with none handed on any more where a failure was not there the second time."""
        depends = passed and any(not isinstance(error, Unsettled) for error in self._held_back)
        if depends and student.handing_on is not None:
            student.handing_on.stop()
        student.close(passed=passed)
