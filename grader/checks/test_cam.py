"""Checks of `gradcam.class_activation_map` and `gradcam.grad_cam`."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.arguments import Model
from grader.checking.reasons import reason, wrong

WIDE = (3, 64, 96)


def finished(answer):
    """Return the map, the second of two where the sum before the ReLU came with it."""
    with contextlib.suppress(Exception):
        return answer.items[1]
    return answer


@pytest.mark.points(2)
def test_cam_weighs_the_last_maps(student, expected):
    """class_activation_map weighs the maps that go into the pooling with the class's row of fc_out.weight."""
    right = expected("cam/of_other_class")
    assert student.perform(right.call) == right
    again = student.class_activation_map(Model("gap_vgg", train=True), *right.arguments[1:])
    assert again == right, reason(
        "of a model in train mode it gives another map", hint="run the model in eval mode"
    )


@pytest.mark.points(2)
def test_cam_explains_the_class_asked_for(student, expected):
    """On a trained VGG class_activation_map explains the class asked for, not the one that is predicted."""
    right = expected("cam/trained")
    assert student.perform(right.call) == right


@pytest.mark.points(1)
@given(seed=st.integers(0, 2**32 - 1))
def test_cam_adds_up_to_the_score(student, oracle, sentence, seed):
    """The mean of class_activation_map and the bias of fc_out add up to the score, for any weights of fc_out."""
    rng = np.random.default_rng(seed)
    weights = {
        "fc_out.weight": rng.normal(0, 1, (8, 8)).astype(np.float32),
        "fc_out.bias": rng.normal(0, 3, 8).astype(np.float32),
    }
    image, target = rng.normal(0, 1, WIDE).astype(np.float32), int(rng.integers(8))
    cam = student.class_activation_map(Model("gap_vgg", weights), image, target).finite((2, 3), "(h, w)")
    bias = float(weights["fc_out.bias"][target])
    score = float(oracle.scores("gap_vgg", image[None], weights)[0, target])
    total = float(cam.mean()) + bias
    hint = "bias_added" if abs(total - bias - score) < 1e-3 else None
    assert abs(total - score) < 1e-3 * (1 + abs(score)), reason(
        "the mean and the bias add up to {total:.4g}, and the score is {score:.4g}",
        hint=sentence(hint) if hint else None,
        total=total,
        score=score,
    )


@pytest.mark.points(3)
@pytest.mark.hint("any_enlarged", where="(64, 96)")
def test_grad_cam_averages_gradients(student, expected):
    """grad_cam is right where each position of bn5_2 has a gradient of its own, for a class that is not predicted."""
    right = expected("cam/any_flat_head")
    assert finished(student.perform(right.call)) == right


@pytest.mark.points(2)
def test_grad_cam_keeps_what_is_overwritten(student, expected):
    """grad_cam is right at a layer whose output an in-place ReLU overwrites."""
    right = expected("cam/before_in_place")
    assert finished(student.perform(right.call)) == right


@pytest.mark.points(1)
def test_grad_cam_explains_the_second_image(student, expected, sentence):
    """A second call of grad_cam explains the second image."""
    first, second = expected("cam/before_in_place"), expected("cam/second_image")
    student.perform(first.call)
    again = finished(student.perform(second.call))
    if again != second and again == first:
        raise wrong(
            "the second call gives the map of the first image", hint=sentence("any_stale_second_call")
        )
    assert again == second


@pytest.mark.points(1)
def test_grad_cam_stays_at_zero(student, expected, sentence):
    """Without any evidence the map of grad_cam is zero everywhere, not NaN."""
    right = expected("cam/any_flat_head")
    model = Model("flat_vgg", {"fc_out.weight": np.zeros((8, 48), np.float32)})
    values = np.asarray(finished(student.grad_cam(model, *right.arguments[1:])).values)
    assert np.isfinite(values).all(), reason("the map holds NaN", hint=sentence("any_nan_on_zero_map"))
    assert not values.any(), reason(
        "the map reaches {largest:.3g} where there is nothing to be seen",
        hint=sentence("any_starts_at_one") if (values == 1).all() else None,
        largest=values.max(),
    )
    student.start_afresh()
    assert finished(student.perform(right.call)) == right  # a map that is always zero shows nothing


@pytest.mark.points(1)
@pytest.mark.hint("any_needs_trainable_weights", where="does not require grad")
def test_grad_cam_needs_no_mode(student, expected, sentence):
    """grad_cam is right for a model in train mode with frozen parameters, and for the first call as for the second."""
    right = expected("cam/train_mode")
    first, second = finished(student.perform(right.call)), finished(student.perform(right.call))
    assert np.array_equal(first.values, second.values), reason(
        "two calls with the same image give two maps", hint=sentence("any_in_train_mode")
    )
    assert first == right


@pytest.mark.points(2)
def test_grad_cam_finds_either_object(student, store):
    """In a scene with two objects grad_cam at backbone.bn5_2 lies on the one whose class is asked for."""
    two = store.pictures("vgg_two")
    image, labels, masks = two.normalised[0], two.labels[0], two.masks[0]
    cams = [
        finished(student.grad_cam(Model("vgg"), "backbone.bn5_2", image, int(label))).finite(
            (14, 14), "(h, w)"
        )
        for label in labels
    ]
    for which, cam in enumerate(cams):
        # each position of the map stands for 16 x 16 pixels
        shares = [float((cam * mask.reshape(14, 16, 14, 16).mean((1, 3))).sum()) for mask in masks]
        assert shares[which] > shares[1 - which], reason("the map lies on the other object")
