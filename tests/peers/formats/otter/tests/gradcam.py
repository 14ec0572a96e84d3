"""Otter's exception-based format; `env` is everything that the submission defined."""

from types import SimpleNamespace

import course_checks
from otter.test_files import test_case

OK_FORMAT = False

name = "gradcam"
points = None


@test_case(
    points=3,
    name="The map of one scene is the sum of bn5_2's channels, each weighed by its mean gradient, above zero.",
)
def test_gradcam_of_one_scene(env):
    course_checks.gradcam_of_one_scene(SimpleNamespace(**env))


@test_case(points=2, name="In a scene with two objects the map explains the one that the net predicts.")
def test_gradcam_of_two_objects(env):
    course_checks.gradcam_of_two_objects(SimpleNamespace(**env))


@test_case(points=4, name="The map is right on a net without global pooling too.")
def test_gradcam_without_pooling(env):
    course_checks.gradcam_without_pooling(SimpleNamespace(**env))


@test_case(points=2, name="A second call explains the second image.")
def test_gradcam_of_a_second_call(env):
    course_checks.gradcam_of_a_second_call(SimpleNamespace(**env))


@test_case(points=2, name="The largest value of the map is 1.")
def test_gradcam_scales_to_one(env):
    course_checks.gradcam_scales_to_one(SimpleNamespace(**env))


@test_case(points=1, name="A map without any positive evidence is zero everywhere, not NaN.")
def test_gradcam_without_evidence(env):
    course_checks.gradcam_without_evidence(SimpleNamespace(**env))


@test_case(points=1, name="The map is drawn with imshow.")
def test_gradcam_is_drawn(env):
    course_checks.gradcam_is_drawn(SimpleNamespace(**env))
