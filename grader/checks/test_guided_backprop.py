"""Checks of `guided_backprop.guided_backprop` and `guided_backprop.deconvnet`."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.arguments import Model
from grader.checking.reasons import reason


@pytest.mark.points(3)
@pytest.mark.hint("hooks_an_in_place_relu", where="modified inplace")
def test_guided_passes_what_both_rules_pass(student, expected):
    """guided_backprop obeys its rule at every ReLU: one that serves twice, in place, and one in the head."""
    right = expected("guided_backprop/guided_relu_head")
    assert student.perform(right.call) == right
    blank, without_bias = np.zeros((3, 16, 24), np.float32), {"backbone.0.bias": np.zeros(8, np.float32)}
    dark = student.guided_backprop(Model("relu_head", without_bias), blank, 1).finite(
        blank.shape, "(3, H, W)"
    )
    assert not dark.any(), reason(
        "a ReLU whose input is 0 passes something on, and its output does not move with its input"
    )


@pytest.mark.points(2)
@pytest.mark.hint("one_mask_for_each_module", where="must match the size")
def test_guided_explains_the_class_asked_for(student, expected):
    """guided_backprop is right on a deeper net, for the class asked for."""
    right = expected("guided_backprop/guided_flat_head")
    assert student.perform(right.call) == right


@pytest.mark.points(3)
def test_deconvnet_passes_positive_gradients(student, expected):
    """A ReLU passes on every positive gradient in deconvnet, whatever its input was."""
    right = expected("guided_backprop/deconv_relu_head")
    assert student.perform(right.call) == right


@pytest.mark.points(2)
def test_deconvnet_explains_the_class_asked_for(student, expected):
    """On a deeper net deconvnet is right for the class asked for."""
    right = expected("guided_backprop/deconv_deeper_net")
    assert student.perform(right.call) == right


@pytest.mark.points(2)
def test_nothing_of_either_stays_on_the_model(student, expected, oracle, sentence):
    """After both functions the model's own gradient is what it was before them."""
    guided, deconv = (
        expected("guided_backprop/guided_relu_head"),
        expected("guided_backprop/deconv_relu_head"),
    )
    image = guided.arguments[1].values[None]
    for case, mistake in ((guided, "leaves_its_hooks"), (deconv, "deconvnet_leaves_its_hooks")):
        assert student.perform(case.call) == case
        gradient = (
            student.run_model("relu_head", image, gradient_of=2)
            .part("gradient")
            .finite(image.shape, "(N, C, H, W)")
        )
        assert np.allclose(gradient, oracle.gradient("relu_head", image, 2), rtol=1e-3, atol=1e-5), reason(
            "the gradient of the model is another one afterwards", hint=sentence(mistake)
        )


@pytest.mark.points(1)
def test_guided_needs_no_mode(student, expected, sentence):
    """guided_backprop is right for a model in train mode with frozen parameters."""
    right = expected("guided_backprop/guided_train_mode")
    first, second = student.perform(right.call), student.perform(right.call)
    assert np.array_equal(first.values, second.values), reason(
        "two calls with the same image give two results", hint=sentence("stays_in_train_mode")
    )
    assert first == right


@pytest.mark.points(1)
@given(seed=st.integers(0, 2**32 - 1))
def test_without_a_relu_both_are_the_gradient(student, close_to, seed):
    """On a linear model, which has no ReLU, both give the weights of the class, signs and all."""
    rng = np.random.default_rng(seed)
    weights = {
        "weight": rng.normal(0, 1, (4, 3, 5, 7)).astype(np.float32),
        "bias": rng.normal(100, 1, 4).astype(np.float32),  # scores above zero, to go back from if one likes
    }
    image, target = rng.normal(0, 1, (3, 5, 7)).astype(np.float32), int(rng.integers(4))
    right = close_to(weights["weight"][target], "(3, H, W)", compare="scale")
    assert student.guided_backprop(Model("linear", weights), image, target) == right
    assert student.deconvnet(Model("linear", weights), image, target) == right


@pytest.mark.points(1)
def test_guided_finds_either_object(student, store):
    """In a scene with two objects guided_backprop on a trained VGG is stronger on the one that is asked for."""
    two = store.pictures("vgg_two")
    image, labels, masks = two.normalised[0], two.labels[0], two.masks[0]
    results = [
        student.guided_backprop(Model("vgg"), image, int(label)).finite(image.shape, "(3, H, W)")
        for label in labels
    ]
    for which, result in enumerate(results):
        shares = [float(np.abs(result).max(axis=0)[mask].sum()) for mask in masks]
        assert shares[which] > shares[1 - which], reason("the map is stronger on the other object")
