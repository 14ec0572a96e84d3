"""Graders side by side: what the batch hears of them, and when."""

from __future__ import annotations

import os

import pytest

from grader.batch.local import LocalExecutor
from grader.batch.task import Task
from grader.options import parse_options
from tests.stub_batch import grade_stub, open_stub

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="graders are forked")


@pytest.mark.parametrize(("number", "jobs"), [(1, 1), (1, 3), (5, 2), (3, 3)])
def test_nothing_is_waited_for_after_the_last_result(tmp_path, number, jobs):
    """A lane of a cluster grades one at a time, so that a wait after each would be a tenth of its time."""
    tasks = []
    for name in map(str, range(number)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "saliency.py").write_text(f"# {name} sleep 0.05\n")
        tasks.append(Task(name, name, ((tmp_path / name, ""),)))
    with LocalExecutor(parse_options(["--jobs", str(jobs)]), tmp_path, 2, grade_stub, open_stub) as executor:
        told = list(executor.run(tasks, lambda _task: None))
    assert told[-1] is not None
    assert {task.name for task, _ in filter(None, told)} == {task.name for task in tasks}
