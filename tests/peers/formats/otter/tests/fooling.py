"""Otter's exception-based format; `env` is everything that the submission defined."""

from types import SimpleNamespace

import course_checks
from otter.test_files import test_case

OK_FORMAT = False

name = "fooling"
points = None


@test_case(points=5, name="The image that comes back is taken for the target class by a SqueezeNet.")
def test_fools_a_squeezenet(env):
    course_checks.fools_a_squeezenet(SimpleNamespace(**env))


@test_case(points=3, name="The image that comes back is taken for the target class by a VGG.")
def test_fools_a_vgg(env):
    course_checks.fools_a_vgg(SimpleNamespace(**env))


@test_case(points=2, name="The fooling image lies near X, and X itself is not changed.")
def test_stays_near(env):
    course_checks.stays_near(SimpleNamespace(**env))


@test_case(points=1, name="An image that already is the target class stays the target.")
def test_needs_no_step(env):
    course_checks.needs_no_step(SimpleNamespace(**env))


@test_case(points=2, name="The image that is returned is the one that was found to be the target class.")
def test_returns_what_passed(env):
    course_checks.returns_what_passed(SimpleNamespace(**env))


@test_case(points=2, name="The target class is reached on a model whose score is steep.")
def test_climbs_a_steep_score(env):
    course_checks.climbs_a_steep_score(SimpleNamespace(**env))
