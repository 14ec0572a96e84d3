"""Grade one submission: its exercises side by side, each check in a worker in which nothing has failed yet."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from fixtures.store import Store
from grader.checking.collected import Collected
from grader.checking.parts import in_order, split
from grader.exercises import Exercise
from grader.isolation import merge_layers, summarise
from grader.judge import Judge
from grader.judges import Kind, Tell, Usage, run_judges
from grader.language import phrase
from grader.result import CheckResult, SubmissionResult
from grader.sandbox.remote import Source
from grader.settings import Settings
from grader.submissions import FoundSubmission


def grade(
    found: FoundSubmission,
    store: Store,
    source: Source,
    settings: Settings,
    collected: Collected,
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
        collected: the checks; each judge finds anew what is not among them.
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

    def judge(names: Sequence[str], report: Tell, begin: Callable[[str], None]) -> Usage:
        with Judge(found, store, source, settings, collected) as one:
            for name in names:
                begin(name)
                one.judge(parts[name], report)
        return one.usage

    # one judge and one oracle for all of them, where no second judge could work at the same time
    turns = [tuple(parts)] if settings.jobs == 1 and parts else [(name,) for name in parts]
    usages = run_judges(judge, turns, settings.jobs, hear, look)
    for exercise in exercises:
        told_of = [check for check in planned.values() if check.exercise == exercise.name]
        missing = exercise.points - sum(check.max_points for check in told_of)
        if not told_of or missing > 0.005:
            planned[exercise.name] = _unjudged(exercise, missing)
    told = [layers for usage in usages for layers in usage.layers]
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


def _close_calls(usages: Sequence[Usage]) -> list[str]:
    """Return a sentence on each function that was near its deadline: on another day it might not have been in time."""
    longest: dict[str, tuple[float, float]] = {}
    for usage in usages:
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


def _measurements(source: Source, usages: Sequence[Usage]) -> dict[str, float]:
    return {
        "warm_peak_kb": source.peak_kb,
        "worker_peak_kb": max((usage.worker_peak_kb for usage in usages), default=0),
        "judge_peak_kb": max((usage.judge_peak_kb for usage in usages), default=0),
        "worker_cpu": sum(usage.worker_cpu for usage in usages),
        "judge_cpu": sum(usage.judge_cpu for usage in usages),
    }
