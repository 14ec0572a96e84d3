"""Grade many submissions with one warm process: `python -m tests.harness JOBS.json OUT.json`.

Importing torch costs seconds and judging an exercise a fraction of one, so tests that look at a hundred submissions
start one process for all of them. Submissions are spread over the cores; each is graded as `python -m grader` would.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grader.sandbox.environment import ONE_THREAD

if TYPE_CHECKING:
    from fixtures.store import Store
    from grader.checking.collected import Collected
    from grader.result import CheckResult
    from grader.sandbox.remote import Source

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Job:
    """One submission to grade.

    Attributes:
        folder: where it lies.
        exercises: which ones; none means the core.
        seconds: deadline of one call; None asks for that of the course's table, as on the command line.
        jobs: exercises judged at once.
        course: its name; None recognises it.
        until_failure: stop at the first check that is not passed; "result" is then the id of that check.
    """

    folder: str
    exercises: tuple[str, ...] = ()
    seconds: float | None = None
    jobs: int = 1
    course: str | None = None
    until_failure: bool = False


def job_of(folder: Path) -> Job:
    """Return the job that the expected.json of a folder of tests/submissions describes."""
    from grader.options import parse_options

    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    given = parse_options(expected["arguments"])
    path = str(folder / expected.get("hand_in", ""))
    return Job(path, given.exercises, given.seconds, course=given.course)


class _Failed(Exception):
    """A check was not passed, and no more is asked."""


def grade_all(jobs: Sequence[Job]) -> list[dict[str, Any]]:
    """Return what each submission gets, graded by a process that this one starts.

    Returns:
        For each job "exit_code" and, as in result.json, "result"; for one that cannot be used, "sentence" instead.
    """
    with tempfile.TemporaryDirectory(prefix="harness-") as scratch:
        todo, done = Path(scratch, "jobs.json"), Path(scratch, "out.json")
        todo.write_text(json.dumps([asdict(job) for job in jobs]), "utf-8")
        command = [sys.executable, "-m", "tests.harness", str(todo), str(done)]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        answers: list[dict[str, Any]] = json.loads(done.read_text("utf-8"))
    return answers


def main(todo: Path, done: Path) -> None:
    """Grade the jobs of one file and write what they got to another, in the same order."""
    os.environ.update(ONE_THREAD)  # before numpy comes, as in grader.__main__
    from grader.checking.collected import Collected
    from grader.exercises import read_exercises
    from grader.fixtures import open_fixtures
    from grader.sandbox.sources import open_source

    jobs = [Job(**entry) for entry in json.loads(todo.read_text("utf-8"))]
    store = open_fixtures(Path(os.environ["GRADER_FIXTURES"]) if "GRADER_FIXTURES" in os.environ else None)
    lanes = min(len(os.sched_getaffinity(0)), len(jobs))
    collected = Collected()
    with (
        open_source("auto", store.folder / "weights", lanes) as source,
        tempfile.TemporaryDirectory() as folder,
    ):
        collected.collect(exercise.name for exercise in read_exercises())
        source.wait_until_warm()
        parts = [Path(folder, str(number)) for number in range(len(jobs))]
        _share_out(jobs, parts, lanes, store, source, collected)
        done.write_text("[" + ",".join(part.read_text("utf-8") for part in parts) + "]", "utf-8")


def _share_out(
    jobs: Sequence[Job],
    parts: Sequence[Path],
    lanes: int,
    store: Store,
    source: Source,
    collected: Collected,
) -> None:
    """Write the answer of each job to its part, in forked processes that take the next job when they are free."""
    context = get_context("fork")  # so that all of them ask the one warm process
    waiting = context.SimpleQueue()

    def work() -> None:
        while (number := waiting.get()) is not None:
            parts[number].write_text(json.dumps(_grade(jobs[number], store, source, collected)), "utf-8")

    workers = [context.Process(target=work) for _ in range(lanes)]
    for worker in workers:
        worker.start()
    for number in [*range(len(jobs)), *[None] * lanes]:
        waiting.put(number)
    for worker in workers:
        worker.join()


def _grade(job: Job, store: Store, source: Source, collected: Collected) -> dict[str, Any]:
    from grader.errors import Unusable
    from grader.exercises import read_exercises, select_exercises
    from grader.grade import grade
    from grader.limits import read_limits
    from grader.result import to_json
    from grader.settings import Settings
    from grader.submissions import open_submission

    try:
        exercises = select_exercises(read_exercises(), job.exercises)
        with open_submission(job.folder, exercises, job.course) as found:
            limits = read_limits().scaled(source.slowness)
            seconds = job.seconds or limits.seconds_per_call
            settings = Settings(job.jobs, seconds, cpu_seconds=limits.cpu_seconds_per_check)
            tell = _stop_at_failure if job.until_failure else _go_on
            result = grade(found, store, source, settings, collected, tell)
    except _Failed as failed:
        check = failed.args[0]
        return {"exit_code": 3 if check.status == "error" else 1, "result": check.id}
    except Unusable as error:
        return {"exit_code": 2, "sentence": str(error)}
    points_missing = int(result.score != result.max_score)
    return {
        "exit_code": 3 if result.faulty else points_missing if result.complete else 2,
        "result": to_json(result),
    }


def _go_on(kind: str, check: CheckResult) -> None:
    """Hear of a check, and nothing else."""


def _stop_at_failure(kind: str, check: CheckResult) -> None:
    if kind == "finished" and check.status != "passed":
        raise _Failed(check)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
