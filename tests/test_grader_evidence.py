"""What a page shows of a check is small, tells the truth, and in official mode is the student's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from fixtures.arguments import Array, Call, Model
from fixtures.normalise import normalise
from fixtures.store import open_store
from grader.checking.calls_in_words import describe_call, pick_class, pick_picture
from grader.checking.evidence import Witness
from grader.checking.expected import CloseTo, Target
from grader.checking.mosaics import middle_of, mosaic
from grader.checking.reducing import LARGEST, reduce
from grader.evidence import Evidence, Exhibit, Frame, pack, unpack
from tests.stub_answers import make_answer

RIGHT = np.random.default_rng(0).normal(0, 1, (6, 8)).astype(np.float32).astype(np.float64)
WRONG = RIGHT + np.eye(6, 8)
PICTURES = open_store().pictures("squeezenet")
KEPT = 1 / 2000  # of the largest number: what evidence keeps of each
CALL = Call("saliency.f", (Array(PICTURES.normalised[:2]), Array(np.array([7, 2])), Model("squeezenet")))


def witness_of(answer, target, *, withhold=False, call=CALL):
    """Return a witness of one comparison."""
    witness = Witness({"f": "(H, W)"}, withhold=withhold)
    witness.asks(call)
    witness.answered(answer)
    assert (answer == CloseTo(target, lambda _: None, witness=witness)) in (True, False)
    return witness


def target(**changes):
    return Target(**{"expected": RIGHT, "axes": "(H, W)", "compare": "exact"} | changes)


def test_what_is_packed_comes_out_again():
    """Arrays with their dtypes, words, lines of code."""
    exhibit = Exhibit(
        "map",
        RIGHT.astype(np.float32),
        asked=PICTURES.images[0],
        part="image 1 of 2",
        place=(1, 2),
        scaled=0.5,
    )
    evidence = Evidence("f(x)", (exhibit,), (Frame("a.py", 3, "f", 1, ("def f(x):", "\tpass")),))
    found = unpack(pack(evidence))

    assert (found.called, found.frames) == (evidence.called, evidence.frames)
    assert found.exhibits[0].yours.dtype == np.float32
    np.testing.assert_array_equal(found.exhibits[0].asked, exhibit.asked)
    assert (found.exhibits[0].place, found.exhibits[0].expected, found.exhibits[0].scaled) == (
        (1, 2),
        None,
        0.5,
    )


VALUES = npst.arrays(
    np.float32,
    npst.array_shapes(min_dims=1, max_dims=3, max_side=6, min_side=0),
    elements=st.floats(-(2.0**100), 2.0**100, width=32) | st.sampled_from([np.nan, np.inf, -np.inf]),
)


@given(VALUES)
def test_numbers_are_kept_finer_than_they_are_drawn(values):
    """Each to a two-thousandth of the largest, which is itself exact; what is not finite stays so."""
    packed = pack(Evidence("", (Exhibit("map", values),)))
    (shown,) = unpack(packed).exhibits
    finite = np.isfinite(values)
    largest = np.abs(values[finite]).max(initial=0)

    assert (shown.yours.dtype, shown.yours.shape) == (np.float32, values.shape)
    np.testing.assert_allclose(shown.yours[finite], values[finite], rtol=0, atol=KEPT * largest)
    assert np.abs(shown.yours[finite]).max(initial=0) == largest
    assert not np.isfinite(shown.yours[~finite]).any()


def test_half_the_bytes_are_enough():
    values = np.linspace(0, 1, 10_000, dtype=np.float32)
    assert len(pack(Evidence("", (Exhibit("curve", values),)))) < 0.6 * values.nbytes


def test_a_wrong_map_is_shown_with_what_is_expected_and_where_it_differs():
    """Also the picture and the class that were asked for."""
    far = RIGHT.copy()
    far[4, 5] += 9
    (shown,) = unpack(witness_of(make_answer(far), target()).evidence(passed=False)).exhibits

    assert (shown.kind, shown.right, shown.place, shown.where) == ("signed", False, (4, 5), "row 4, column 5")
    np.testing.assert_allclose(shown.expected, RIGHT, atol=KEPT * np.abs(RIGHT).max())
    np.testing.assert_allclose(shown.difference, far - RIGHT, atol=KEPT * 9)
    assert shown.asked.shape == PICTURES.images[0].shape
    assert shown.label == "class 7"


def test_the_worst_of_a_batch_is_shown():
    """With the picture and the class of that one."""
    batch = np.stack([RIGHT, RIGHT])
    off = batch.copy()
    off[1, 2, 3] += 5
    witness = witness_of(make_answer(off), target(expected=batch, axes="(N, H, W)", batched=True))
    (shown,) = unpack(witness.evidence(passed=False)).exhibits

    assert (shown.part, shown.label, shown.where) == ("image 2 of 2", "class 2", "row 2, column 3")


def test_a_free_scale_is_taken_out():
    """Before yours and what is expected are drawn in the same colours."""
    off = 10 * WRONG
    witness = witness_of(make_answer(off), target(compare="scale"))
    (shown,) = unpack(witness.evidence(passed=False)).exhibits

    assert shown.scaled == pytest.approx((off * RIGHT).sum() / (off * off).sum())
    np.testing.assert_allclose(shown.yours / shown.scaled, off, atol=KEPT * np.abs(off).max())


@pytest.mark.parametrize("values", [RIGHT, WRONG], ids=["right", "wrong"])
@pytest.mark.parametrize("compare", ["exact", "scale"])
def test_what_is_withheld_does_not_leave_the_judge(values, compare):
    """No expected value, no difference, no input, no factor: the student's own numbers as they are."""
    witness = witness_of(make_answer(values), target(compare=compare), withhold=True)
    evidence = unpack(witness.evidence(passed=values is RIGHT))
    (shown,) = evidence.exhibits

    assert evidence.called == ""
    assert (shown.expected, shown.difference, shown.asked) == (None, None, None)
    assert (shown.label, shown.place, shown.where, shown.scaled) == ("", None, "", 1.0)
    np.testing.assert_allclose(shown.yours, values, atol=KEPT * np.abs(values).max())


def test_an_answer_that_nothing_is_compared_with_is_shown_too():
    """A property check compares no numbers, and yet there is something to look at."""
    witness = Witness({"f": "(H, W)"})
    witness.asks(CALL)
    witness.answered(make_answer(RIGHT))
    (shown,) = unpack(witness.evidence(passed=True)).exhibits

    assert (shown.kind, shown.right) == ("signed", None)


def test_a_picture_that_was_changed_is_shown_with_the_change():
    """For images that fool: what was added, in intensities."""
    changed = PICTURES.normalised[:1].copy()
    changed[0, 0, 5, 6] += 0.5
    witness = Witness({"f": "(1, 3, H, W)"})
    witness.asks(Call("fooling.f", (Array(PICTURES.normalised[:1]), 3, Model("squeezenet"))))
    witness.answered(make_answer(changed))
    (shown,) = unpack(witness.evidence(passed=True)).exhibits

    assert (shown.kind, shown.expected, shown.label) == ("picture", None, "class 3")
    assert np.abs(shown.difference).max() == pytest.approx(0.5 * 0.229 * 255, rel=1e-4)


def test_a_picture_that_cannot_be_made_costs_no_point():
    """The verdict stands, whatever a student's arrays bring about."""
    witness = Witness({})
    witness.showed_tiles(lambda: 1 / 0, right=True)
    assert witness.evidence(passed=True) is None


def test_lines_of_an_exception_are_kept_clean_and_few():
    """Escapes are gone, and a recursion is cut to its last lines."""
    frame = {
        "file": "a.py",
        "line": 2,
        "function": "f",
        "code": "f()",
        "first": 1,
        "around": ["\x1b[31mdef f():\n", "  f()\n"],
    }
    witness = Witness({})
    witness.raised({"frames": [frame] * 8})
    frames = unpack(witness.evidence(passed=False)).frames

    assert 0 < len(frames) < 8
    assert frames[0].around == ("def f():", "  f()")
    assert witness.evidence(passed=True) is None


@pytest.mark.parametrize("side", [5, LARGEST, 2 * LARGEST, 2 * LARGEST + 1, 1000])
def test_large_maps_are_thinned_out_and_keep_their_peaks(side):
    """One pixel of a saliency map may be all that matters; the place is that of what is drawn."""
    values = np.zeros((side, side))
    values[side - 1, 2] = -3.0
    reduced = reduce(values, np.zeros_like(values))

    assert max(reduced.yours.shape) <= LARGEST
    assert reduced.yours[reduced.place] == -3.0
    assert reduced.where == f"row {side - 1}, column 2"


@pytest.mark.parametrize(
    ("shape", "kind"),
    [((), "numbers"), ((2,), "numbers"), ((40,), "curve"), ((3, 4), "numbers"), ((30, 2), "points"),
     ((5, 5), "map"), ((3, 16, 16), "colours"), ((7, 16, 16), "map"), ((2, 3, 16, 16), "colours")],
)  # fmt: skip
def test_every_shape_has_a_way_to_be_shown(shape, kind):
    """Whatever came back."""
    assert reduce(np.abs(np.random.default_rng(1).normal(0, 1, shape)), None).kind == kind


def test_values_that_are_not_finite_are_shown_as_they_are():
    """A map full of NaN is what the student has to see."""
    values = np.full((6, 6), np.nan)
    values[0, 0] = np.inf
    assert not np.isfinite(reduce(values, None).yours).any()


def test_noise_is_no_picture():
    """Random input says nothing; a scene does."""
    noise = np.random.default_rng(1).normal(0, 1, (1, 3, 64, 64)).astype(np.float32)
    assert pick_picture(Call("a.f", (Array(noise),)), 0) is None
    np.testing.assert_allclose(pick_picture(CALL, 1), PICTURES.images[1], atol=1)
    assert pick_class(CALL, 1) == "class 2"
    assert pick_class(Call("a.f", (Array(noise), Model("vgg"))), 0) == ""


def test_a_call_is_told_in_one_line():
    """Arrays by their shapes, a few numbers as they are."""
    call = Call(
        "a.f",
        (Array(normalise(PICTURES.images[:1])), Array(np.array([0.7, -1.2], np.float32)), 3, None),
        {"seed": 2.5},
    )
    assert describe_call(call) == "f(array 1 × 3 × 112 × 112, [0.7, -1.2], 3, None, seed=2.5)"


@pytest.mark.parametrize("wrong", [0, 17, 63])
def test_the_wrong_tile_is_in_the_mosaic(wrong):
    """Of a layer with many tiles, some are shown, and the mark is on the one that is wrong."""
    tiles = np.tile(np.linspace(0, 1, 9).reshape(1, 3, 3), (64, 1, 1))
    tiles[wrong] = -tiles[wrong]
    row, column = middle_of(tiles, wrong)
    picture = mosaic(tiles, wrong)

    assert picture[row - 1, column - 1, 0] == 255
    assert picture[row + 1, column + 1, 0] == 0
