"""The score that counts: what the checks gave, and what each policy did to it."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

from grader.language import phrase
from grader.policies.dropping import keep_best
from grader.policies.facts import Attempt, Facts
from grader.policies.moments import days_begun
from grader.policies.policy import Late, Policy
from grader.policies.words import (
    say_attempt,
    say_dropped,
    say_forgiven,
    say_lowest,
    say_refused,
    say_taken,
    say_unknown,
)
from grader.result import Effect, FinalScore, SubmissionResult


def apply_policies(result: SubmissionResult, policy: Policy, facts: Facts) -> SubmissionResult:
    """Return a result with its final score; as it came where the course has no policy.

    Args:
        result: as graded.
        policy: of the course.
        facts: known of the submission.
    """
    result = dataclasses.replace(result, due_passed=facts.due_passed)
    if policy == Policy() and not any(check.bonus for check in result.checks):
        return result
    return dataclasses.replace(result, final=final_score(result, policy, facts))


def final_score(result: SubmissionResult, policy: Policy, facts: Facts) -> FinalScore:
    """Return the score after the policies, in this order: dropped exercises, bonus, lateness, attempts.

    A score is never negative. No policy but bonus lets it grow beyond the points to be had.
    """
    if (refused := refuse_attempt(policy, facts)) is not None:
        return _stands(result, refused, facts)
    effects = []
    score = result.score
    if policy.drop_lowest:
        effects.append(_drop(result, policy.drop_lowest))
        score += effects[-1].points
    if any(check.bonus for check in result.checks):
        effects.append(_bonus(result))
    if policy.late is not None:
        effects.append(_late(policy.late, facts, round(score, 2), result.max_score))
        score += effects[-1].points
    if policy.attempts_per_day is not None:
        effects.append(_attempts(policy.attempts_per_day, facts))
    return FinalScore(max(0.0, round(score, 2)), result.max_score, tuple(effects))


def refuse_attempt(policy: Policy, facts: Facts) -> str | None:
    """Return why an attempt is not graded: there were as many on its day as count; None where it is graded.

    A day is that of the clock by which the submission is stamped.
    """
    most = policy.attempts_per_day
    if most is None or (today := _attempts_of_the_day(facts)) is None or len(today) < most:
        return None
    return say_refused(most, len(today) + 1)


def _stands(result: SubmissionResult, sentence: str, facts: Facts) -> FinalScore:
    """Return the score of the last attempt that the grader did not fail on."""
    last = max(_without_faults(facts), key=lambda attempt: attempt.submitted)
    score = round(last.score, 2)
    exactly = phrase("{sentence}: {score:g}", sentence=sentence, score=score)
    effect = Effect("attempts_per_day", round(score - result.score, 2), sentence, exactly)
    return FinalScore(score, result.max_score, (effect,))


def _drop(result: SubmissionResult, wanted: int) -> Effect:
    """Leave out the exercises that help most when they are gone; the others stand for all points."""
    points: dict[str, tuple[float, float]] = {}
    for check in result.checks:
        if not check.bonus:
            earned, most = points.get(check.exercise, (0.0, 0.0))
            points[check.exercise] = earned + check.points, most + check.max_points
    points = {name: pair for name, pair in points.items() if pair[1] > 0}
    number = min(wanted, len(points) - 1)
    if number < 1:
        sentence = phrase("the lowest exercise would not count, but there is no other")
        return Effect("drop_lowest", 0.0, sentence, sentence)
    kept = keep_best(points, len(points) - number)
    earned, most = (sum(points[name][part] for name in kept) for part in (0, 1))
    before = sum(pair[0] for pair in points.values())
    gained = max(0.0, round(result.max_score * earned / most - before, 2))
    dropped = {name: pair for name, pair in points.items() if name not in kept}
    says, exactly = say_lowest(number, result.max_score), say_dropped(dropped, result.max_score)
    return Effect("drop_lowest", gained, says, exactly)


def _bonus(result: SubmissionResult) -> Effect:
    earned = sum(check.points for check in result.checks if check.bonus)
    most = sum(check.max_points for check in result.checks if check.bonus)
    return Effect(
        "bonus",
        0.0,
        phrase("bonus points count beyond the points to be had"),
        phrase(
            "{earned:g} of {most:g} bonus points are earned, beyond the {total:g} to be had",
            earned=round(earned, 2),
            most=round(most, 2),
            total=result.max_score,
        ),
    )


def _late(late: Late, facts: Facts, score: float, max_score: float) -> Effect:
    if facts.due is None or facts.submitted is None:
        sentence = say_unknown(due=facts.due is None)
        return Effect("late", 0.0, sentence, sentence)
    overdue = facts.submitted - facts.due
    days = days_begun(overdue - timedelta(minutes=late.grace_minutes))
    if not days:
        sentence = say_forgiven(overdue)
        return Effect("late", 0.0, sentence, sentence)
    percent = min(days * late.percent_per_day, late.most_percent)
    base = score if late.of == "earned" else max_score
    taken = min(score, round(base * percent / 100, 2))
    bounded = days * late.percent_per_day > late.most_percent
    sentence = say_taken(overdue, days, percent, late.of, bounded=bounded)
    return Effect("late", -taken if taken else 0.0, sentence, sentence)


def _attempts(most: int, facts: Facts) -> Effect:
    today = _attempts_of_the_day(facts)
    sentence = say_attempt(most, None if today is None else len(today) + 1)
    return Effect("attempts_per_day", 0.0, sentence, sentence)


def _attempts_of_the_day(facts: Facts) -> list[Attempt] | None:
    """Return the earlier attempts of the submission's day that the grader did not fail on; None if they are unknown."""
    if facts.before is None or facts.submitted is None:
        return None
    zone, day = facts.submitted.tzinfo, facts.submitted.date()
    return [attempt for attempt in _without_faults(facts) if attempt.submitted.astimezone(zone).date() == day]


def _without_faults(facts: Facts) -> list[Attempt]:
    return [attempt for attempt in facts.before or () if not attempt.faulty]
