"""Distances obey the laws that a grade rests on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fixtures.tolerances import LOOSEST, TIGHT, loose_tolerance, margin_faults, residual, thumbnail, updates

FINITE = st.floats(-1e6, 1e6, width=64).filter(lambda x: x == 0 or abs(x) > 1e-6)
MAPS = arrays(np.float64, (3, 2, 5), elements=FINITE)
COMPARISONS = st.sampled_from(["scale", "exact"])


def has_content(values: np.ndarray) -> bool:
    return all(item.any() for item in values)


@given(MAPS, st.floats(1e-12, 1e12))
def test_a_positive_factor_is_no_difference_where_the_scale_is_free(expected, factor):
    """Sums, means and maxima scaled to 1 are the same answer."""
    assume(has_content(expected))
    assert residual(factor * expected, expected, "scale", batched=True) == pytest.approx(0, abs=1e-12)


@given(MAPS, st.floats(1e-12, 1e12))
def test_a_negative_factor_is_as_wrong_as_nothing(expected, factor):
    """Only positive factors are free: an answer upside down is wrong."""
    assume(has_content(expected))
    assert residual(-factor * expected, expected, "scale", batched=True) == pytest.approx(1)


@given(MAPS, st.floats(1e-3, 1e3))
def test_a_factor_is_a_difference_where_the_task_fixes_the_scale(expected, factor):
    """Exact comparison measures the factor itself."""
    assume(has_content(expected))
    assert residual(factor * expected, expected, "exact", batched=True) == pytest.approx(abs(factor - 1))


@given(arrays(np.float64, 7, elements=st.floats(-9, 9)), arrays(np.float64, 7, elements=st.floats(-9, 9)))
def test_the_free_factor_is_the_best_one(yours, expected):
    """A search through positive factors finds one as good, and none better."""
    assume(np.abs(expected).max() > 1e-3)
    assume(np.abs(yours).max() > 1e-3)
    factors = np.geomspace(1e-9, 1e5, 20_001)[:, None]
    searched = np.linalg.norm(factors * yours - expected, axis=1).min() / np.linalg.norm(expected)
    found = residual(yours, expected, "scale")[0]
    assert found <= searched + 1e-9
    assert searched <= found + 1e-2


@given(MAPS, MAPS, COMPARISONS, st.permutations(range(3)))
def test_items_are_judged_each_for_itself(yours, expected, compare, order):
    """Another order of the batch is another order of the residuals, and neighbours don't matter."""
    whole = residual(yours, expected, compare, batched=True)
    assert np.array_equal(residual(yours[order], expected[order], compare, batched=True), whole[order])
    alone = [residual(yours[i : i + 1], expected[i : i + 1], compare, batched=True)[0] for i in range(3)]
    assert np.array_equal(alone, whole)


@given(MAPS, COMPARISONS, st.sampled_from([np.nan, np.inf, -np.inf]), st.integers(0, 29))
def test_what_is_not_finite_never_passes(expected, compare, poison, where):
    """One NaN makes its item infinitely wrong, and no other."""
    yours = expected.copy()
    yours.flat[where] = poison
    judged = residual(yours, expected, compare, batched=True)
    assert judged[where // 10] == np.inf
    assert np.isfinite(np.delete(judged, where // 10)).all()


@given(MAPS, COMPARISONS)
def test_equal_is_zero(expected, compare):
    """The right answer, also an all-zero one, is no distance from itself."""
    assert residual(expected, expected, compare, batched=True) == pytest.approx(0, abs=1e-12)


def test_nothing_is_near_an_all_zero_answer_but_zero():
    """Where nothing is right, anything is infinitely wrong."""
    assert residual(np.full(4, 1e-300), np.zeros(4), "scale")[0] == np.inf


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e200])
def test_extreme_sizes_neither_vanish_nor_overflow(size):
    """Squares of very small or large values would be zero or infinite."""
    expected = np.array([1.0, 2.0, -2.0])
    assert residual(size * expected, expected, "scale")[0] < 1e-3
    assert residual(expected * 1e300, expected, "exact")[0] > 1e299


def test_an_unbatched_answer_is_one_item():
    """Without a batch axis there is one number, however many dimensions there are."""
    assert residual(np.ones((2, 3, 4)), np.ones((2, 3, 4)), "exact").shape == (1,)


def test_shapes_must_agree():
    """A shape mistake is the caller's to report, never a distance."""
    with pytest.raises(ValueError, match=r"expected shape \(2, 3\), got \(3, 2\)"):
        residual(np.ones((3, 2)), np.ones((2, 3)), "exact")


@given(MAPS)
def test_updates_add_up_to_the_states(states):
    """Start plus all changes is the last state."""
    start = np.ones(states.shape[1:])
    changes = updates(start, states)
    assert changes.shape == states.shape
    assert start + changes.sum(axis=0) == pytest.approx(states[-1], abs=1e-6)


def test_a_step_is_seen_however_far_the_start_lies_off():
    """A first step that is wrong by half shows as half, although the state hardly differs."""
    start, right = np.full(6, 1000.0), np.full((1, 6), 1001.0)
    wrong = np.full((1, 6), 1000.5)
    assert residual(updates(start, wrong), updates(start, right), "exact", batched=True)[0] == pytest.approx(
        0.5
    )


@pytest.mark.parametrize(
    ("shape", "kept"), [((2, 25, 27), (2, 13, 14)), ((2, 5, 7), (2, 5, 7)), ((2000,), (2000,))]
)
@given(seed=st.integers(0, 2**32 - 1), scale=st.sampled_from([0, 1e-30, 1, 1e30]))
def test_a_thumbnail_gives_every_other_value_back(shape, kept, seed, scale):
    """Times its peak, it is the values that it kept, to float16's precision; what is small is kept whole."""
    values = scale * np.random.default_rng(seed).standard_normal(shape)
    small, peak = thumbnail(values)
    right = values[:, ::2, ::2] if kept != shape else values
    assert small.dtype == np.float16
    assert small.shape == kept
    assert np.abs(small).max() == (1 if peak else 0)
    assert small.astype(np.float64) * peak == pytest.approx(right, rel=1e-3, abs=peak * 1e-7)


@given(st.one_of(st.none(), st.floats(1e-3, 10)))
def test_the_formula_keeps_its_own_margins(nearest):
    """With a calm reference and a mistake that shows, no margin is ever broken."""
    loose = loose_tolerance(nearest)
    assert margin_faults(1e-6, 1e-14, nearest, TIGHT, loose) == []
    assert loose <= LOOSEST


@pytest.mark.parametrize(
    ("numbers", "clause"),
    [
        ((1e-6, 2e-6, 0.3, 1e-5, 0.05), "float64 spread"),
        ((0.06, 0.0, 0.3, 1e-5, 0.05), "float32 spread"),
        ((1e-6, 0.0, 5e-5, 1e-5, 2e-5), "tenth of the nearest"),
        ((1e-6, 0.0, 0.08, 1e-5, 0.05), "half of the nearest"),
    ],
)
def test_each_broken_margin_is_said(numbers, clause):
    """One clause for one fault, with its numbers."""
    (fault,) = margin_faults(*numbers)
    assert clause in fault
