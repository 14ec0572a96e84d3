"""When an answer is right: tight at once, in between by a second look in float64, beyond never."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.store import open_store
from fixtures.stored import StoredMistake
from fixtures.tolerances import HINT_TOLERANCE, TIGHT, thumbnail
from grader.checking.expected import CloseTo, Target, first_steps, stored_target
from tests.stub_answers import make_answer

EXPECTED = np.random.default_rng(0).normal(0, 1, (6, 8))
OTHER = np.random.default_rng(1).normal(0, 1, (6, 8))
LOOSE = 1e-2
MISTAKE = "It looks like something else: do this instead."


def target(**changes):
    """Return the target of one 6 x 8 map, to be compared as it is."""
    return Target(**{"expected": EXPECTED, "axes": "(H, W)", "compare": "exact", "loose": LOOSE} | changes)


def judged(answer, goal):
    """Return whether an answer is right, and the findings."""
    findings = []
    return answer == CloseTo(goal, findings.append), findings


def off_by(distance, values=EXPECTED):
    """Return values at a relative distance from others."""
    step = OTHER / np.linalg.norm(OTHER) * np.linalg.norm(values)
    return values + distance * step


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_an_answer_within_the_tight_tolerance_is_right(dtype):
    """Without a second look: the float64 answer would have raised."""
    assert judged(make_answer(off_by(TIGHT / 3).astype(dtype)), target()) == (True, [])


def test_an_answer_in_between_is_right_if_float64_is():
    """A flipped ReLU is rounding, not a mistake."""
    assert judged(make_answer(off_by(LOOSE / 2), again=off_by(TIGHT / 2)), target()) == (True, [])


def test_an_answer_in_between_is_wrong_if_float64_is():
    """A small mistake stays in float64; the sentence is about that answer, not about rounding."""
    right, (finding,) = judged(make_answer(off_by(LOOSE / 2), again=off_by(LOOSE / 4)), target())

    assert not right
    assert "off by 0.25 % of its norm" in finding.message


def test_code_that_runs_in_float32_only_is_judged_by_the_loose_tolerance():
    """Whether it raises in float64 or answers in float32 all the same."""
    near, far = off_by(LOOSE / 2), off_by(LOOSE * 2)

    assert judged(make_answer(near), target()) == (True, [])
    assert judged(make_answer(near, again=near.astype(np.float32)), target()) == (True, [])
    assert not judged(make_answer(far), target())[0]


def test_an_answer_beyond_the_loose_tolerance_gets_no_second_chance():
    """What is plainly wrong in float32 is not made right by being right in float64."""
    assert not judged(make_answer(off_by(LOOSE * 2), again=EXPECTED), target())[0]


@given(factor=st.floats(1e-6, 1e6))
def test_a_positive_scale_is_free_where_the_task_leaves_it(factor):
    """Sums and means over a batch are one answer; where the task fixes the scale they are two."""
    assert judged(make_answer(factor * EXPECTED), target(compare="scale"))[0]
    assert judged(make_answer(factor * EXPECTED), target())[0] == (abs(factor - 1) < TIGHT)


@given(factor=st.floats(-1e6, 0))
def test_a_negative_or_no_scale_is_never_free(factor):
    """The opposite of a map, and an empty one, are wrong."""
    assert not judged(make_answer(factor * EXPECTED), target(compare="scale"))[0]


def test_each_image_of_a_batch_has_a_scale_of_its_own_and_is_judged_alone():
    """One wrong image among right ones is wrong, and is the one that is named."""
    batch = np.stack([EXPECTED, OTHER, EXPECTED + OTHER])
    goal = target(expected=batch, axes="(N, H, W)", compare="scale", batched=True)
    scaled = batch * np.array([1, 5, 0.1])[:, None, None]
    spoilt = scaled.copy()
    spoilt[1] = EXPECTED

    assert judged(make_answer(scaled), goal)[0]
    right, (finding,) = judged(make_answer(spoilt), goal)
    assert not right
    assert finding.message.startswith("image 2 of 3 is off by ")


def test_what_other_conventions_give_is_right():
    """Any of the accepted answers will do, as a whole."""
    goal = target(accepted={"doubled": 2 * EXPECTED})
    assert judged(make_answer(2 * EXPECTED), goal)[0]
    assert not judged(make_answer(1.5 * EXPECTED), goal)[0]


def test_steps_are_judged_by_what_they_changed():
    """A state hides a step behind what it started from: a wrong step on a large image is still wrong."""
    start = 1000 * OTHER
    steps = np.stack([EXPECTED, OTHER])
    goal = target(expected=steps, axes="(H, W)", measure="updates", batched=True, start=start)
    states = start + np.cumsum(steps, axis=0)

    assert judged(make_answer(states), goal)[0]
    right, (finding,) = judged(make_answer(start + np.cumsum([EXPECTED, -OTHER], axis=0)), goal)
    assert not right
    assert finding.message.startswith("step 2 of 2 is off by 200 % of its norm")


def stored(name, values):
    """Return a mistake as the store keeps it."""
    small, peak = thumbnail(values)
    return StoredMistake(name, f"It looks like {name}.", small, peak, 1.0)


def test_a_known_mistake_is_recognised_by_its_output():
    """The nearest one within the tolerance, whether stored or from a law; none where none is near."""
    wrong = EXPECTED + OTHER
    goal = target(
        mistakes=(stored("that", off_by(HINT_TOLERANCE / 3, wrong)), stored("another", 2 * wrong)),
        named_mistakes={MISTAKE: OTHER},
    )

    assert judged(make_answer(wrong), goal)[1][0].hint == "It looks like that."
    assert judged(make_answer(OTHER), goal)[1][0].hint == MISTAKE
    assert judged(make_answer(off_by(0.1, wrong)), goal)[1][0].hint is None


def test_of_two_near_mistakes_the_nearer_is_named():
    """Also if it comes later in the list."""
    wrong = EXPECTED + OTHER
    far, near = off_by(HINT_TOLERANCE * 0.9, wrong), off_by(HINT_TOLERANCE * 0.1, wrong)

    assert judged(make_answer(wrong), target(named_mistakes={"far": far, "near": near}))[1][0].hint == "near"
    assert judged(make_answer(wrong), target(named_mistakes={"near": near, "far": far}))[1][0].hint == "near"


def test_a_mistake_of_another_shape_is_passed_over():
    """Cases that were cut to their first steps keep their other mistakes."""
    goal = target(mistakes=(stored("large", np.ones((20, 20))),))
    assert judged(make_answer(OTHER), goal)[1][0].hint is None


def test_a_mistake_that_rounding_hides_is_recognised_in_float64():
    """The gradient of a probability near 1 is noise in float32."""
    goal = target(named_mistakes={MISTAKE: OTHER})
    assert judged(make_answer(off_by(0.5, OTHER), again=OTHER), goal)[1][0].hint == MISTAKE
    assert judged(make_answer(off_by(0.5, OTHER)), goal)[1][0].hint is None


@pytest.mark.parametrize(
    ("yours", "words"),
    [
        (np.zeros((6, 8)), "the result is zero everywhere"),
        (3 * EXPECTED, "it is 3 times what is expected"),
        (-EXPECTED, "it is -1 times what is expected"),
        (off_by(0.5), "the result is off by 50 % of its norm, 50,000 times what is allowed; most at row "),
        (
            off_by(1e12),
            "off by >1,000,000,000 % of its norm, >1,000,000,000 times what is allowed; most at row ",
        ),
        (off_by(0.00003), "the result is off by 0.003 % of its norm, 3.0 times what is allowed"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(yours, words):
    """How much, how much is allowed, by which factor, and where most."""
    _, (finding,) = judged(make_answer(yours), target(loose=TIGHT))
    assert words in finding.message


def test_the_place_of_the_largest_difference_is_named():
    """By row and column, counted from 0 as Python does."""
    yours = EXPECTED.copy()
    yours[4, 7] += 5
    _, (finding,) = judged(make_answer(yours), target())
    assert finding.message.endswith("most at row 4, column 7")


def test_the_right_answer_is_not_given_away():
    """No value of it stands in the sentence."""
    _, (finding,) = judged(make_answer(OTHER), target())
    numbers = {f"{value:.3g}" for value in EXPECTED.ravel()} | {f"{value:.2f}" for value in EXPECTED.ravel()}
    assert not numbers & set(finding.message.replace(",", " ").split())


def test_several_wrong_images_are_counted():
    """The worst of them is told about."""
    batch = np.stack([EXPECTED] * 3)
    goal = target(expected=batch, axes="(N, H, W)", batched=True)
    yours = np.stack([EXPECTED, off_by(0.2), off_by(0.4)])
    _, (finding,) = judged(make_answer(yours), goal)
    assert finding.message.startswith("2 of 3 images are wrong; image 3 is off by 40 % of its norm")


def test_only_an_answer_is_compared():
    """A bare array on the left is a mistake in a check, and must not spread over elements."""
    goal = CloseTo(target(), [].append)
    assert (goal == EXPECTED) is False
    assert (goal == None) is False  # noqa: E711
    assert repr(goal) == "what is expected"


@pytest.mark.parametrize("steps", [1, 2])
def test_a_case_in_steps_can_be_cut_short(steps):
    """Call, right answers and mistakes are cut alike."""
    whole = open_store().case("class_visualization/two_steps")
    cut = first_steps(whole, steps)
    goal = stored_target(cut, "(1, 3, H, W)")

    assert cut.call.steps == len(cut.expected) == steps
    assert all(len(values) == steps for values in cut.accepted.values())
    assert all(len(mistake.thumbnail) == steps for mistake in cut.mistakes)
    assert goal.start is whole.call.arguments[0].values
    states = goal.start + np.cumsum(whole.expected, axis=0)
    assert judged(make_answer(states[:steps]), goal)[0]
