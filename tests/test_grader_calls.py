"""A call described on one side of the wall is the same call on the other."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from fixtures.arguments import Array, Call, Model, Scores, Traced, Weight
from fixtures.cases import CASES
from fixtures.store import open_store
from grader.sandbox.calls import decode_call, encode_call
from grader.sandbox.wire import Message, pack, unpack

NAMES = st.text("abcdef.", min_size=1, max_size=8)
VALUES = arrays.arrays(
    "float32", arrays.array_shapes(max_dims=3, max_side=3), elements=st.floats(width=32, allow_nan=False)
)
ARGUMENTS = st.one_of(
    st.builds(Array, VALUES, st.none() | NAMES),
    st.builds(Model, NAMES, st.none() | st.dictionaries(NAMES, VALUES, max_size=2)),
    st.builds(Weight, NAMES, NAMES),
    st.builds(Scores, NAMES, NAMES),
    st.builds(
        Traced,
        VALUES,
        st.lists(st.tuples(NAMES, st.lists(st.integers(0, 9), max_size=2).map(tuple)), max_size=3).map(tuple),
        st.booleans(),
    ),
    st.booleans(),
    st.integers(-(2**60), 2**60),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.tuples(st.integers(0, 9), st.integers(0, 9)),
    st.none(),
)
CALLS = st.builds(
    Call,
    NAMES,
    st.lists(ARGUMENTS, max_size=3).map(tuple),
    st.dictionaries(NAMES, ARGUMENTS, max_size=3),
    steps=st.integers(1, 3),
    carry=st.none() | st.integers(0, 2),
    unreturned=st.none() | NAMES,
)


def cross(call):
    """Return the call that arrives on the other side."""
    described, given = encode_call(call)
    message = unpack(pack(Message(described, given)))
    return decode_call(message.header, message.arrays)


def assert_same(found, expected):
    """Compare what two calls hold; arrays have no truth value, so == will not do."""
    assert type(found) is type(expected)
    match expected:
        case np.ndarray():
            assert found.dtype == expected.dtype
            assert np.array_equal(found, expected)
        case Array() | Model() | Traced() | Call():
            for field in expected.__dataclass_fields__:
                assert_same(getattr(found, field), getattr(expected, field))
        case dict():
            assert set(found) == set(expected)
            for key, value in expected.items():
                assert_same(found[key], value)
        case tuple():
            assert len(found) == len(expected)
            for one, other in zip(found, expected, strict=True):
                assert_same(one, other)
        case _:
            assert found == expected


@given(call=CALLS)
def test_any_call_crosses_the_wall_unchanged(call):
    """Whatever can be described arrives as it was, kinds and all: True is not 1."""
    assert_same(cross(call), call)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_stored_call_crosses_the_wall_unchanged(case):
    """The calls that are made in earnest."""
    call = open_store().case(case.name).call
    assert_same(cross(call), call)


def test_an_array_is_sent_once_for_each_place():
    """Names of arrays are given by order, so that no two meet."""
    _, given = encode_call(
        Call("f", (Array(np.zeros(2)), Model("m", {"w": np.ones(1)})), {"k": Array(np.ones(3))})
    )

    assert [values.size for values in given.values()] == [2, 1, 3]


@pytest.mark.parametrize("described", [{"array": "a0"}, {"pickle": "gASV"}, [1, 2], {"weight": ["only one"]}])
def test_what_describes_no_argument_is_refused(described):
    """A request is built by us alone, and still nothing unknown is acted on."""
    header = {
        "function": "f",
        "arguments": [described],
        "keywords": {},
        "steps": 1,
        "carry": None,
        "unreturned": None,
    }
    with pytest.raises(ValueError, match="not an argument"):
        decode_call(header, {})
