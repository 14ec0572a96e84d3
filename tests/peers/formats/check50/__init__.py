"""The checks as check50 has them: each imports the submission and runs by itself."""

import course_checks

import check50
import check50.py


def submission():
    """Return the student's module."""
    return check50.py.import_("submission.py")


def ask(check):
    """Run one of the course's checks; check50 takes a Failure for a wrong answer, all else for its own fault."""
    try:
        check(submission())
    except Exception as error:
        raise check50.Failure(f"{type(error).__name__}: {error}") from error


@check50.check()
def exists():
    """submission.py exists"""
    check50.exists("submission.py")


@check50.check(exists)
def maps_of_five_scenes():
    """compute_saliency_maps gives the largest absolute gradient of the score over the colour channels."""
    ask(course_checks.maps_of_five_scenes)


@check50.check(exists)
def maps_of_one_scene():
    """compute_saliency_maps works for a batch of one image."""
    ask(course_checks.maps_of_one_scene)


@check50.check(exists)
def maps_of_given_labels():
    """compute_saliency_maps explains the given classes, on images wider than high."""
    ask(course_checks.maps_of_given_labels)


@check50.check(exists)
def maps_of_linear_models():
    """On a linear model the map is the largest absolute weight."""
    ask(course_checks.maps_of_linear_models)


@check50.check(exists)
def maps_twice():
    """compute_saliency_maps gives the same maps again, and leaves the images as they are."""
    ask(course_checks.maps_twice)


@check50.check(exists)
def fools_a_squeezenet():
    """The image that comes back is taken for the target class by a SqueezeNet."""
    ask(course_checks.fools_a_squeezenet)


@check50.check(exists)
def fools_a_vgg():
    """The image that comes back is taken for the target class by a VGG."""
    ask(course_checks.fools_a_vgg)


@check50.check(exists)
def stays_near():
    """The fooling image lies near X, and X itself is not changed."""
    ask(course_checks.stays_near)


@check50.check(exists)
def needs_no_step():
    """An image that already is the target class stays the target."""
    ask(course_checks.needs_no_step)


@check50.check(exists)
def returns_what_passed():
    """The image that is returned is the one that was found to be the target class."""
    ask(course_checks.returns_what_passed)


@check50.check(exists)
def climbs_a_steep_score():
    """The target class is reached on a model whose score is steep."""
    ask(course_checks.climbs_a_steep_score)


@check50.check(exists)
def gradcam_of_one_scene():
    """The map of one scene is the sum of bn5_2's channels, each weighed by its mean gradient, above zero."""
    ask(course_checks.gradcam_of_one_scene)


@check50.check(exists)
def gradcam_of_two_objects():
    """In a scene with two objects the map explains the one that the net predicts."""
    ask(course_checks.gradcam_of_two_objects)


@check50.check(exists)
def gradcam_without_pooling():
    """The map is right on a net without global pooling too."""
    ask(course_checks.gradcam_without_pooling)


@check50.check(exists)
def gradcam_of_a_second_call():
    """A second call explains the second image."""
    ask(course_checks.gradcam_of_a_second_call)


@check50.check(exists)
def gradcam_scales_to_one():
    """The largest value of the map is 1."""
    ask(course_checks.gradcam_scales_to_one)


@check50.check(exists)
def gradcam_without_evidence():
    """A map without any positive evidence is zero everywhere, not NaN."""
    ask(course_checks.gradcam_without_evidence)


@check50.check(exists)
def gradcam_is_drawn():
    """The map is drawn with imshow."""
    ask(course_checks.gradcam_is_drawn)
