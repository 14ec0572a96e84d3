"""One batch: find what was handed in, leave out what is known, grade the rest, keep each result at once."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeAlias

from grader.batch.executor import Executor
from grader.batch.handed_in import find_handed_in
from grader.batch.lock import hold
from grader.batch.options import BatchOptions
from grader.batch.progress import Progress
from grader.batch.roster import Roster, read_roster
from grader.batch.store import GradedSubmission, Grades, open_grades
from grader.batch.task import Task, describe, digest_of, make_task
from grader.errors import Unusable
from grader.exercises import exercises_of
from grader.fixtures import open_fixtures

GRADED, FAULTY = 0, 3

Opener: TypeAlias = "Callable[[BatchOptions, Path, Mapping[str, str]], AbstractContextManager[Executor]]"

_SCRATCH = "grader-batch-"
_MOST_TOLD = 20  # sentences of one kind; `export` has them all


def run_batch(options: BatchOptions, opener: Opener | None = None) -> int:
    """Grade what was handed in and return the exit code.

    Args:
        options: of the command line.
        opener: opens what grades, in a folder of its own; None for what the options ask for.

    Raises:
        Unusable: if something about the call, the folders or the disk must be put right first.
        GraderFault: if this machine cannot grade.
    """
    quiet = options.grading.verbosity < 0
    with hold(options.out), open_grades(options.out, create=True) as grades, _scratch(grades) as scratch:
        roster = read_roster(options.roster) if options.roster else Roster()
        (scratch / "handed in").mkdir()
        handed_in, notices = find_handed_in(options.submissions, scratch / "handed in", roster)
        _tell(notices, quiet)
        exercises = exercises_of(options.grading)
        about = describe(options.grading, exercises, open_fixtures(options.grading.fixtures).fixtures_hash)
        whose: dict[str, list[GradedSubmission]] = {}
        tasks: dict[str, Task] = {}
        for one in handed_in:
            digest = digest_of(one.files)
            task = make_task(one, digest, about)
            tasks[task.key] = task
            row = GradedSubmission(one.student, one.submission, digest, {}, remark=one.remark, key=task.key)
            whose.setdefault(task.key, []).append(row)
        again = _asked_again(options.regrade, grades)
        known = grades.known()
        kept = [key for key in tasks if known.get(key) and key not in again]
        grades.hand_in([row for key in kept for row in whose[key]])
        grades.note("official", "yes" if options.grading.official else "no")
        if roster.rows:
            grades.note("roster", json.dumps([roster.columns, [dict(row) for row in roster.rows]]))
        todo = [task for key, task in tasks.items() if key not in set(kept)]
        failed = 0
        if todo:
            with (
                (opener or _open_executor)(options, scratch, about) as executor,
                Progress(len(todo), len(kept), quiet=quiet) as progress,
            ):
                for ended in executor.run(todo, progress.started):
                    if ended is None:
                        progress.tick()
                        continue
                    task, outcome = ended
                    grades.keep(task.key, outcome, whose[task.key], about)
                    progress.finished(task, outcome)
                failed = progress.failed
        grades.tidy()
        _sum_up(grades, {one.student for one in handed_in}, len(todo), len(kept), quiet)
    return FAULTY if failed else GRADED


@contextlib.contextmanager
def _open_executor(options: BatchOptions, scratch: Path, about: Mapping[str, str]) -> Iterator[Executor]:
    if options.scheduler is not None:
        from grader.batch.cluster import ClusterExecutor

        with ClusterExecutor(options.grading, options.scheduler, about) as cluster:
            yield cluster
        return
    from grader.batch.local import LocalExecutor

    log = os.open(options.out / "log.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        with LocalExecutor(options.grading, scratch, log) as executor:
            yield executor
    finally:
        os.close(log)


@contextlib.contextmanager
def _scratch(grades: Grades) -> Iterator[Path]:
    """Give a folder for private copies; where an earlier batch was killed, its folder is removed first."""
    left = Path(grades.fact("scratch") or "")
    if left.name.startswith(_SCRATCH) and not left.is_symlink():
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=_SCRATCH, ignore_cleanup_errors=True) as folder:
        grades.note("scratch", folder)
        yield Path(folder)


def _asked_again(wheres: Sequence[str], grades: Grades) -> set[str]:
    """Return the keys of results that are to be made again.

    Raises:
        Unusable: if one of the wishes fits nobody.
    """
    if not wheres:
        return set()
    rows = list(grades.rows())
    again: set[str] = set()
    for where in wheres:
        fitting = {row.key for row in rows if _fits(row, where)}
        if rows and not fitting:
            raise Unusable(
                f"--regrade {where} fits nobody; it takes a student's name or pattern, the id of a check that "
                "somebody lost points in, or one of all, failed, error, problem"
            )
        again |= fitting
    return again


def _fits(row: GradedSubmission, where: str) -> bool:
    checks = row.result.get("checks", [])
    if where == "all":
        return True
    if where == "problem":
        return row.problem is not None
    if where == "failed":
        return any(check["status"] == "failed" for check in checks)
    if where == "error":
        return any(check["status"] in ("error", "not_run") for check in checks)
    lost = [check["id"] for check in checks if check["status"] != "passed"]
    return fnmatchcase(row.student, where) or ("/" in where and any(fnmatchcase(one, where) for one in lost))


def _sum_up(grades: Grades, students: set[str], graded: int, kept: int, quiet: bool) -> None:
    """Say what there is now, and whom somebody should look at."""
    gone, problems, faulty = [], [], []
    for row in grades.rows():
        if row.student not in students:
            gone.append(row.student)
        elif row.problem is not None:
            named = row.problem.startswith(row.student)
            problems.append(f"{'' if named else f'{row.student}: '}{row.problem}.")
        elif any(check["status"] in ("error", "not_run") for check in row.result["checks"]):
            faulty.append(row.student)
    if faulty:
        problems.append(
            f"some checks of {', '.join(faulty)} could not be judged; the same command tries again."
        )
    if gone:
        problems.append(f"{', '.join(gone)} handed in nothing this time; what was graded earlier is kept.")
    _tell(problems, quiet)
    print(
        f"grader: {graded} graded, {kept} unchanged, {len(students)} students; "
        f"python -m grader batch export {grades.folder} writes gradebook and pages",
        file=sys.stderr,
    )


def _tell(sentences: Sequence[str], quiet: bool) -> None:
    for sentence in sentences[:_MOST_TOLD] if not quiet else ():
        print(f"grader: {sentence}", file=sys.stderr)
    if len(sentences) > _MOST_TOLD and not quiet:
        print(f"grader: and {len(sentences) - _MOST_TOLD} more like these", file=sys.stderr)
