"""What came back is looked at before it is used: kind, shape, dtype, finiteness."""

from __future__ import annotations

import numpy as np
import pytest

from grader.errors import StudentFault
from tests.stub_answers import make_answer


def test_numbers_come_in_the_shape_that_was_asked_for():
    """Axes of length one may be missing or added, as a batch axis often is."""
    values = np.arange(6, dtype=np.float32).reshape(1, 2, 3)

    for given in (values, values[0], values[:, None], values[..., None]):
        assert np.array_equal(make_answer(given).finite((2, 3), "(H, W)"), values[0])


@pytest.mark.parametrize("shape", [(3, 2), (6,), (2, 3, 2), (), (0,)])
def test_another_shape_is_said_beside_the_right_one(shape):
    """A student can see which axis is wrong."""
    sentence = rf"f returned shape {shape}, expected (2, 3), which is (H, W)"
    with pytest.raises(StudentFault) as caught:
        make_answer(np.zeros(shape)).finite((2, 3), "(H, W)")
    assert str(caught.value) == sentence


@pytest.mark.parametrize("dtype", ["uint8", "int64", "bool"])
def test_whole_numbers_are_no_map(dtype):
    """A map that was rounded or compared has lost what is judged."""
    with pytest.raises(StudentFault, match=f"f returned {dtype} numbers, expected floating point"):
        make_answer(np.ones((2, 3), dtype)).finite((2, 3), "(H, W)")


def test_whole_numbers_may_be_drawn():
    """A picture in 256 grey values is a picture."""
    drawn = make_answer(drawn=[[np.ones((2, 3), np.uint8)]])
    assert drawn.finite((2, 3), "(H, W)").dtype == np.uint8


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_values_that_are_not_finite_are_counted(bad):
    """With the usual reason."""
    values = np.ones((2, 3))
    values[0, :2] = bad
    with pytest.raises(StudentFault, match=r"f returned 2 values that are not finite .* out of 6") as caught:
        make_answer(values).finite((2, 3), "(H, W)")
    assert "division by zero" in caught.value.hint


@pytest.mark.parametrize(
    ("result", "words"),
    [
        ({"kind": "number", "value": 0.25, "type": "float"}, "the number 0.25"),
        ({"kind": "text", "value": "no"}, "a piece of text"),
        ({"kind": "list", "type": "tuple", "items": [1, 2, 3]}, "a tuple of 3 things"),
        ({"kind": "other", "type": "saliency.Map"}, "an object of type saliency.Map"),
        ({"kind": "other", "type": "x" * 1000}, "an object of type " + "x" * 80),
        ({"kind": "unheard of"}, "an object of type ?"),
    ],
)
def test_what_is_no_tensor_is_put_in_words(result, words):
    """Every kind of result that a worker can describe."""
    with pytest.raises(StudentFault) as caught:
        _ = make_answer(result).values
    assert str(caught.value) == f"f returned {words}, where a tensor is expected"


def test_nothing_returned_and_nothing_drawn_says_what_to_do():
    """The return statement was forgotten."""
    with pytest.raises(StudentFault, match="f returned None") as caught:
        _ = make_answer().values
    assert caught.value.hint == "end the function with a return statement"


def test_what_was_drawn_stands_in_for_what_was_not_returned():
    """The first picture of the first figure; what was returned comes before it."""
    first, second = np.zeros((2, 3)), np.ones((2, 3))

    assert np.array_equal(make_answer(drawn=[[first, second]]).values, first)
    assert np.array_equal(make_answer(second, drawn=[[first]]).values, second)


def test_arguments_and_figures_are_kept_in_order():
    """Where an argument is no tensor there is none."""
    answer = make_answer(after=[np.zeros(2), None], drawn=[[np.zeros((1, 1))], []], titles=[["a", "b"], []])

    assert [values is None for values in answer.after] == [False, True]
    assert [len(figure.images) for figure in answer.figures] == [1, 0]
    assert [figure.titles for figure in answer.figures] == [("a", "b"), ()]
    assert len(answer.drawn) == 1
    assert answer.picture is None
