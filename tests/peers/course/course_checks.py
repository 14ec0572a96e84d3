"""The course's checks as plain functions, which every peer calls in its own format.

Each takes the student's functions as attributes of one object and raises AssertionError. They make the calls that the
checks of `grader/checks/` make of the same three functions, in the same process as the student's code, as all these
peers do. Pictures, answers and tolerances are those of `fixtures/`.
"""

from __future__ import annotations

import copy
import functools

import matplotlib.pyplot as plt
import numpy as np
import torch

from fixtures.models import load_model
from fixtures.store import open_store

NEAR = 0.5  # of the image's norm
DIRECTION = np.random.default_rng(1).normal(0, 1, (3, 6, 9)).astype(np.float32)
DIRECTION /= np.linalg.norm(DIRECTION)


def maps_of_five_scenes(student):
    """compute_saliency_maps gives the largest absolute gradient of the score over the colour channels."""
    _compare_maps(student, "saliency/five_scenes")


def maps_of_one_scene(student):
    """compute_saliency_maps works for a batch of one image."""
    _compare_maps(student, "saliency/one_scene")


def maps_of_given_labels(student):
    """compute_saliency_maps explains the given classes, on images wider than high."""
    _compare_maps(student, "saliency/four_wide")


def maps_of_linear_models(student):
    """On a linear model the map is the largest absolute weight."""
    for seed in range(6):
        rng = np.random.default_rng(seed)
        classes, count = rng.integers(2, 7), rng.integers(1, 5)
        weight = rng.normal(0, 1, (classes, 3, 4, 7)).astype(np.float32)
        model = load_model("linear", {"weight": weight, "bias": rng.normal(0, 1, classes).astype(np.float32)})
        images = torch.from_numpy(rng.normal(0, 1, (count, 3, 4, 7)).astype(np.float32))
        labels = torch.from_numpy(rng.integers(0, classes, count))
        expected = torch.from_numpy(np.abs(weight[labels.numpy()]).max(axis=1))
        assert_same(student.compute_saliency_maps(images, labels, model), expected, 1e-4)


def maps_twice(student):
    """compute_saliency_maps gives the same maps again, and leaves the images as they are."""
    (images, labels, model), expected, loose = case("saliency/one_scene")
    before = images.clone()
    assert_same(student.compute_saliency_maps(images, labels, model), expected, loose)
    assert_same(student.compute_saliency_maps(images, labels, model), expected, loose)
    assert np.array_equal(images.detach().numpy(), before.numpy()), "the values of X were changed"


def fools_a_squeezenet(student):
    """The image that comes back is taken for the target class by a SqueezeNet."""
    for pair in store().fooling_pairs("squeezenet")[:3]:
        _fool(student, pair)


def fools_a_vgg(student):
    """The image that comes back is taken for the target class by a VGG."""
    for pair in store().fooling_pairs("vgg")[:2]:
        _fool(student, pair)


def stays_near(student):
    """The fooling image lies near X, and X itself is not changed."""
    pair = store().fooling_pairs("squeezenet")[-1]
    given, fooling = _fool(student, pair)
    assert np.array_equal(given, pair.normalised), "the values of X were changed"
    moved, norm = np.linalg.norm(fooling - pair.normalised), np.linalg.norm(pair.normalised)
    assert moved <= NEAR * norm, f"the image was moved by {moved:.3g}"


def needs_no_step(student):
    """An image that already is the target class stays the target."""
    assert abs(_climb(student, 0.5) - 0.5) > 1e-5, "an image that is not the target class was not moved"
    reached = _climb(student, 5.0)
    assert 4 <= reached <= 11, f"X was the target class already, and was moved by {reached - 5:.3g}"


def returns_what_passed(student):
    """The image that is returned is the one that was found to be the target class."""
    reached = _climb(student, 0.5)
    assert 2 <= reached <= 3 or reached >= 4, "the image that came back is not the target class"


def climbs_a_steep_score(student):
    """The target class is reached on a model whose score is steep."""
    slope, distance = 50.0, 8.0
    weight = np.stack([0 * DIRECTION, slope * DIRECTION])
    model = load_model("linear", {"weight": weight, "bias": np.array([slope * distance, 0], np.float32)})
    image = np.random.default_rng(3).normal(0, 1, DIRECTION.shape).astype(np.float32)
    image -= (image * DIRECTION).sum() * DIRECTION
    fooling = _values(student.make_fooling_image(torch.from_numpy(image[None].copy()), 1, model))
    assert int(model(torch.from_numpy(fooling)).argmax()) == 1, "the target class is not reached"
    assert np.linalg.norm(fooling - image) <= 4 * slope, "the image was moved too far"


def gradcam_of_one_scene(student):
    """The map of one scene is the sum of bn5_2's channels, each weighed by its mean gradient, above zero."""
    _compare_gradcam(student, "gradcam/first_scene")


def gradcam_of_two_objects(student):
    """In a scene with two objects the map explains the one that the net predicts."""
    _compare_gradcam(student, "gradcam/two_objects")


def gradcam_without_pooling(student):
    """The map is right on a net without global pooling too."""
    _compare_gradcam(student, "gradcam/flat_head")


def gradcam_of_a_second_call(student):
    """A second call explains the second image."""
    _compare_gradcam(student, "gradcam/first_scene")
    _compare_gradcam(student, "gradcam/second_scene")


def gradcam_scales_to_one(student):
    """The largest value of the map is 1."""
    found = _compare_gradcam(student, "gradcam/first_scene")
    np.testing.assert_allclose(float(torch.as_tensor(found).detach().max()), 1, atol=1e-3)


def gradcam_without_evidence(student):
    """A map without any positive evidence is zero everywhere, not NaN."""
    (_, image), _, _ = case("gradcam/flat_head")
    model = load_model("flat_vgg", {"fc_out.weight": np.zeros((8, 48), np.float32)})
    found = _values(student.vis_gradcam(model, image))
    assert np.isfinite(found).all(), "the map holds NaN"
    assert not found.any(), "the map is not zero"
    _compare_gradcam(student, "gradcam/flat_head")


def gradcam_is_drawn(student):
    """The map is drawn with imshow."""
    plt.close("all")
    _compare_gradcam(student, "gradcam/first_scene")
    assert any(axes.images for number in plt.get_fignums() for axes in plt.figure(number).axes), "no picture"


# What each is worth, by name: the weights of the same checks in grader/checks/.
POINTS = {
    maps_of_five_scenes: 5, maps_of_one_scene: 2, maps_of_given_labels: 3, maps_of_linear_models: 3, maps_twice: 2,
    fools_a_squeezenet: 5, fools_a_vgg: 3, stays_near: 2, needs_no_step: 1, returns_what_passed: 2,
    climbs_a_steep_score: 2, gradcam_of_one_scene: 3, gradcam_of_two_objects: 2, gradcam_without_pooling: 4,
    gradcam_of_a_second_call: 2, gradcam_scales_to_one: 2, gradcam_without_evidence: 1, gradcam_is_drawn: 1,
}  # fmt: skip


@functools.lru_cache(maxsize=1)
def store():
    """Return pictures and answers, read once in a process."""
    return open_store()


@functools.lru_cache(maxsize=8)
def _net(name):
    return load_model(name)


def case(name):
    """Return fresh arguments of a stored case, the answer, and the largest residual of a float32 answer."""
    stored = store().case(name)
    arguments = [
        copy.deepcopy(_net(given.name)) if hasattr(given, "train") else torch.from_numpy(given.values.copy())
        for given in stored.call.arguments
    ]
    return arguments, torch.from_numpy(stored.expected.astype(np.float64)), stored.loose


def assert_same(found, expected, tolerance):
    """Raise AssertionError unless `found` is `expected` up to a positive factor for each image.

    The distance is `fixtures.tolerances`' own: min over k of ||k * found - expected|| / ||expected||.
    """
    found = torch.as_tensor(found).detach()
    assert tuple(found.shape) == tuple(expected.shape), f"shape {tuple(found.shape)}"
    rows = len(expected) if expected.ndim == 3 else 1
    found, expected = found.reshape(rows, -1).double(), expected.reshape(rows, -1).double()
    scale = ((found * expected).sum(1) / (found * found).sum(1)).clamp(min=0).nan_to_num()
    residual = ((scale[:, None] * found - expected).norm(dim=1) / expected.norm(dim=1)).max()
    np.testing.assert_allclose(float(residual), 0, atol=tolerance)


def _compare_maps(student, name):
    (images, labels, model), expected, loose = case(name)
    assert_same(student.compute_saliency_maps(images, labels, model), expected, loose)


def _compare_gradcam(student, name):
    (model, image), expected, loose = case(name)
    found = student.vis_gradcam(model, image)
    assert_same(found, expected, loose)
    return found


def _fool(student, pair):
    """Return X after the call and the fooling image, which the net must take for the target."""
    model, given = copy.deepcopy(_net(pair.net)), torch.from_numpy(pair.normalised.copy())
    fooling = _values(student.make_fooling_image(given, pair.target, model))
    assert fooling.shape == pair.normalised.shape
    assert int(model(torch.from_numpy(fooling)).argmax()) == pair.target, "the net is not fooled"
    return given.detach().numpy(), fooling


def _climb(student, start):
    """Return how far the answer lies along DIRECTION, whose target class wins in (2, 3) and from 4 on."""
    image = np.random.default_rng(2).normal(0, 1, DIRECTION.shape).astype(np.float32)
    image += (start - (image * DIRECTION).sum()) * DIRECTION
    model = load_model("gap_trap", {"direction": DIRECTION})
    return float(
        (_values(student.make_fooling_image(torch.from_numpy(image[None]), 1, model)) * DIRECTION).sum()
    )


def _values(found):
    return torch.as_tensor(found).detach().numpy().astype(np.float32)
