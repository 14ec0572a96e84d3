"""Grade one submission: its exercises side by side, each check in a worker in which nothing has failed yet."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from fixtures.store import Store
from grader.checking.evidence import Witness
from grader.checking.handing_on import HandingOn
from grader.checking.oracle import Oracle
from grader.checking.parts import Part, in_order, split
from grader.checking.run import run_checks
from grader.checking.student import CALL_SECONDS, CPU_SECONDS, Student
from grader.exercises import Exercise
from grader.isolation import merge_layers, summarise
from grader.judges import Kind, Tell, Usage, run_judges
from grader.language import phrase
from grader.result import CheckResult, SubmissionResult
from grader.sandbox.recording import write_request
from grader.sandbox.remote import Source
from grader.sandbox.wire import Message
from grader.submissions import FoundSubmission


@dataclass(frozen=True, slots=True)
class Settings:
    """How to grade.

    Attributes:
        jobs: exercises judged at once.
        seconds: deadline of one call of a student's function.
        cpu_seconds: processor time of one worker, all its calls together.
        record: folder that every request to a student worker is written to, for the benchmark.
        evidence: whether to keep what a page shows.
        withhold: whether those who read the results must not learn what is expected.
        whole: whether an exercise has one judge only, which announces all its checks at once, as partial results want.
    """

    jobs: int = 1
    seconds: float = CALL_SECONDS
    record: Path | None = None
    cpu_seconds: int = CPU_SECONDS
    evidence: bool = False
    withhold: bool = False
    whole: bool = False


def grade(
    found: FoundSubmission,
    store: Store,
    source: Source,
    settings: Settings,
    tell: Tell = lambda _kind, _check: None,
    look: Callable[[], None] = lambda: None,
    seconds: Mapping[str, float] = MappingProxyType({}),
) -> SubmissionResult:
    """Return the result of a submission.

    Args:
        found: the submission, and what to grade of it in the order of the report.
        store: inputs and right answers.
        source: where workers come from.
        settings: how to grade.
        tell: hears of every check when it is announced and when it is finished.
        look: called now and then meanwhile; what it raises ends the grading.
        seconds: what checks took earlier, by their ids, so that judges share them out well.
    """
    began, exercises = time.perf_counter(), found.exercises
    side_by_side = settings.jobs if source.forked and settings.record is None and not settings.whole else 1
    parts = split(_longest_first(exercises), side_by_side, seconds)
    planned: dict[str, CheckResult] = {}

    def hear(kind: str, check: CheckResult) -> None:
        planned[check.id] = check
        tell("announced" if kind == "announced" else "finished", check)

    def judge(name: str, report: Tell) -> Usage:
        return _judge(parts[name], found, store, source, settings, report)

    usages = run_judges(judge, list(parts), settings.jobs, hear, look)
    for exercise in exercises:
        told_of = [check for check in planned.values() if check.exercise == exercise.name]
        missing = exercise.points - sum(check.max_points for check in told_of)
        if not told_of or missing > 0.005:
            planned[exercise.name] = _unjudged(exercise, missing)
    told = [layers for usage in usages.values() for layers in usage.layers]
    protections = merge_layers([*told, source.layers])
    return SubmissionResult(
        submission=found.name,
        checks=tuple(in_order(planned.values(), exercises)),
        seconds=time.perf_counter() - began,
        isolation=summarise(protections, forked=source.forked, seconds=settings.seconds),
        protections=protections,
        notices=(*found.notices, *_close_calls(usages)),
        complete=found.complete,
        measurements=_measurements(source, usages),
    )


def tell_all(listeners: Sequence[Tell]) -> Tell:
    """Return what tells several of each check, one after the other."""

    def tell(kind: Kind, check: CheckResult) -> None:
        for listener in listeners:
            listener(kind, check)

    return tell


def _judge(
    part: Part, found: FoundSubmission, store: Store, source: Source, settings: Settings, tell: Tell
) -> Usage:
    """Judge one part; in a process of its own where there is fork."""
    exercise = part.exercise
    slow: set[str] = set()
    students: list[Student] = []
    handing_on = HandingOn()
    numbers = itertools.count()
    witness = Witness(exercise.functions, withhold=settings.withhold) if settings.evidence else None

    def record(request: Message) -> None:
        assert settings.record is not None
        write_request(settings.record, exercise.name, next(numbers), request)

    def make_student() -> Student:
        student = Student(
            found.submission,
            source,
            slow,
            seconds=settings.seconds,
            cpu_seconds=settings.cpu_seconds,
            record=record if settings.record is not None else None,
            witness=witness,
            handing_on=handing_on,
        )
        students.append(student)
        return student

    def announce(checks: Sequence[CheckResult]) -> None:
        for check in checks:
            tell("announced", check)

    oracle = Oracle(source)
    try:
        run_checks(
            exercise,
            store,
            make_student,
            oracle,
            announce,
            lambda check: tell("finished", check),
            witness=witness,
            withhold=settings.withhold,
            only=part.only,
        )
    finally:
        oracle.close()
        handing_on.close()
    fates = [fate() for fate in handing_on.fates + [fate for student in students for fate in student.fates]]
    return Usage(
        worker_peak_kb=max((fate.peak_kb for fate in fates), default=0),
        worker_cpu=sum(fate.cpu for fate in fates) + oracle.fate().cpu,
        close_calls=tuple(call for student in students for call in student.close_calls),
        layers=tuple(dict.fromkeys(student.layers for student in students if student.layers)),
    )


def ungraded(name: str, exercises: Sequence[Exercise], sentence: str) -> SubmissionResult:
    """Return the result of a submission that cannot be used: nothing earned, and why.

    Args:
        name: of the submission, as it was given.
        exercises: that would have been graded.
        sentence: what is wrong with it.
    """
    checks = [
        dataclasses.replace(_unjudged(exercise, exercise.points), status="failed", message=sentence)
        for exercise in exercises
    ]
    return SubmissionResult(
        name, tuple(checks), 0.0, phrase("nothing was run"), notices=(sentence,), complete=False
    )


def _unjudged(exercise: Exercise, points: float) -> CheckResult:
    """Return what stands for the checks, worth some points, of a judge that ended before it named them.

    Where any of them is kept from students this is too: with it a total would be shown that they count in.
    """
    kept_back = [word for word in exercise.visibility.values() if word != "visible"]
    return CheckResult(
        id=f"{exercise.name}/all",
        exercise=exercise.name,
        title=phrase("The checks of {exercise} are run.", exercise=exercise.name),
        status="error",
        points=0.0,
        max_points=round(points, 2),
        message=phrase(
            "the grader's process for this exercise ended before its first check, which is not your fault"
        ),
        visibility="hidden" if "hidden" in kept_back else next(iter(kept_back), "visible"),
        bonus=exercise.extra,
    )


def _longest_first(exercises: Sequence[Exercise]) -> list[Exercise]:
    """Return the exercises in the order that keeps all cores busy to the end: most points, most checks."""
    return sorted(exercises, key=lambda exercise: -exercise.points)


def _close_calls(usages: dict[str, Usage]) -> list[str]:
    """Return a sentence on each function that was near its deadline: on another day it might not have been in time."""
    longest: dict[str, tuple[float, float]] = {}
    for usage in usages.values():
        for function, seconds, limit in usage.close_calls:
            longest[function] = max(longest.get(function, (0.0, 0.0)), (seconds, limit))
    return [
        phrase(
            "{function} took {seconds:.1f} of the {limit:g} seconds that a call may take, which was close.",
            function=function,
            seconds=seconds,
            limit=limit,
        )
        for function, (seconds, limit) in longest.items()
    ]


def _measurements(source: Source, usages: dict[str, Usage]) -> dict[str, float]:
    return {
        "warm_peak_kb": source.peak_kb,
        "worker_peak_kb": max((usage.worker_peak_kb for usage in usages.values()), default=0),
        "judge_peak_kb": max((usage.judge_peak_kb for usage in usages.values()), default=0),
        "worker_cpu": sum(usage.worker_cpu for usage in usages.values()),
        "judge_cpu": sum(usage.judge_cpu for usage in usages.values()),
    }
