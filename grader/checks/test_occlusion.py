"""Checks of `occlusion.occlusion_map`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.arguments import Array, Model
from grader.checking.reasons import reason, wrong


def linear_drops(weight, image, window, stride, fill):
    """Return what covering takes from a linear score, (h, w): the sum of weight * (image - fill) under the square."""
    product = (weight * (image - fill)).sum(axis=0)
    squares = np.lib.stride_tricks.sliding_window_view(product, (window, window))[::stride, ::stride]
    return squares.sum(axis=(2, 3))


def spread(grid, size, window, stride):
    """Return for each pixel the mean and the sum of what the squares that cover it hold, (H, W) both."""
    total, count = np.zeros(size), np.zeros(size)
    for (i, j), value in np.ndenumerate(grid):
        square = (slice(i * stride, i * stride + window), slice(j * stride, j * stride + window))
        total[square] += value
        count[square] += 1
    return total / np.maximum(count, 1), total


def right_of(name, answer, expected, close_to, store):
    """Return the right answer to a stored case: a number for each square or, where one came for each pixel, for each.

    Libraries give pixels the mean or the sum over the squares that cover them.
    """
    case = store.case(name)
    image, _, _, window, stride, _ = case.call.arguments
    size = image.values.shape[1:]
    if answer.dtype and np.squeeze(answer.values).shape == size:
        mean, total = spread(case.expected, size, window, stride)
        return close_to(mean, "(H, W)", accepted={"sum": total}, tight=1e-4)
    return expected(name)


@pytest.mark.points(4)
def test_tells_how_much_the_score_drops(student, expected, close_to, store):
    """Each cell holds by how much the score of the class drops while one square is covered."""
    answer = student.perform(expected("occlusion/flat_head").call)
    assert answer == right_of("occlusion/flat_head", answer, expected, close_to, store)


@pytest.mark.points(3)
@given(
    seed=st.integers(0, 2**32 - 1),
    window=st.integers(1, 4),
    stride=st.integers(1, 3),
    fill=st.sampled_from([-1.5, 0.7]),
)
def test_covers_as_a_linear_model_says(student, close_to, sentence, seed, window, stride, fill):
    """On a linear model each cell is the sum of weight * (image - fill) under its square, for any window and stride."""
    rng = np.random.default_rng(seed)
    weight = rng.normal(0, 1, (3, 3, 5, 8)).astype(np.float32)
    image, target = rng.normal(0, 1, (3, 5, 8)).astype(np.float32), int(rng.integers(3))
    model = Model("linear", {"weight": weight, "bias": rng.normal(0, 1, 3).astype(np.float32)})
    right = linear_drops(weight[target].astype(np.float64), image.astype(np.float64), window, stride, fill)
    at_zero = linear_drops(weight[target].astype(np.float64), image.astype(np.float64), window, stride, 0.0)
    answer = student.occlusion_map(image, target, model, window, stride, fill)
    if answer.dtype and np.squeeze(answer.values).shape == (5, 8) != right.shape:
        mean, total = spread(right, (5, 8), window, stride)
        padding = ((0, 0), (0, window - 1), (0, window - 1))
        hanging = linear_drops(np.pad(weight[target], padding), np.pad(image, padding), window, stride, fill)
        named = {sentence("hangs_over_the_edge"): hanging} if stride == 1 else {}
        assert answer == close_to(mean, "(H, W)", accepted={"sum": total}, mistakes=named)
        return
    if answer.returned and np.squeeze(answer.values).shape != np.squeeze(right).shape:
        short = answer.values.size < right.size
        raise wrong(
            "occlusion_map returned shape {shape}, expected {expected}",
            hint=sentence("one_place_short" if short else "hangs_over_the_edge"),
            shape=answer.values.shape,
            expected=right.shape,
        )
    mistakes = {sentence("rise_in_place_of_drop"): -right, sentence("ignores_fill"): at_zero}
    assert answer == close_to(right, "(h, w)", mistakes=mistakes)


@pytest.mark.points(1)
def test_covers_the_whole_image_once(student, close_to, oracle):
    """A square as large as the image has one place, and there the score drops to that of the covered image."""
    rng = np.random.default_rng(5)
    image = rng.normal(0, 1, (3, 16, 16)).astype(np.float32)
    whole, covered = oracle.scores("tiny", np.stack([image, np.full_like(image, 0.25)]))[:, 3]
    answer = student.occlusion_map(image, 3, Model("tiny"), 16, 4, 0.25)
    size = (16, 16) if answer.dtype and answer.values.size == 16 * 16 else (1, 1)
    assert answer == close_to(np.full(size, whole - covered), "(h, w)", tight=1e-4)


@pytest.mark.points(1)
def test_leaves_the_image_alone(student, expected, close_to, store, sentence):
    """The image that was given is not changed."""
    image = np.random.default_rng(6).normal(0, 1, (3, 12, 16)).astype(np.float32)
    after = student.occlusion_map(Array(image), 2, Model("tiny"), 4, 4, 9.0).after[0]
    assert np.array_equal(after, image), reason(
        "values of the image were changed", hint=sentence("covers_the_given_image")
    )
    answer = student.perform(expected("occlusion/flat_head").call)
    assert answer == right_of("occlusion/flat_head", answer, expected, close_to, store)


@pytest.mark.points(1)
def test_needs_no_mode(student, expected, close_to, store, sentence):
    """The map is right for a model in train mode with frozen parameters."""
    right = expected("occlusion/train_mode")
    first, second = student.perform(right.call), student.perform(right.call)
    assert np.array_equal(first.values, second.values), reason(
        "two calls with the same image give two maps", hint=sentence("stays_in_train_mode")
    )
    assert first == right_of("occlusion/train_mode", first, expected, close_to, store)
