"""Otter's exception-based format; `env` is everything that the submission defined."""

from types import SimpleNamespace

import course_checks
from otter.test_files import test_case

OK_FORMAT = False

name = "saliency"
points = None


@test_case(
    points=5,
    name="compute_saliency_maps gives the largest absolute gradient of the score over the colour channels.",
)
def test_maps_of_five_scenes(env):
    course_checks.maps_of_five_scenes(SimpleNamespace(**env))


@test_case(points=2, name="compute_saliency_maps works for a batch of one image.")
def test_maps_of_one_scene(env):
    course_checks.maps_of_one_scene(SimpleNamespace(**env))


@test_case(points=3, name="compute_saliency_maps explains the given classes, on images wider than high.")
def test_maps_of_given_labels(env):
    course_checks.maps_of_given_labels(SimpleNamespace(**env))


@test_case(points=3, name="On a linear model the map is the largest absolute weight.")
def test_maps_of_linear_models(env):
    course_checks.maps_of_linear_models(SimpleNamespace(**env))


@test_case(
    points=2, name="compute_saliency_maps gives the same maps again, and leaves the images as they are."
)
def test_maps_twice(env):
    course_checks.maps_twice(SimpleNamespace(**env))
