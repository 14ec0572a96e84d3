"""Grade a battery under one identity: `python -m tests.hostile.inside PLAN.json OUT.json`.

Runs as whoever the mode asks for, and with what the mode has taken from it. Attacks and honest submissions share one
warm process and are spread over the cores, as a batch would be; each is graded as `python -m grader` would, with its
reports written. Afterwards this process looks for what was left behind.
"""

from __future__ import annotations

import ctypes
import dataclasses
import io
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from grader.sandbox.environment import ONE_THREAD

HANGS_AFTER = 240  # seconds, for one submission: longer than all its deadlines together


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission of a battery.

    Attributes:
        name: of the attack, or "honest/full" and the like.
        folder: where it lies.
        exercises: which ones.
        seconds: deadline of one call.
        fixtures: "public" or "private".
    """

    name: str
    folder: str
    exercises: tuple[str, ...] = ("saliency",)
    seconds: float = 20.0
    fixtures: str = "public"


@dataclass(frozen=True, slots=True)
class Plan:
    """What to grade, and how.

    Attributes:
        entries: the submissions.
        without: layers of isolation that are left out.
        private: folder of the private fixtures, where there are some.
        out: folder for reports.
        lanes: submissions that are graded at once.
    """

    entries: tuple[Entry, ...]
    without: tuple[str, ...]
    private: str | None
    out: str
    lanes: int


def read_plan(path: Path) -> Plan:
    """Return the plan that a file holds."""
    told = json.loads(path.read_text("utf-8"))
    entries = tuple(
        Entry(**entry | {"exercises": tuple(entry["exercises"])}) for entry in told.pop("entries")
    )
    return Plan(entries, tuple(told.pop("without")), **told)


def write_plan(plan: Plan, path: Path) -> None:
    """Write a plan to a file."""
    path.write_text(json.dumps(asdict(plan)), "utf-8")


def main(todo: Path, done: Path) -> None:
    """Grade what a plan asks for, and write the answers by name, and what was left behind."""
    os.environ.update(ONE_THREAD)  # before numpy comes, as in grader.__main__
    from grader.checking.collected import Collected
    from grader.exercises import read_exercises
    from grader.fixtures import open_fixtures
    from grader.sandbox.sources import open_source

    plan = read_plan(todo)
    os.environ["GRADER_WITHOUT"] = ",".join(plan.without)
    _adopt_orphans()
    before = _children()
    stores = {"public": open_fixtures(None)}
    if plan.private is not None:
        stores["private"] = open_fixtures(Path(plan.private))
    answers: dict[str, Any] = {}
    with open_source("auto", stores["public"].folder / "weights", plan.lanes) as source:
        source.wait_until_warm()
        collected = Collected()
        collected.collect(exercise.name for exercise in read_exercises())
        parts = [Path(plan.out, f"part-{number}.json") for number in range(len(plan.entries))]

        def grade(number: int) -> None:
            entry = plan.entries[number]
            out = Path(plan.out, f"report-{number}")
            answer = _grade(entry, stores[entry.fixtures], source, collected, out)
            parts[number].write_text(json.dumps(answer), "utf-8")

        _in_lanes(len(parts), plan.lanes, grade)
        for entry, part in zip(plan.entries, parts, strict=True):
            lost = {"crash": "the process that graded it ended", "score": 0}
            answers[entry.name] = json.loads(part.read_text("utf-8")) if part.exists() else lost
    left = [pid for pid in _children() if pid not in before]
    told = {"answers": answers, "processes_left": [_describe(pid) for pid in left]}
    for pid in left:
        os.kill(pid, signal.SIGKILL)  # children of this very process, not yet waited for
        os.waitpid(pid, 0)
    done.write_text(json.dumps(told), "utf-8")
    sys.stdout.flush()
    os._exit(0)


def _grade(entry: Entry, store: Any, source: Any, collected: Any, out: Path) -> dict[str, Any]:
    """Return what grading gave; a fault of the grader itself is told, and does not end the battery."""
    signal.signal(signal.SIGALRM, _give_up)
    signal.alarm(HANGS_AFTER)
    try:
        return _graded(entry, store, source, collected, out)
    except BaseException:
        return {"crash": traceback.format_exc()[-2000:], "score": 0}
    finally:
        signal.alarm(0)


def _give_up(*_: object) -> None:
    raise TimeoutError(f"grading took longer than {HANGS_AFTER} s")


def _graded(entry: Entry, store: Any, source: Any, collected: Any, out: Path) -> dict[str, Any]:
    from rich.console import Console

    from grader.errors import Unusable
    from grader.exercises import read_exercises, select_exercises
    from grader.grade import grade
    from grader.reports import json_file, terminal
    from grader.settings import Settings
    from grader.submissions import open_submission

    exercises = select_exercises(read_exercises(), entry.exercises)
    try:
        with open_submission(entry.folder, exercises) as found:
            result = grade(found, store, source, Settings(1, entry.seconds), collected)
    except Unusable as error:
        return {"score": 0, "checks": [], "terminal": f"grader: {error}", "isolation": ""}
    result = dataclasses.replace(result, submission=entry.name)
    console = Console(file=io.StringIO(), width=120)
    terminal.write(result, verbosity=1, console=console)
    assert isinstance(console.file, io.StringIO)
    json_file.write(result, out)
    report = json.loads((out / "result.json").read_text("utf-8"))
    report["terminal"] = console.file.getvalue()
    report["pictures"] = {
        str(path.relative_to(out)): path.stat().st_size for path in sorted(out.rglob("*.png"))
    }
    return dict(report)


def _in_lanes(count: int, lanes: int, work: Callable[[int], None]) -> None:
    """Do `work` for each number, in forked processes that take the next one when they are free."""
    context = get_context("fork")  # so that all of them ask the one warm process
    waiting = context.SimpleQueue()

    def take() -> None:
        while (number := waiting.get()) is not None:
            work(number)

    workers = [context.Process(target=take) for _ in range(lanes)]
    for worker in workers:
        worker.start()
    for number in [*range(count), *[None] * lanes]:
        waiting.put(number)
    for worker in workers:
        worker.join()


def _adopt_orphans() -> None:
    """Become the parent of whatever a worker leaves behind, so that it is found and no number is guessed."""
    if sys.platform == "linux":
        pr_set_child_subreaper = 36  # prctl(2)
        ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1, 0, 0, 0)


def _children() -> list[int]:
    """Return the processes whose parent is this one."""
    own = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == os.getpid() and fields[0] != "Z":
            own.append(int(folder.name))
    return own


def _describe(pid: int) -> Mapping[str, str]:
    """Return what is known of a process that was left behind; its folder names the attack."""
    try:
        return {"folder": os.readlink(f"/proc/{pid}/cwd")}
    except OSError as error:
        return {"folder": f"unknown ({error.strerror})"}


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
