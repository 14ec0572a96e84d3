"""The checks as gradescope-utils has them: methods with a weight and a number."""

import unittest

import course_checks
import submission
from gradescope_utils.autograder_utils.decorators import number, weight


class TestSaliency(unittest.TestCase):
    @weight(5)
    @number("1.1")
    def test_maps_of_five_scenes(self):
        """compute_saliency_maps gives the largest absolute gradient of the score over the colour channels."""
        course_checks.maps_of_five_scenes(submission)

    @weight(2)
    @number("1.2")
    def test_maps_of_one_scene(self):
        """compute_saliency_maps works for a batch of one image."""
        course_checks.maps_of_one_scene(submission)

    @weight(3)
    @number("1.3")
    def test_maps_of_given_labels(self):
        """compute_saliency_maps explains the given classes, on images wider than high."""
        course_checks.maps_of_given_labels(submission)

    @weight(3)
    @number("1.4")
    def test_maps_of_linear_models(self):
        """On a linear model the map is the largest absolute weight."""
        course_checks.maps_of_linear_models(submission)

    @weight(2)
    @number("1.5")
    def test_maps_twice(self):
        """compute_saliency_maps gives the same maps again, and leaves the images as they are."""
        course_checks.maps_twice(submission)


class TestFooling(unittest.TestCase):
    @weight(5)
    @number("2.1")
    def test_fools_a_squeezenet(self):
        """The image that comes back is taken for the target class by a SqueezeNet."""
        course_checks.fools_a_squeezenet(submission)

    @weight(3)
    @number("2.2")
    def test_fools_a_vgg(self):
        """The image that comes back is taken for the target class by a VGG."""
        course_checks.fools_a_vgg(submission)

    @weight(2)
    @number("2.3")
    def test_stays_near(self):
        """The fooling image lies near X, and X itself is not changed."""
        course_checks.stays_near(submission)

    @weight(1)
    @number("2.4")
    def test_needs_no_step(self):
        """An image that already is the target class stays the target."""
        course_checks.needs_no_step(submission)

    @weight(2)
    @number("2.5")
    def test_returns_what_passed(self):
        """The image that is returned is the one that was found to be the target class."""
        course_checks.returns_what_passed(submission)

    @weight(2)
    @number("2.6")
    def test_climbs_a_steep_score(self):
        """The target class is reached on a model whose score is steep."""
        course_checks.climbs_a_steep_score(submission)


class TestGradcam(unittest.TestCase):
    @weight(3)
    @number("3.1")
    def test_gradcam_of_one_scene(self):
        """The map of one scene is the sum of bn5_2's channels, each weighed by its mean gradient, above zero."""
        course_checks.gradcam_of_one_scene(submission)

    @weight(2)
    @number("3.2")
    def test_gradcam_of_two_objects(self):
        """In a scene with two objects the map explains the one that the net predicts."""
        course_checks.gradcam_of_two_objects(submission)

    @weight(4)
    @number("3.3")
    def test_gradcam_without_pooling(self):
        """The map is right on a net without global pooling too."""
        course_checks.gradcam_without_pooling(submission)

    @weight(2)
    @number("3.4")
    def test_gradcam_of_a_second_call(self):
        """A second call explains the second image."""
        course_checks.gradcam_of_a_second_call(submission)

    @weight(2)
    @number("3.5")
    def test_gradcam_scales_to_one(self):
        """The largest value of the map is 1."""
        course_checks.gradcam_scales_to_one(submission)

    @weight(1)
    @number("3.6")
    def test_gradcam_without_evidence(self):
        """A map without any positive evidence is zero everywhere, not NaN."""
        course_checks.gradcam_without_evidence(submission)

    @weight(1)
    @number("3.7")
    def test_gradcam_is_drawn(self):
        """The map is drawn with imshow."""
        course_checks.gradcam_is_drawn(submission)
