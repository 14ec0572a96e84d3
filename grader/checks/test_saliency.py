"""Checks of `saliency.compute_saliency_maps`, `compute_gradient_score` and `visualize_saliency`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.arguments import Array, Model, Scores
from grader.checking.reasons import reason


def linear_model(rng, classes, height, width):
    """Return weights (K, 3, H, W) and a bias (K,) of a random linear model."""
    weight = rng.normal(0, 1, (classes, 3, height, width)).astype(np.float32)
    return {"weight": weight, "bias": rng.normal(0, 1, classes).astype(np.float32)}


@pytest.mark.points(5)
def test_takes_the_largest_absolute_gradient_over_the_channels(student, expected):
    """compute_saliency_maps gives the largest absolute gradient of the score over the colour channels."""
    five = expected("saliency/five_scenes")
    assert student.compute_saliency_maps(*five.arguments) == five


@pytest.mark.points(2)
@pytest.mark.hint("squeeze_breaks_single", where="0-d")
def test_takes_a_single_image(student, expected):
    """compute_saliency_maps works for a batch of one image."""
    one = expected("saliency/one_scene")
    assert student.compute_saliency_maps(*one.arguments) == one


@pytest.mark.points(3)
@pytest.mark.hint("batch_of_five", where="[5]")
def test_explains_the_labels_it_is_given(student, expected):
    """compute_saliency_maps explains the given classes, not the predicted ones, on images wider than high."""
    four = expected("saliency/four_wide")
    assert student.compute_saliency_maps(*four.arguments) == four


@pytest.mark.points(3)
@given(seed=st.integers(0, 2**32 - 1), count=st.integers(1, 4), classes=st.integers(2, 6))
def test_gives_the_weights_of_a_linear_model(student, close_to, seed, count, classes):
    """On a linear model the map of compute_saliency_maps is the largest absolute weight, whatever the image."""
    rng = np.random.default_rng(seed)
    weights = linear_model(rng, classes, 4, 7)
    images = rng.normal(0, 1, (count, 3, 4, 7)).astype(np.float32)
    labels = rng.integers(0, classes, count)
    labels[-1] = labels[0]
    maps = student.compute_saliency_maps(images, labels, Model("linear", weights))
    assert maps == close_to(
        np.abs(weights["weight"][labels]).max(axis=1), "(N, H, W)", compare="scale", batched=True
    )
    first, last = np.asarray(maps.values).reshape(count, -1)[[0, -1]]
    assert np.allclose(first, last, rtol=1e-3, atol=0), reason(
        "two images of one class have maps of different scales, though the gradient is the same for both",
        hint="start from the score itself: a log of it, or another function, makes the scale depend on the image",
    )


@pytest.mark.points(2)
def test_gives_the_same_maps_twice(student, expected):
    """compute_saliency_maps gives the same maps when it is called again, and leaves the images as they are."""
    one = expected("saliency/one_scene")
    first = student.compute_saliency_maps(*one.arguments)
    again = student.compute_saliency_maps(*one.arguments)
    assert first == one
    assert again == one
    assert np.array_equal(again.after[0], one.arguments[0].values), reason(
        "the values of X were changed", hint="ask for the gradient of X, but assign nothing to X or X.data"
    )


@pytest.mark.points(5)
def test_gradient_is_that_of_the_class_asked_for(student, expected):
    """compute_gradient_score gives the gradient of the score of one class, also of one that is not predicted."""
    other = expected("saliency/gradient_of_other_class")
    assert student.compute_gradient_score(*other.arguments) == other


@pytest.mark.points(3)
def test_gradient_agrees_with_finite_differences(student, sentence, oracle, rng):
    """compute_gradient_score gives what small changes of single pixels say."""
    image = rng.normal(0, 1, (1, 3, 224, 224)).astype(np.float32)
    class_idx = 3
    gradient = student.compute_gradient_score(Scores("tiny", "image"), Array(image, "image"), class_idx)
    values = gradient.finite((3, 224, 224), "(3, H, W)")
    assert gradient.values.shape == values.shape, reason(
        "the gradient has shape {shape}, expected (3, H, W)",
        hint=sentence("keeps_batch_axis"),
        shape=gradient.values.shape,
    )
    # Within a row of pixels far apart no two share a receptive field of 7 pixels, so one image tests them all.
    step = np.zeros_like(image)
    pixels = (0, slice(None), slice(8, 216, 16), slice(8, 216, 16))
    step[pixels] = np.where(
        values[:, 8:216:16, 8:216:16] < 0, -1e-2, 1e-2
    )  # a step also where zero is claimed
    up, down = oracle.scores("tiny", np.concatenate([image + step, image - step]))[:, class_idx].astype(float)
    slope, claimed = (up - down) / 2, float((values * step[0]).sum())
    assert abs(slope - claimed) <= 0.04 * abs(slope), reason(
        "moving some pixels along your gradient changes the score by {slope:.3g}, your gradient says {claimed:.3g}",
        slope=slope,
        claimed=claimed,
    )


@pytest.mark.points(4)
def test_squares_the_gradient_of_the_predicted_class(student, expected):
    """visualize_saliency gives the largest squared gradient of the predicted class's score over the channels."""
    squared = expected("saliency/squared_gradient")
    assert student.visualize_saliency(*squared.arguments) == squared


@pytest.mark.points(3)
def test_follows_the_prediction(student, expected, store):
    """visualize_saliency explains whatever class the model predicts, for one image after the other."""
    squared = expected("saliency/squared_gradient")
    image = store.pictures("vgg").normalised[0]
    student.visualize_saliency(image, Model("vgg"))
    assert student.visualize_saliency(*squared.arguments) == squared
