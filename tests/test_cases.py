"""The table of cases is what the checks and the build can rely on."""

from __future__ import annotations

import inspect
from importlib import import_module

import numpy as np
import pytest

from fixtures.arguments import Array, Model
from fixtures.cases import CASES
from fixtures.store import open_store
from grader.exercises import read_exercises


@pytest.fixture(scope="module")
def inputs():
    return open_store().inputs


def test_names_are_unique_and_say_their_exercise():
    """A name is exercise/case, and no two cases share one."""
    assert len({case.name for case in CASES}) == len(CASES)
    assert all(case.name == f"{case.exercise}/{case.name.split('/')[1]}" for case in CASES)


FUNCTIONS = {row.name: {(row.module, name) for name in row.functions} for row in read_exercises()}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_call_fits_the_function_it_names(case, inputs):
    """The reference has the function, its signature takes the arguments, and the exercise asks for it."""
    call = case.call(inputs)
    module, name = call.function.split(".")
    assert (module, name) in FUNCTIONS[case.exercise]
    function = getattr(import_module(f"reference.{module}"), name)
    inspect.signature(function).bind(*call.arguments, **call.keywords)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_pictures_are_as_a_net_reads_them(case, inputs):
    """Images are float32 and normalised: neither bytes nor fractions of 255."""
    images = [a.values for a in case.call(inputs).arguments if isinstance(a, Array) and a.values.ndim >= 3]
    for image in images:
        assert image.dtype == np.float32
        assert image.min() < -0.5
        assert image.max() > 0.5


def test_saliency_is_asked_for_batches_of_one_four_and_five(inputs):
    """A hard-coded batch of five, or a squeezed batch of one, must show."""
    sizes = {case.call(inputs).arguments[0].values.shape[0] for case in CASES[:3]}
    assert sizes == {1, 4, 5}


def test_some_pictures_are_wider_than_high(inputs):
    """Swapped axes must show."""
    wide = {case.call(inputs).arguments[0].values.shape[-2:] for case in CASES[:3]}
    assert any(height != width for height, width in wide)


def test_the_five_scenes_have_five_labels(inputs):
    """The label of the first picture, used for all, must show."""
    labels = CASES[0].call(inputs).arguments[1].values
    assert len(set(labels.tolist())) == 5


def test_grad_cam_is_also_asked_of_a_net_without_global_pooling(inputs):
    """On a net that pools globally, three ways to pool the gradient are one."""
    models = {a for case in CASES for a in case.call(inputs).arguments if isinstance(a, Model)}
    assert Model("flat_vgg") in models
