import numpy as np
import pytest
import torch
from sklearn.neighbors import NearestNeighbors
from torch import nn

from fixtures.models import load_model
from reference.embedding import extract_features, nearest_neighbors

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def _normal(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def _state(model: nn.Module) -> dict[str, torch.Tensor]:
    return {name: value.clone() for name, value in model.state_dict().items()}


def _is_as_it_was(model: nn.Module, before: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(value, before[name]) for name, value in model.state_dict().items()) and not any(
        module._forward_hooks or module._forward_pre_hooks for module in model.modules()
    )


@DTYPES
@pytest.mark.parametrize(
    ("name", "shape"), [("vgg", (3, 64, 80)), ("flat_vgg", (3, 64, 96)), ("simple", (1, 28, 28))]
)
def test_the_last_layer_makes_the_scores_of_the_features(name, shape, dtype):
    """Scores are the features times the weights of the last layer, plus its bias."""
    model, images = load_model(name).to(dtype), _normal(2, *shape).to(dtype)
    head = [module for module in model.modules() if isinstance(module, nn.Linear)][-1]
    scores = head(extract_features(model, images))
    expected = model(images)
    torch.testing.assert_close(torch.relu(scores) if name == "simple" else scores, expected)


def test_squeezenet_averages_what_its_last_convolution_reads():
    """Averaging commutes with a 1 x 1 convolution: without the ReLU behind it, the features make the scores."""
    model, images = load_model("squeezenet"), _normal(2, 3, 72, 104)
    conv = model.classifier[1]
    features = extract_features(model, images)
    assert features.shape == (2, 512)
    model.classifier[2] = nn.Identity()
    torch.testing.assert_close(
        conv(features[:, :, None, None]).flatten(1), model(images), rtol=1e-4, atol=1e-4
    )


@pytest.mark.parametrize("name", ["vgg", "squeezenet", "tiny"])
def test_each_image_has_features_of_its_own(name):
    """A batch gives what its images give one by one, a batch of one included."""
    model, images = load_model(name), _normal(3, 3, 64, 64)
    together = extract_features(model, images)
    for image, features in zip(images, together):
        torch.testing.assert_close(extract_features(model, image[None]), features[None], rtol=1e-4, atol=1e-5)


def test_a_relu_in_place_behind_the_layer_changes_nothing():
    """What went into the layer is kept before a later layer overwrites it."""
    head = nn.Sequential(nn.Linear(4, 4), nn.ReLU(inplace=True))
    model = nn.Sequential(nn.Flatten(), nn.Identity(), head).eval()
    images = _normal(2, 1, 2, 2)
    assert torch.equal(extract_features(model, images), images.flatten(1))


def test_a_model_that_writes_into_the_features_afterwards_changes_nothing():
    """The features are a copy."""

    class Overwrites(nn.Module):
        def __init__(self):
            super().__init__()
            self.fc = nn.Linear(4, 3)

        def forward(self, images):
            features = images.flatten(1) * 1
            scores = self.fc(features)
            features.zero_()
            return scores

    images = _normal(2, 1, 2, 2)
    assert torch.equal(extract_features(Overwrites().eval(), images), images.flatten(1))


@pytest.mark.parametrize("name", ["tiny", "flat_vgg"])
def test_train_mode_makes_no_difference_and_stays(name):
    """Dropout is off while the features are read; afterwards each module has the mode that it came with."""
    model, images = load_model(name), _normal(2, 3, 64, 96)
    expected = extract_features(model, images)
    model.train()
    next(module for module in model.modules() if isinstance(module, nn.Dropout)).eval()
    modes, before = [module.training for module in model.modules()], _state(model)
    assert torch.equal(extract_features(model, images), expected)
    assert [module.training for module in model.modules()] == modes
    assert _is_as_it_was(model, before)


def test_leaves_no_trace():
    """No gradient, no hook, no changed value, with frozen weights too."""
    for frozen in (False, True):
        model, images = load_model("tiny").requires_grad_(not frozen), _normal(2, 3, 6, 9)
        given, before = images.clone(), _state(model)
        features = extract_features(model, images)
        assert not features.requires_grad
        assert torch.equal(images, given)
        assert _is_as_it_was(model, before)
        assert all(
            parameter.grad is None and parameter.requires_grad is not frozen
            for parameter in model.parameters()
        )
        assert torch.equal(extract_features(model, images), features)


def test_takes_its_hook_off_when_the_model_fails():
    """A model that breaks off half-way is left as it was, in train mode."""
    model = load_model("raises").train()
    before = _state(model)
    with pytest.raises(RuntimeError, match="half-way"):
        extract_features(model, _normal(2, 3, 6, 9))
    assert _is_as_it_was(model, before)
    assert all(module.training for module in model.modules())


def test_a_model_without_layers_is_an_error():
    """There is nothing that could make scores."""
    with pytest.raises(ValueError, match="found neither"):
        extract_features(nn.Flatten(), _normal(1, 3, 2, 2))


@DTYPES
@pytest.mark.parametrize("seed", range(3))
def test_neighbors_agree_with_scikit_learn(dtype, seed):
    """Its brute-force search finds the same rows, of features of quite different lengths."""
    lengths = torch.exp(_normal(60, 1, seed=seed + 10))
    features = (lengths * _normal(60, 7, seed=seed)).to(dtype)
    query, database = features[:12], features[12:]
    oracle = NearestNeighbors(n_neighbors=9, algorithm="brute").fit(database.numpy())
    found = nearest_neighbors(query, database, 9)
    assert found.dtype == torch.int64
    assert np.array_equal(found.numpy(), oracle.kneighbors(query.numpy(), return_distance=False))


def test_neighbors_stay_where_all_features_are_moved_turned_and_scaled():
    """Distances do not change when everything moves and turns, nor does their order under a scale."""
    features = _normal(40, 6).double()
    turn = torch.linalg.qr(_normal(6, 6, seed=1).double()).Q
    moved = 3 * features @ turn + 10
    assert torch.equal(nearest_neighbors(features, features, 8), nearest_neighbors(moved, moved, 8))


def test_a_near_copy_is_found_far_from_the_origin():
    """Long features that hardly differ keep their order in float32, where a difference of squares has lost it."""
    database = 10_000 + _normal(50, 32)
    query = database + 1e-2 * _normal(50, 32, seed=1)
    assert torch.equal(nearest_neighbors(query, database, 1)[:, 0], torch.arange(50))
    squares = (query**2).sum(1)[:, None] - 2 * query @ database.T + (database**2).sum(1)
    assert not torch.equal(squares.argmin(1), torch.arange(50))


def test_a_query_of_the_database_comes_first_and_a_whole_row_is_a_permutation():
    """At distance 0, and k may be as large as the database."""
    features = _normal(20, 5)
    rows = nearest_neighbors(features, features, 20)
    assert torch.equal(rows[:, 0], torch.arange(20))
    assert torch.equal(rows.sort(dim=1).values, torch.arange(20).expand(20, 20))


@pytest.mark.parametrize("k", [0, 6])
def test_more_neighbors_than_rows_are_an_error(k):
    """Silently fewer would shift what comes after."""
    with pytest.raises(ValueError, match="expected k from 1 to 5"):
        nearest_neighbors(_normal(2, 3), _normal(5, 3), k)
