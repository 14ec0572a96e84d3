"""Parts of an answer: entries of a dict, items of a list, numbers and texts, and what is said where there are none."""

from __future__ import annotations

import numpy as np
import pytest

from grader.errors import StudentFault
from tests.stub_answers import make_answer

NUMBER, TEXT = {"kind": "number", "value": 7.0, "type": "int"}, {"kind": "text", "value": "relu"}
LIST = {"kind": "list", "type": "tuple", "items": [NUMBER, TEXT, NUMBER]}
DICT = {"kind": "dict", "type": "dict", "keys": ["conv1", "fc"], "items": [NUMBER, LIST]}


def test_parts_of_parts_are_reached():
    """By their keys and positions, outermost first."""
    answer = make_answer(DICT)

    assert list(answer.mapping) == ["conv1", "fc"]
    assert answer.part("conv1").number == 7
    assert answer.part("fc", 1).text == "relu"
    assert [item.number for item in answer.part("fc").items[::2]] == [7, 7]


def test_a_part_is_asked_again_as_the_same_part():
    """The float64 answer that decides a doubtful part is that part, not the whole result."""
    whole = make_answer(LIST)
    whole._again = lambda dtype: make_answer(DICT | {"keys": [dtype, "fc"]})

    assert whole.again("float64").part("float64").number == 7
    again = make_answer({"kind": "list", "type": "list", "items": [TEXT, NUMBER]})
    whole._again = lambda dtype: again
    assert whole.part(1).again("float64").number == 7


@pytest.mark.parametrize(
    ("returned", "keys", "words"),
    [
        (DICT, ["fc2"], "f returned only the keys 'conv1', 'fc', and the key 'fc2' is expected"),
        (DICT, [0], "f returned a dict of 2 things, where a list or tuple is expected"),
        (LIST, ["conv1"], "f returned a tuple of 3 things, where a dict with the key 'conv1' is expected"),
        (LIST, [3], "f returned 3 items, and item 3, counted from 0, is expected"),
        (DICT | {"keys": [], "items": []}, ["fc"], "f returned an empty dict, and the key 'fc' is expected"),
        (np.zeros(3), ["fc"], "f returned a tensor, where a dict with the key 'fc' is expected"),
        (None, ["fc"], "f returned None"),
    ],
)
def test_a_part_that_is_not_there_is_named(returned, keys, words):
    """A student reads what came back beside what was looked for."""
    with pytest.raises(StudentFault) as caught:
        make_answer(returned).part(*keys)
    assert str(caught.value) == words


@pytest.mark.parametrize("what", ["mapping", "items", "number", "text"])
def test_another_kind_than_asked_for_is_named(what):
    """Whatever it is that came back."""
    returned = {"kind": "other", "type": "odd.Thing"}
    with pytest.raises(StudentFault, match=r"f returned an object of type odd\.Thing, where .+ is expected"):
        getattr(make_answer(returned), what)


def test_indices_come_as_whole_numbers():
    """In any dtype and in a list, as long as they are whole."""
    for given in (
        np.array([[2, 0]]),
        np.array([2.0, 0.0]),
        {"kind": "list", "type": "list", "items": [NUMBER] * 2},
    ):
        assert make_answer(given).integers((2,), "(k,)").dtype == np.int64
    with pytest.raises(StudentFault, match="expected whole numbers"):
        make_answer(np.array([0.5, 1])).integers((2,), "(k,)")
    with pytest.raises(StudentFault, match=r"f returned shape \(3,\), expected \(2,\), which is \(k,\)"):
        make_answer(np.array([1, 2, 3])).integers((2,), "(k,)")
