"""Where submissions are graded: on this machine's cores, or handed to other machines. Everything else is shared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeAlias

from grader.batch.graded import Outcome
from grader.batch.task import Task

ATTEMPTS = 2  # a submission that loses its grader twice is marked, not tried for ever

Started: TypeAlias = Callable[[Task], None]
Finished: TypeAlias = "tuple[Task, Outcome]"


class Executor(Protocol):
    """Grades tasks side by side, in any order."""

    def run(self, tasks: Sequence[Task], started: Started) -> Iterator[Finished | None]:
        """Yield each task with its outcome when it ends, and None now and then while nothing does.

        A task whose grader dies is tried again, `ATTEMPTS` times in all; then its outcome says so and is not final.

        Args:
            tasks: to be graded, in about this order.
            started: hears of each task when its grading begins.
        """


def lost(task: Task, how: str) -> Outcome:
    """Return the outcome of a task that has lost its graders.

    Args:
        how: the last of them ended.
    """
    said = f"the grader's process for {task.name} ended {ATTEMPTS} times ({how}), which is no fault of the student's"
    return Outcome({}, problem=said, final=False)
