"""The checks as plain pytest tests, beside the student's `submission.py`."""

import course_checks
import submission


def test_maps_of_five_scenes():
    """compute_saliency_maps gives the largest absolute gradient of the score over the colour channels."""
    course_checks.maps_of_five_scenes(submission)


def test_maps_of_one_scene():
    """compute_saliency_maps works for a batch of one image."""
    course_checks.maps_of_one_scene(submission)


def test_maps_of_given_labels():
    """compute_saliency_maps explains the given classes, on images wider than high."""
    course_checks.maps_of_given_labels(submission)


def test_maps_of_linear_models():
    """On a linear model the map is the largest absolute weight."""
    course_checks.maps_of_linear_models(submission)


def test_maps_twice():
    """compute_saliency_maps gives the same maps again, and leaves the images as they are."""
    course_checks.maps_twice(submission)


def test_fools_a_squeezenet():
    """The image that comes back is taken for the target class by a SqueezeNet."""
    course_checks.fools_a_squeezenet(submission)


def test_fools_a_vgg():
    """The image that comes back is taken for the target class by a VGG."""
    course_checks.fools_a_vgg(submission)


def test_stays_near():
    """The fooling image lies near X, and X itself is not changed."""
    course_checks.stays_near(submission)


def test_needs_no_step():
    """An image that already is the target class stays the target."""
    course_checks.needs_no_step(submission)


def test_returns_what_passed():
    """The image that is returned is the one that was found to be the target class."""
    course_checks.returns_what_passed(submission)


def test_climbs_a_steep_score():
    """The target class is reached on a model whose score is steep."""
    course_checks.climbs_a_steep_score(submission)


def test_gradcam_of_one_scene():
    """The map of one scene is the sum of bn5_2's channels, each weighed by its mean gradient, above zero."""
    course_checks.gradcam_of_one_scene(submission)


def test_gradcam_of_two_objects():
    """In a scene with two objects the map explains the one that the net predicts."""
    course_checks.gradcam_of_two_objects(submission)


def test_gradcam_without_pooling():
    """The map is right on a net without global pooling too."""
    course_checks.gradcam_without_pooling(submission)


def test_gradcam_of_a_second_call():
    """A second call explains the second image."""
    course_checks.gradcam_of_a_second_call(submission)


def test_gradcam_scales_to_one():
    """The largest value of the map is 1."""
    course_checks.gradcam_scales_to_one(submission)


def test_gradcam_without_evidence():
    """A map without any positive evidence is zero everywhere, not NaN."""
    course_checks.gradcam_without_evidence(submission)


def test_gradcam_is_drawn():
    """The map is drawn with imshow."""
    course_checks.gradcam_is_drawn(submission)
