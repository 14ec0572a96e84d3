"""Checks of `class_visualization.class_visualization_update_step` and `class_visualization`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.arguments import Array, Model
from grader.checking.reasons import reason

SHAPE = (40, 56)

# The class is reached in 40 steps by every usual step rule and for any noise: ring, checker, tent and fish lead by a
# score of 18 at least, where the heart, say, stays behind for as many steps of the plain rule, which is as right.
QUICK_CLASSES = (1, 8, 9, 11)


@pytest.mark.points(5)
def test_takes_one_step_up_the_gradient(student, expected):
    """One update step moves the image by learning_rate along the gradient of the score minus l2_reg times ||img||^2."""
    one = expected("class_visualization/two_steps", steps=1)
    assert student.perform(one.call) == one


@pytest.mark.points(4)
def test_takes_a_second_step(student, expected):
    """The second update step on the same image is as right as the first."""
    two = expected("class_visualization/two_steps")
    assert student.perform(two.call) == two


@pytest.mark.points(3)
@given(seed=st.integers(0, 2**32 - 1), l2_reg=st.floats(0, 0.1), learning_rate=st.floats(0.5, 10))
def test_steps_as_a_linear_model_says(student, close_to, sentence, seed, l2_reg, learning_rate):
    """On a linear model with weights w the update step goes along w - 2 * l2_reg * img."""
    rng = np.random.default_rng(seed)
    weight = rng.normal(0, 1, (4, 3, 5, 8)).astype(np.float32)
    bias = rng.normal(0, 1, 4).astype(np.float32)
    start = rng.normal(0, 2, (1, 3, 5, 8)).astype(np.float32)
    target = int(rng.integers(0, 4))

    def step(gradient, power=1):
        return (start + learning_rate * gradient / np.linalg.norm(gradient) ** power)[None]

    right = weight[target] - 2 * l2_reg * start.astype(np.float64)
    predicted = weight[int(((weight * start).sum(axis=(1, 2, 3)) + bias).argmax())]
    wrong = {
        sentence("l2_norm_not_squared"): step(weight[target] - l2_reg * start / np.linalg.norm(start)),
        sentence("l2_missing"): step(weight[target][None].astype(np.float64)),
        sentence("l2_sign"): step(weight[target] + 2 * l2_reg * start.astype(np.float64)),
        sentence("squared_norm"): step(right, power=2),
        sentence("descent"): step(-right),
        sentence("predicted_class"): step(predicted - 2 * l2_reg * start.astype(np.float64)),
    }
    moved = student.class_visualization_update_step(
        Array(start, "img"), Model("linear", {"weight": weight, "bias": bias}), target, l2_reg, learning_rate,
        steps=1, carry=0,
    )  # fmt: skip
    assert moved == close_to(
        step(right),
        "(1, 3, H, W)",
        tight=1e-5,
        accepted={"plain": step(right, power=0)},
        mistakes={
            text: values for text, values in wrong.items() if np.abs(values - step(right)).max() > 1e-3
        },
    )


@pytest.mark.points(5)
def test_reaches_the_class(student, oracle, sentence, store):
    """class_visualization grows an image of the shape asked for that the model takes for the target class."""
    target = next(int(label) for label in store.pictures("squeezenet").labels if label in QUICK_CLASSES)
    answer = student.class_visualization(
        target, Model("squeezenet"), l2_reg=1e-3, learning_rate=25.0, num_iterations=40, shape=(112, 112)
    )  # fmt: skip
    image = answer.finite((1, 3, 112, 112), "(1, 3, H, W)").astype(np.float32)
    scores = oracle.scores("squeezenet", image)[0]
    assert int(scores.argmax()) == target, reason(
        "after 40 steps the image is taken for class {taken}, not for the target class {target}",
        hint=sentence(wrong_direction(student, oracle)),
        taken=int(scores.argmax()),
        target=target,
    )


@pytest.mark.points(3)
def test_climbs_on_a_linear_model(student, oracle, sentence):
    """On a linear model class_visualization ends where the target class's weights point, smaller with more l2_reg."""
    weight = smooth_weights()
    weights = {"weight": weight, "bias": np.zeros(4, np.float32)}
    sizes, reached = [], []
    for l2_reg, max_jitter in ((0.0, 0), (0.1, 0), (0.0, 4)):
        answer = student.class_visualization(
            2, Model("linear", weights), l2_reg=l2_reg, learning_rate=2.0, num_iterations=30, blur_every=1000,
            max_jitter=max_jitter, shape=SHAPE,
        )  # fmt: skip
        image = answer.finite((1, 3, *SHAPE), "(1, 3, H, W)").astype(np.float32)
        scores = oracle.scores("linear", image, weights)[0]
        assert max_jitter or int(scores.argmax()) == 2, reason(
            "the image is taken for class {taken}, not for the target class 2",
            hint=sentence(wrong_direction(student, oracle)),
            taken=int(scores.argmax()),
        )
        sizes.append(float(np.linalg.norm(image)))
        reached.append(float(scores[2]))
    assert sizes[1] < sizes[0], reason(
        "the norm of the image is {without:.3g} without l2_reg and {with_it:.3g} with it, expected less",
        hint="pass l2_reg on to the update step",
        without=sizes[0],
        with_it=sizes[1],
    )
    # shifted by half a patch at most, right loops keep 0.54 of the score; where the image drifts, 0.25 is left
    assert reached[2] >= 0.4 * reached[0], reason(
        "the score of the class is {without:.3g} without jitter and {with_it:.3g} with up to 4 pixels of it",
        hint="after each step shift the image back by what it was shifted before, -ox and -oy in the same order",
        without=reached[0],
        with_it=reached[2],
    )


def smooth_weights():
    """Return weights of four classes that differ in large patches, so that jitter and blur do not mix them up."""
    patches = np.random.default_rng(4).normal(0, 1, (4, 3, SHAPE[0] // 8, SHAPE[1] // 8))
    return np.kron(patches, np.ones((8, 8))).astype(np.float32) / 30


def wrong_direction(student, oracle):
    """Return the mistake that a class visualization of the wrong class looks like, from a short run."""
    weights = {"weight": smooth_weights(), "bias": np.zeros(4, np.float32)}

    def run(iterations):
        image = student.class_visualization(
            2, Model("linear", weights), l2_reg=0.0, learning_rate=2.0, num_iterations=iterations, blur_every=1000,
            max_jitter=0, shape=SHAPE,
        ).finite((1, 3, *SHAPE), "(1, 3, H, W)").astype(np.float32)  # fmt: skip
        return oracle.scores("linear", image, weights)[0]

    short, long = run(2), run(30)
    noise = np.abs(short).max()
    if long[2] < -3 * noise:
        return "grows_the_opposite"
    if long.max() > 3 * noise:
        return "next_class"
    return "never_updates" if abs(long[2]) <= noise else "starts_over_each_iteration"
