"""The trained heads: what comes with the package says why and why not, and points at the object."""

import numpy as np
import pytest
import torch

from fixtures.heads import SIGNS, backbone_features, encode_positions, load_head
from fixtures.models import load_model
from fixtures.normalise import normalise
from fixtures.recipe import HELD_OUT_SEED
from fixtures.scenes import draw_scenes
from fixtures.train_scouter import judge_head, see
from reference.scouter import slot_attention


@pytest.fixture(scope="module")
def scenes():
    """Some scenes that nothing was trained on."""
    return draw_scenes(48, size=(224, 224), seed=HELD_OUT_SEED + 100)


@pytest.fixture(scope="module")
def features(scenes):
    return see(load_model("vgg"), scenes)


@pytest.mark.parametrize("name", SIGNS)
def test_a_head_names_the_class_and_points_at_the_object(name, features, scenes):
    """On all but a few of new scenes, and most of what it looks at is the object."""
    found = judge_head(load_head(name), features, scenes)
    assert found.accuracy > 0.95
    assert found.pointing > 0.9
    assert found.energy > 3 * found.chance


@pytest.mark.parametrize(("name", "sign"), SIGNS.items())
def test_the_scores_have_the_sign_of_the_head(name, sign, features):
    """A negative head gives the right class the least evidence against it."""
    head = load_head(name)
    scores, attention = slot_attention(features.float(), *head.weights, e=head.e)
    assert head.e == sign
    assert (sign * scores >= 0).all()
    assert attention.shape == (48, 12, 14, 14)


def test_features_are_those_of_the_layer(scenes):
    """A hook on relu5_2 sees the same."""
    vgg, images = load_model("vgg"), torch.from_numpy(normalise(scenes.images[:2]))
    seen = []
    handle = vgg.backbone.relu5_2.register_forward_hook(lambda *call: seen.append(call[2]))
    vgg(images)
    handle.remove()
    torch.testing.assert_close(backbone_features(vgg, images), seen[0].detach())


def test_positions_are_sines_and_cosines_of_row_and_column():
    """Row 2, column 3 of a grid of 4 x 5, at frequencies 1 and 1/100."""
    positions = encode_positions(4, 5, 8)
    row, column = np.array([2, 0.02]), np.array([3, 0.03])
    expected = np.concatenate([np.sin(row), np.cos(row), np.sin(column), np.cos(column)])
    np.testing.assert_allclose(positions[2 * 5 + 3], expected, rtol=1e-5)
    assert len(positions.unique(dim=0)) == 20


def test_an_unknown_head_and_missing_weights_are_said(tmp_path):
    """What there is, and how to get what is missing."""
    with pytest.raises(ValueError, match="expected a head among scouter_positive, scouter_negative, got 'x'"):
        load_head("x")
    with pytest.raises(FileNotFoundError, match="python -m fixtures train"):
        load_head("scouter_positive", weights_folder=tmp_path)
