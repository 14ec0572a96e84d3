"""Checks of `gradcam.vis_gradcam`."""

import numpy as np
import pytest

from fixtures.arguments import Call, Model
from grader.checking.reasons import reason, wrong


def explain(student, case, *, picture=False):
    """Return the student's map for a stored case."""
    return student.perform(case.call, picture=picture)


@pytest.mark.points(3)
def test_weighs_the_channels_by_their_mean_gradient(student, expected):
    """The map of one scene is the sum of bn5_2's channels, each weighed by its mean gradient, above zero."""
    first = expected("gradcam/first_scene")
    assert explain(student, first, picture=True) == first


@pytest.mark.points(2)
def test_explains_the_predicted_one_of_two_objects(student, expected):
    """In a scene with two objects the map explains the one that the net predicts."""
    two = expected("gradcam/two_objects")
    assert explain(student, two) == two


@pytest.mark.points(4)
def test_averages_gradients_that_differ_from_place_to_place(student, expected):
    """The map is right on a net without global pooling too, where each position has a gradient of its own."""
    flat = expected("gradcam/flat_head")
    assert explain(student, flat) == flat


@pytest.mark.points(2)
def test_explains_the_second_image_of_a_second_call(student, expected, close_to, sentence):
    """A second call explains the second image."""
    first, second = expected("gradcam/first_scene"), expected("gradcam/second_scene")
    explain(student, first)
    again = explain(student, second)
    if not again == second and again == first:
        raise wrong("the second call gives the map of the first image", hint=sentence("stale_second_call"))
    assert again == second


@pytest.mark.points(2)
def test_scales_to_one(student, expected, sentence):
    """The largest value of the map is 1."""
    first = expected("gradcam/first_scene")
    answer = explain(student, first)
    assert answer == first
    largest = float(answer.finite((224, 224), "(H, W)").max())
    assert abs(largest - 1) < 1e-3, reason(
        "the largest value is {largest:.4g}", hint=sentence("not_normalised"), largest=largest
    )


@pytest.mark.points(1)
def test_leaves_a_map_without_evidence_at_zero(student, sentence, expected):
    """A map without any positive evidence is zero everywhere, not NaN."""
    flat = expected("gradcam/flat_head")
    weights = {"fc_out.weight": np.zeros((8, 48), np.float32)}
    call = Call(
        flat.call.function, (Model("flat_vgg", weights), flat.arguments[1]), unreturned=flat.call.unreturned
    )
    values = np.asarray(student.perform(call).values)
    assert np.isfinite(values).all(), reason("the map holds NaN", hint=sentence("nan_on_zero_map"))
    assert not values.any(), reason(
        "the map reaches {largest:.3g}, and there is nothing to be seen", largest=values.max()
    )
    student.start_afresh()  # what a first call leaves behind is another check's matter
    assert explain(student, flat) == flat  # a map that is always zero shows nothing


@pytest.mark.points(1)
def test_is_drawn(student, expected):
    """The map is drawn with imshow."""
    first = expected("gradcam/first_scene")
    answer = explain(student, first)
    assert answer.drawn, reason("no picture was drawn", hint="call plt.imshow with the map")
    assert answer == first
