"""A local variable of a function that returns nothing is found, and a function that returns is left alone."""

# ruff: noqa: F841, RET504  a variable that nobody reads is what is looked for

from __future__ import annotations

import functools
import sys

import pytest

from grader.sandbox.unreturned import returning_local


def ends(x):
    cam = x + 1


def returns_early(x):
    cam = x
    for step in range(3):
        cam += 1
        if step == 1:
            return
    cam = None


def calls_others(x):
    def cam(y):
        cam = y * 100
        return cam

    def helper(y):
        cam = y * 10
        return cam

    cam = helper(x) + cam(x)


def says_nothing_now_and_then(x):
    cam = x + 5
    if x > 0:
        return None
    return cam


def changes_its_mind(x):
    cam = x
    try:
        raise ValueError(cam)
    except ValueError:
        cam = x + 7


def wrapped(function):
    @functools.wraps(function)
    def inner(*arguments):
        return function(*arguments)

    return inner


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (ends, 2),
        (returns_early, 3),
        (calls_others, 110),
        (says_nothing_now_and_then, 6),
        (changes_its_mind, 8),
        (wrapped(ends), 2),
    ],
)
def test_the_variable_is_as_the_function_leaves_it(function, found):
    assert returning_local(function, "cam")(1) == found
    assert sys.gettrace() is None


def test_what_is_returned_counts_first():
    assert returning_local(says_nothing_now_and_then, "cam")(-1) == 4


def test_a_name_that_is_not_there_is_nothing():
    assert returning_local(ends, "map")(1) is None


def test_an_exception_leaves_no_trace_function():
    def fails(x):
        cam = x
        raise KeyError(cam)

    with pytest.raises(KeyError):
        returning_local(fails, "cam")(1)
    assert sys.gettrace() is None


def test_a_function_that_always_returns_is_not_watched():
    """The interpreter would stop at every call within: of each figure's ten thousand."""

    def always(x):
        if x:
            return sys.gettrace()
        while True:
            return sys.gettrace()

    assert returning_local(always, "cam") is always
    assert returning_local(len, "cam") is len
