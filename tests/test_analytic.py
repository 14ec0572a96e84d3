"""The small networks whose answers are known: what each of them is there for."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from fixtures.models import load_model
from tests.random_images import random_images


def test_a_model_breaks_off_half_way():
    """Its convolutions have run by then, so that hooks on them have been called."""
    model, called = load_model("raises"), []
    for layer in (model.conv1, model.conv2, model.fc):
        layer.register_forward_hook(lambda module, *_: called.append(module))
    with pytest.raises(RuntimeError, match="breaks off half-way, on purpose"):
        model(torch.randn(1, 3, 6, 9))
    assert called == [model.conv1, model.conv2]


def test_flat_vgg_sees_where_a_feature_lies():
    """The gradient at `bn5_2` differs from place to place beyond the choice of the max-pool."""
    model, kept = load_model("flat_vgg"), []
    model.backbone.bn5_2.register_forward_hook(lambda *call: kept.append(call[2]))
    scores = model(random_images("flat_vgg", count=1))
    gradient = torch.autograd.grad(scores[0, 3], kept[0])[0][0]
    for channel in gradient:
        values = channel[channel != 0]
        assert len(values) < 2 or values.std() > 1e-3


def test_linear_has_its_weight_as_gradient():
    """The gradient of every score is the weight of that class, for weights of any shape."""
    weight = np.random.default_rng(0).standard_normal((4, 3, 2, 5)).astype(np.float32)
    model = load_model("linear", {"weight": weight, "bias": np.arange(4)})
    image = torch.randn(1, 3, 2, 5, requires_grad=True)
    for label in range(4):
        gradient = torch.autograd.grad(model(image)[0, label], image)[0]
        np.testing.assert_array_equal(weight[label], gradient[0].numpy())
    assert model(torch.zeros(1, 3, 2, 5)).tolist() == [[0, 1, 2, 3]]


def test_tiny_overwrites_what_a_hook_keeps():
    """The output of a convolution, kept without a copy, is changed by the ReLU that works in place."""
    model, kept = load_model("tiny"), []
    model.conv1.register_forward_hook(lambda *call: kept.extend([call[2], call[2].clone()]))
    model(random_images("tiny"))
    assert kept[1].min() < 0
    assert torch.equal(kept[0], functional.relu(kept[1]))


@pytest.mark.parametrize("name", ["tiny", "flat_vgg"])
def test_dropout_shows_in_training_mode(name):
    """In training mode the scores change from call to call."""
    model = load_model(name).train()
    assert not torch.equal(model(random_images(name)), model(random_images(name)))


def test_gap_trap_changes_class_as_described():
    """Ascending class 1 by steps of 1 passes classes 0, 0, 1, 2 and then stays at 1."""
    direction = np.zeros((3, 4, 6), dtype=np.float32)
    direction[1, 2, 3] = 1
    model = load_model("gap_trap", {"direction": direction})
    places = torch.tensor([0.5, 1.5, 2.5, 3.5, 4.5, 5.5])[:, None, None, None]
    scores = model(places * torch.from_numpy(direction))
    assert scores.argmax(dim=1).tolist() == [0, 0, 1, 2, 1, 1]
    assert scores[:, 0].tolist() == [2] * 6
    assert scores[:, 1].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert scores[:, 2].tolist() == [-9.5, -4.5, 0.5, 5.5, 2.5, -0.5]
    assert load_model("gap_trap").direction.norm().item() == pytest.approx(1)
