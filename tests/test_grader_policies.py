"""What policies do to a score: laws that hold for every submission, and the words that say what was done."""

from __future__ import annotations

import dataclasses
import json
from datetime import datetime, timedelta, timezone
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.policies.course import CoursePolicies
from grader.policies.dropping import keep_best
from grader.policies.facts import Attempt, Facts
from grader.policies.moments import read_moment, say_length
from grader.policies.policy import Late, Policy
from grader.policies.score import apply_policies, final_score
from grader.reports.partial import PartialResults
from grader.result import CheckResult, SubmissionResult
from tests.test_grader_reports import RIGHT, STUB, WRONG, result_of

DUE = datetime(2026, 12, 1, 23, 59, tzinfo=timezone(timedelta(hours=1)))
LATE = Late(percent_per_day=10, grace_minutes=15, most_percent=50)
SOME = settings(max_examples=60, deadline=None)

percents = st.integers(0, 100).map(float)
lates = st.builds(
    Late, percents, st.sampled_from(["earned", "possible"]), st.integers(0, 3000).map(float), percents
)
policies = st.builds(Policy, st.none() | lates, st.none() | st.integers(1, 3), st.integers(0, 5))
moments = st.integers(-5000, 30_000).map(lambda minutes: DUE + timedelta(minutes=minutes))
attempts = st.builds(Attempt, moments, st.integers(0, 9000).map(lambda number: number / 100), st.booleans())
facts = st.builds(
    Facts, st.just(DUE) | st.none(), st.none(), moments | st.none(), moments, st.none() | st.lists(attempts).map(tuple)
)  # fmt: skip


@st.composite
def graded(draw):
    """Return a result of some checks of some exercises."""
    checks = []
    for number in range(draw(st.integers(1, 9))):
        most = draw(st.integers(0, 3000)) / 100
        earned = round(most * draw(st.integers(0, 4)) / 4, 2)
        exercise = draw(st.sampled_from(["filters", "saliency", "cam", "tsne"]))
        checks.append(
            CheckResult(
                f"{exercise}/{number}", exercise, "It is.", "failed", earned, most, bonus=draw(st.booleans())
            )
        )
    return SubmissionResult("assignment", tuple(checks), 1.0, "a wall")


def only(policy, **changes):
    """Return a policy with some parts, and nothing that hangs on earlier attempts."""
    return dataclasses.replace(policy, attempts_per_day=None, **changes)


NOTHING = Facts()


def score(result, policy, known=NOTHING):
    return final_score(result, policy, known).score


@given(graded(), policies, facts)
@SOME
def test_what_is_told_adds_up_to_a_score_that_is_not_negative(result, policy, known):
    """The points of the checks and of each sentence are the final score; the highest score stays as it is."""
    final = final_score(result, policy, known)

    assert final.score >= 0
    assert final.score == pytest.approx(
        result.score + sum(effect.points for effect in final.effects), abs=0.011
    )
    assert final.max_score == result.max_score


@given(graded(), policies, facts)
@SOME
def test_a_penalty_never_raises_a_score(result, policy, known):
    """Nor does one that is steeper, or begins sooner, take off less."""
    before = score(result, only(policy, late=None), known)
    assert score(result, only(policy), known) <= before
    if policy.late is not None:
        steeper = dataclasses.replace(policy.late, percent_per_day=100.0, grace_minutes=0.0)
        assert score(result, only(policy, late=steeper), known) <= score(result, only(policy), known)


@given(graded(), policies, moments, moments)
@SOME
def test_whoever_is_later_never_gets_more(result, policy, one, other):
    """And whoever is in time loses nothing."""
    sooner, later = (
        score(result, only(policy), Facts(due=DUE, submitted=when)) for when in sorted([one, other])
    )
    assert later <= sooner
    in_time = score(result, only(policy), Facts(due=DUE, submitted=min(one, DUE)))
    assert in_time == score(result, only(policy, late=None))


@given(graded(), policies, facts)
@SOME
def test_a_bonus_never_lowers_a_score(result, policy, known):
    """And changes nothing of what is to be had."""
    without = dataclasses.replace(result, checks=tuple(check for check in result.checks if not check.bonus))
    assert score(without, only(policy), known) <= score(result, only(policy), known)
    assert without.max_score == result.max_score


@given(graded(), st.integers(0, 4))
@SOME
def test_dropping_never_lowers_a_score(result, number):
    """Dropping one more raises it or leaves it; without bonus points it stays within what is to be had."""
    fewer, more = (score(result, Policy(drop_lowest=some)) for some in (number, number + 1))
    bonus = sum(check.points for check in result.checks if check.bonus)

    assert result.score - 0.005 <= fewer <= more
    assert more <= result.max_score + bonus + 0.005


@given(
    st.dictionaries(st.sampled_from("abcdef"), st.tuples(st.integers(0, 9), st.integers(9, 30)), min_size=2),
    st.data(),
)
@SOME
def test_those_are_kept_that_give_the_largest_share(points, data):
    """As trying every choice shows."""
    count = data.draw(st.integers(1, len(points) - 1))

    def share(names):
        return sum(points[name][0] for name in names) / sum(points[name][1] for name in names)

    kept = keep_best(points, count)
    assert len(kept) == count
    assert share(kept) == pytest.approx(max(map(share, combinations(points, count))))


def test_without_a_policy_a_result_is_as_it_came():
    """Whatever is known of it."""
    result = result_of(RIGHT, WRONG)
    assert apply_policies(result, Policy(), Facts(due=DUE, submitted=DUE + timedelta(9))) == result


@pytest.mark.parametrize(
    ("hours", "points", "words"),
    [
        (-1, 0, "handed in on time, so nothing is taken off"),
        (0.2, 0, "handed in 12 minutes late, which is forgiven"),
        (1, -0.5, "handed in 1 hour late, 1 day begun: 10 % of the points earned are taken off"),
        (24, -0.5, "handed in 1 day late, 1 day begun: 10 %"),
        (24.5, -1, "handed in 1 day late, 2 days begun: 20 %"),
        (51, -1.5, "handed in 2 days 3 hours late, 3 days begun: 30 %"),
        (999, -2.5, "50 % of the points earned are taken off, the most"),
    ],
)
def test_lateness_is_counted_in_days_begun_after_the_grace(hours, points, words):
    """And does not grow beyond the most."""
    known = Facts(due=DUE, submitted=DUE + timedelta(hours=hours))
    full = dataclasses.replace(WRONG, points=2.0)
    (effect,) = final_score(result_of(RIGHT, full), Policy(late=LATE), known).effects

    assert effect.points == points
    assert words in effect.exactly


def test_a_penalty_may_be_of_what_was_to_be_had():
    """Then it weighs more on a submission that earned little, and takes no more than that."""
    known = Facts(due=DUE, submitted=DUE + timedelta(days=1))
    of_all = Policy(late=Late(50, of="possible"))

    assert score(result_of(RIGHT, WRONG), of_all, known) == 0.25  # 3 of 5.5
    nothing = final_score(result_of(WRONG, STUB), of_all, known)
    assert (nothing.score, nothing.effects[0].points) == (0, 0)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (Facts(submitted=DUE), "when it was due is not known here"),
        (Facts(due=DUE), "when it was handed in is not known here"),
    ],
)
def test_where_a_date_is_not_known_nothing_is_taken_off(known, words):
    """And that is said."""
    final = final_score(result_of(RIGHT), Policy(late=LATE), known)
    assert (final.score, words in final.effects[0].says) == (3, True)


def test_the_lowest_exercise_does_not_count():
    """The others stand for all points; where there is one exercise only, it counts."""
    result = result_of(RIGHT, WRONG, STUB)
    final = final_score(result, Policy(drop_lowest=1), Facts())
    (alone,) = final_score(result_of(RIGHT, WRONG), Policy(drop_lowest=1), Facts()).effects

    assert (final.score, final.max_score) == (3.55, 6.5)  # 3 of 5.5
    assert final.effects[0].exactly == (
        "saliency (0 of 1) does not count; the others stand for all 6.5 points"
    )
    assert (alone.points, alone.says) == (0, "the lowest exercise would not count, but there is no other")


def test_bonus_points_count_beyond_the_total():
    """With them a score may be higher than all that is to be had."""
    extra = dataclasses.replace(RIGHT, id="cam/a", exercise="cam", bonus=True)
    final = final_score(result_of(RIGHT, extra), Policy(), Facts())

    assert (final.score, final.max_score) == (6, 3)
    assert final.effects[0].exactly == "3 of 3 bonus points are earned, beyond the 3 to be had"


def test_an_attempt_too_many_leaves_the_score_of_the_one_before():
    """Attempts of other days, as the submission's own clock says, and those that the grader failed on, do not count."""
    yesterday = datetime(2026, 11, 30, 22, 30, tzinfo=timezone.utc)  # 23:30 where the course is
    today = [Attempt(yesterday + timedelta(hours=hours), 10.0 + hours) for hours in (1, 2)]  # 0:30 and 1:30
    broken = Attempt(DUE - timedelta(hours=1), 99.0, faulty=True)
    before = (Attempt(yesterday, 1.0), *today, broken)
    known = Facts(due=DUE, submitted=DUE, before=before)
    refused, third = (final_score(result_of(WRONG), Policy(attempts_per_day=most), known) for most in (2, 3))

    assert refused.score == 12
    assert refused.effects[0].says == (
        "2 attempts a day are graded, and this is number 3 of its day; the score of the one before stands"
    )
    assert (third.score, third.effects[0].says) == (0, "3 attempts a day are graded; this is number 3")
    unknown = final_score(result_of(RIGHT), Policy(attempts_per_day=1), Facts(submitted=DUE))
    assert (unknown.score, unknown.effects[0].says) == (
        3, "1 attempt a day is graded; how many there were is not known here",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-12-01T23:59+01:00", DUE),
        ("2026-12-01T22:59:00Z", DUE),
        ("2026-12-01 22:59:00.000000+00:00", DUE),
    ],
)
def test_moments_are_read(text, moment):
    """As people and platforms write them."""
    assert read_moment(text) == moment


def test_a_moment_without_an_offset_is_by_this_machines_clock():
    """And always has one after it was read."""
    assert read_moment("2026-12-01T23:59").utcoffset() is not None
    with pytest.raises(ValueError, match="'tomorrow' is no time such as 2026-12-01T23:59"):
        read_moment("tomorrow")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=5), "1 minute"),
        (timedelta(minutes=61), "1 hour 1 minute"),
        (timedelta(hours=48, minutes=59), "2 days"),
    ],
)
def test_lengths_are_said_in_their_two_largest_units(length, words):
    """Nobody asks for the seconds."""
    assert say_length(length) == words


def test_what_is_known_while_a_run_lasts_is_counted_alike(tmp_path):
    """A platform that stops the grader must not be left with a score that no policy has seen."""
    policies = CoursePolicies(Policy(LATE), Facts(due=DUE, submitted=DUE + timedelta(hours=1)))
    partial = PartialResults("assignment", ["filters"], tmp_path, least_seconds=0, finish=policies.apply)
    partial.tell("finished", RIGHT)

    assert json.loads((tmp_path / "results.json").read_text("utf-8"))["score"] == 2.7
