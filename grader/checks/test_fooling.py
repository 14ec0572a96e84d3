"""Checks of `fooling.make_fooling_image`: any step rule will do, if the model is fooled and the image stays near."""

import numpy as np
import pytest

from fixtures.arguments import Model
from grader.checking.reasons import reason

NEAR = 0.5  # of the image's norm; every usual rule needs less than 0.2 on every stored pair

# A model whose target class wins for u in (2, 3) and from 4 on, where u is how far the image lies along a direction.
# Whoever tests the image that is returned never ends between, whatever the step; one blind step from 2.5 does.
DIRECTION = np.random.default_rng(1).normal(0, 1, (3, 6, 9)).astype(np.float32)
DIRECTION /= np.linalg.norm(DIRECTION)
GAP = {"direction": DIRECTION}
FEW_STEPS = 6  # of length 1: whoever steps once before the first test, and boldly, is not taken for one who never tests


def fool(student, pair):
    """Return the answer for a pair and the image in it."""
    answer = student.make_fooling_image(pair.normalised, pair.target, Model(pair.net))
    return answer, answer.finite(pair.normalised.shape, "(1, 3, H, W)").astype(np.float32)


def is_fooled(oracle, pair, image):
    """Return whether a net sees the target class of a pair."""
    return int(oracle.scores(pair.net, image).argmax()) == pair.target


def why_not(sentence, oracle, pair, image):
    """Return what is wrong with an image that does not fool, and the mistake it looks like."""
    scores = oracle.scores(pair.net, np.concatenate([pair.normalised, image]))
    seen, moved = int(scores[1].argmax()), float(np.linalg.norm(image - pair.normalised))
    before, after = (float(score) for score in scores[:, pair.target])
    if moved == 0:
        mistake = "returns_input_unchanged"
    elif moved > NEAR * np.linalg.norm(pair.normalised):
        mistake = "huge_step"
    elif after < before and (seen == pair.label or moved > 20):  # a class that is just left lies nearer
        mistake = "descends"
    elif seen != pair.label:
        mistake = "any_other_class"
    else:
        mistake = "tiny_step" if moved < 0.1 else "never_tests"
    return reason(
        "the image for class {target} is still seen as class {seen}; it was moved by {moved:.3g} (L2 norm), and the "
        "score of class {target} went from {before:.3g} to {after:.3g}",
        hint=sentence(mistake),
        target=pair.target,
        seen=seen,
        moved=moved,
        before=before,
        after=after,
    )


def climb(student, start):
    """Return how far the student's image lies along the direction of the model with a gap, climbing from `start`."""
    image = np.random.default_rng(2).normal(0, 1, DIRECTION.shape).astype(np.float32)
    image += (start - (image * DIRECTION).sum()) * DIRECTION
    answer = student.make_fooling_image(image[None], 1, Model("gap_trap", GAP))
    return float((answer.finite((1, *image.shape), "(1, 3, H, W)") * DIRECTION).sum())


@pytest.mark.points(5)
def test_fools_a_squeezenet(student, oracle, sentence, fooling_pairs):
    """The image that comes back is taken for the target class by a SqueezeNet."""
    for pair in fooling_pairs("squeezenet")[:3]:
        _, image = fool(student, pair)
        assert is_fooled(oracle, pair, image), why_not(sentence, oracle, pair, image)


@pytest.mark.points(3)
def test_fools_a_vgg(student, oracle, sentence, fooling_pairs):
    """The image that comes back is taken for the target class by a VGG."""
    for pair in fooling_pairs("vgg")[:2]:
        _, image = fool(student, pair)
        assert is_fooled(oracle, pair, image), why_not(sentence, oracle, pair, image)


@pytest.mark.points(2)
def test_stays_near_the_image_and_leaves_it_alone(student, oracle, sentence, fooling_pairs):
    """The fooling image lies near X, and X itself is not changed."""
    pair = fooling_pairs("squeezenet")[-1]
    answer, image = fool(student, pair)
    assert np.array_equal(answer.after[0], pair.normalised), reason(
        "the values of X were changed", hint=sentence("changes_input")
    )
    assert is_fooled(oracle, pair, image), why_not(sentence, oracle, pair, image)
    moved, norm = np.linalg.norm(image - pair.normalised), np.linalg.norm(pair.normalised)
    assert moved <= NEAR * norm, reason(
        "the image was moved by {moved:.3g}, more than half of its own norm {norm:.3g}",
        hint=sentence("huge_step"),
        moved=moved,
        norm=norm,
    )


@pytest.mark.points(1)
def test_stays_with_an_image_that_already_is_the_target(student, sentence):
    """An image that already is the target class needs no step; one is no mistake, as long as it stays the target."""
    assert climb(student, start=0.5) != pytest.approx(0.5, abs=1e-5), reason(
        "an image that is not the target class was not moved either", hint=sentence("returns_input_unchanged")
    )
    reached = climb(student, start=5.0)
    assert reached >= 4, reason(
        "the model took X for the target class from the start, but not the image that came back",
        hint=sentence("any_other_class"),
    )
    assert reached - 5 <= FEW_STEPS, reason(
        "X already was the target class, yet the image was moved by {moved:.3g} (L2 norm)",
        hint=sentence("never_tests"),
        moved=reached - 5,
    )


@pytest.mark.points(2)
def test_returns_the_image_that_passed_the_test(student, sentence):
    """The image that is returned is the one that was found to be the target class."""
    reached = climb(student, start=0.5)
    hint = "updates_after_success" if reached > 2 else "descends" if reached < 0.45 else "tiny_step"
    hint = "returns_input_unchanged" if abs(reached - 0.5) < 1e-5 else hint
    assert 2 <= reached <= 3 or reached >= 4, reason(
        "on a model whose target class is a narrow band, the image that came back is not the target class",
        hint=sentence(hint),
    )


@pytest.mark.points(2)
def test_gets_there_where_the_score_is_steep(student, oracle, sentence):
    """The target class is reached on a model whose score is steep, where a gradient is long and a step need not be."""
    slope, distance = 50.0, 8.0
    weight = np.stack([0 * DIRECTION, slope * DIRECTION])
    weights = {"weight": weight, "bias": np.array([slope * distance, 0], np.float32)}
    image = np.random.default_rng(3).normal(0, 1, DIRECTION.shape).astype(np.float32)
    image -= (image * DIRECTION).sum() * DIRECTION
    answer = student.make_fooling_image(image[None], 1, Model("linear", weights))
    fooling = answer.finite((1, *image.shape), "(1, 3, H, W)").astype(np.float32)
    moved = float(np.linalg.norm(fooling - image))
    hint = "squared_norm" if 0.5 < moved < 3 else "tiny_step" if moved <= 0.5 else "never_tests"
    hint = "returns_input_unchanged" if moved == 0 else hint
    hint = "descends" if ((fooling - image) * DIRECTION).sum() < -0.5 else hint
    assert int(oracle.scores("linear", fooling, weights).argmax()) == 1, reason(
        "the image was moved by {moved:.3g} (L2 norm), and the target class begins {distance:g} away",
        hint=sentence(hint),
        moved=moved,
        distance=distance,
    )
    # one step along the gradient itself is as long as the slope is steep; that may be too far, but not many times
    assert moved <= 4 * slope, reason(
        "the image was moved by {moved:.3g} (L2 norm), and the target class begins {distance:g} away",
        hint=sentence("huge_step"),
        moved=moved,
        distance=distance,
    )
