"""Grade one task with an open session: the one step that runs on this machine's cores and on other machines alike."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grader.batch.graded import Outcome
from grader.batch.task import Task
from grader.errors import GraderFault, Unusable
from grader.exercises import exercises_of
from grader.judges import Kind
from grader.policies.course import open_policies
from grader.reading.archive import is_debris
from grader.result import CheckResult, to_json
from grader.session import Session
from grader.submissions import FoundSubmission, open_submission

_MOST_SOURCES = 1 << 20  # letters of all files together that are kept for finding look-alikes


def grade_task(
    task: Task, session: Session, jobs: int = 1, heard: Callable[[], object] = lambda: None
) -> Outcome:
    """Return what grading a submission gave, also where it cannot be graded or the grader fails.

    Args:
        task: what is to be graded.
        session: that is open.
        jobs: how many of its exercises are judged at once.
        heard: called now and then, while all goes well.
    """
    began = time.monotonic()
    with _lay_out(task) as given:

        def tell(_kind: Kind, _check: CheckResult) -> None:
            heard()

        def plainly(sentence: str) -> str:
            return sentence.replace(str(given), task.name)

        try:
            with open_submission(str(given), exercises_of(session.options), session.options.course) as found:
                result = session.grade(found, tell, jobs=jobs, pictures=False)  # nothing would keep them
                if session.source.forked and result.score < result.max_score:
                    session.source.start_worker().close()  # had the warm process ended, workers would seem to crash
                sources = _sources(found)
        except Unusable as error:
            return Outcome({}, seconds=time.monotonic() - began, problem=plainly(str(error)))
        except GraderFault as fault:
            return Outcome({}, seconds=time.monotonic() - began, problem=str(fault), final=False)
    notices = tuple(plainly(notice) for notice in result.notices)
    result = dataclasses.replace(result, submission=task.name, notices=notices)
    result = open_policies(session.options).apply(result)
    return Outcome(
        to_json(result),
        sources,
        time.monotonic() - began,
        final=not result.faulty,
        evidence={check.id: check.evidence for check in result.checks if check.evidence},
    )


@contextlib.contextmanager
def _lay_out(task: Task) -> Iterator[Path]:
    """Give the path to grade: where the one thing lies that was handed in, or a folder of several files."""
    if len(task.files) == 1 and not task.files[0][1]:
        yield task.files[0][0]
        return
    with tempfile.TemporaryDirectory(prefix="handed-in-") as private:
        if len(task.files) == 1:
            path, name = task.files[0]
            given = Path(private) / Path(name).name
            shutil.copyfile(path, given)
        else:
            given = Path(private) / "submission"
            given.mkdir()
            for path, name in task.files:
                if path.is_dir():
                    shutil.copytree(path, given, symlinks=True, dirs_exist_ok=True)
                else:
                    shutil.copyfile(path, given / Path(name or path.name).name)
        yield given


def _sources(found: FoundSubmission) -> dict[str, str]:
    """Return the text of a submission's Python files, notebooks as the Python that is graded."""
    folder, left, kept = found.submission.folder, _MOST_SOURCES, dict[str, str]()
    for file in sorted(folder.rglob("*.py"), key=lambda path: (len(path.parts), path)):
        inside = file.relative_to(folder)
        if is_debris(inside.parts) or not file.is_file() or file.is_symlink():
            continue
        text = file.read_text("utf-8", "replace")
        if len(text) <= left:
            kept[inside.as_posix()] = text
            left -= len(text)
    return kept
