import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import squareform
from sklearn.manifold import trustworthiness
from sklearn.manifold._t_sne import _joint_probabilities, _kl_divergence
from sklearn.metrics import pairwise_distances

from fixtures.cases import ARRAYS
from fixtures.cases.embedding import GROUPS
from reference.embedding import _kl_gradient, tsne, tsne_affinities

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
SEEDS = pytest.mark.parametrize("seed", range(3))


def draw(name, seed):
    """Return features as the cases draw them, from another seed."""
    return torch.from_numpy(ARRAYS[f"embedding_{name}"](np.random.default_rng(seed)))


def agreement(points, labels, k=5):
    """Return which share of the k nearest neighbours has the label of its point."""
    distances = torch.cdist(points, points).fill_diagonal_(math.inf)
    return (labels[distances.topk(k, largest=False).indices] == labels[:, None]).double().mean()


@SEEDS
@pytest.mark.parametrize(("name", "perplexity"), [("crowd", 8.0), ("clusters", 12.0), ("curve", 30.0)])
def test_affinities_agree_with_scikit_learn(name, perplexity, seed):
    """Its search ends at 1e-5 of the entropy, and in float32: so near, and no nearer."""
    features = draw(name, seed)
    distances = pairwise_distances(features.numpy(), metric="euclidean", squared=True)
    oracle = squareform(_joint_probabilities(distances.astype(np.float32), perplexity, 0))
    P = tsne_affinities(features, perplexity).numpy()
    assert np.linalg.norm(P - oracle) < 1e-4 * np.linalg.norm(oracle)


@DTYPES
def test_affinities_are_a_symmetric_distribution_over_pairs(dtype):
    """Sum 1, zeros on the diagonal, the dtype of the features."""
    P = tsne_affinities(draw("clusters", 0).to(dtype), 10.0)
    assert P.dtype == dtype
    assert torch.equal(P, P.T)
    assert not P.diagonal().any()
    assert P.min() >= 0
    torch.testing.assert_close(P.sum(), torch.tensor(1, dtype=dtype))


@pytest.mark.parametrize("perplexity", [2.5, 3.0, 7.0])
def test_each_point_has_the_perplexity(perplexity):
    """All points of a ring share one bandwidth, so that a row of p_ij itself has the entropy that is asked for."""
    angles = 2 * math.pi * torch.arange(9).double() / 9
    P = 9 * tsne_affinities(torch.stack([angles.cos(), angles.sin()], dim=1), perplexity)
    entropy = torch.special.entr(P).sum(dim=1) / math.log(2)
    torch.testing.assert_close(2**entropy, torch.full((9,), perplexity).double(), rtol=1e-9, atol=0)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_affinities_do_not_depend_on_place_turn_and_scale(scale):
    """Only distances in proportion to each other count."""
    features = draw("crowd", 0).double()
    turn = torch.linalg.qr(torch.randn(6, 6, generator=torch.Generator().manual_seed(0)).double()).Q
    P = tsne_affinities(features, 8.0)
    torch.testing.assert_close(tsne_affinities(scale * features @ turn + scale, 8.0), P, rtol=1e-5, atol=1e-9)


def test_affinities_follow_their_points():
    """In another order they are the same affinities."""
    features, order = (
        draw("crowd", 0).double(),
        torch.randperm(24, generator=torch.Generator().manual_seed(0)),
    )
    P = tsne_affinities(features, 8.0)
    torch.testing.assert_close(tsne_affinities(features[order], 8.0), P[order][:, order])


def test_points_in_one_place_are_tied_alike():
    """There is no bandwidth to be found, and no NaN either."""
    P = tsne_affinities(torch.ones(5, 3), 2.0)
    torch.testing.assert_close(P, (torch.ones(5, 5) - torch.eye(5)) / 20)


@pytest.mark.parametrize("perplexity", [0.5, 24.0])
def test_a_perplexity_that_cannot_be_is_an_error(perplexity):
    """A point has at most N - 1 neighbours."""
    with pytest.raises(ValueError, match="expected a perplexity from 1 to 23 for 24 points"):
        tsne_affinities(draw("crowd", 0), perplexity)


def kl(P, points):
    """Return KL(P || Q), pair by pair."""
    N = len(points)
    pairs = [(i, j) for i in range(N) for j in range(N) if i != j]
    closeness = {(i, j): 1 / (1 + ((points[i] - points[j]) ** 2).sum()) for i, j in pairs}
    total = sum(closeness.values())
    return sum(P[pair] * torch.log(P[pair] / (closeness[pair] / total)) for pair in pairs)


def test_the_gradient_agrees_with_autograd_and_finite_differences():
    """It is the gradient of the divergence, written down pair by pair."""
    P = tsne_affinities(draw("crowd", 0).double()[:9], 3.0)
    points = torch.randn(
        9, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64
    ).requires_grad_()
    (expected,) = torch.autograd.grad(kl(P, points), points)
    torch.testing.assert_close(_kl_gradient(P, points.detach()), expected, rtol=1e-10, atol=1e-12)

    step = torch.zeros(9, 2, dtype=torch.float64)
    step[4, 1] = 1e-5
    slope = (kl(P, points.detach() + step) - kl(P, points.detach() - step)) / 2e-5
    torch.testing.assert_close(slope, expected[4, 1], rtol=1e-7, atol=1e-10)


@SEEDS
def test_the_gradient_agrees_with_scikit_learn(seed):
    """Its own divergence and gradient, which it keeps as a condensed matrix and a flat vector."""
    P = tsne_affinities(draw("clusters", seed).double(), 12.0)
    points = torch.randn(60, 2, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    condensed = squareform(P.numpy(), checks=False)
    _, oracle = _kl_divergence(points.numpy().ravel(), condensed, 1, 60, 2)
    assert np.allclose(_kl_gradient(P, points).numpy().ravel(), oracle, rtol=1e-8, atol=1e-12)


@SEEDS
@DTYPES
def test_a_map_keeps_neighbours_and_labels(seed, dtype):
    """Trustworthy to 0.9 and more, with groups as pure as among the features themselves."""
    features, labels = draw("clusters", seed).to(dtype), torch.arange(60) % GROUPS
    points = tsne(features, 8.0)
    assert points.shape == (60, 2)
    assert points.dtype == dtype
    assert trustworthiness(features.numpy(), points.numpy(), n_neighbors=5) > 0.9
    assert agreement(points, labels) >= 0.8 * agreement(features, labels)


@SEEDS
def test_a_map_ends_where_the_gradient_vanishes(seed):
    """Each of its forces is in balance, to a hundredth of the attraction."""
    features = draw("clusters", seed).double()
    P, points = tsne_affinities(features, 8.0), tsne(features, 8.0)
    closeness = 1 / (1 + torch.cdist(points, points) ** 2)
    pull = 4 * (P * closeness)
    attraction = pull.sum(1, keepdim=True) * points - pull @ points
    assert _kl_gradient(P, points).norm() < 0.01 * attraction.norm()


def test_shuffled_rows_are_no_map():
    """That is why neighbours are judged, and not the look of the map."""
    features = draw("clusters", 0)
    points = tsne(features, 8.0)[torch.randperm(60, generator=torch.Generator().manual_seed(0))]
    assert trustworthiness(features.numpy(), points.numpy(), n_neighbors=5) < 0.65


def test_the_seed_decides_the_map():
    """Whatever random numbers were drawn before, and none of torch's own are used up."""
    features = draw("crowd", 0)
    torch.manual_seed(1)
    first, state = tsne(features, 5.0, 20, 3), torch.get_rng_state()
    torch.manual_seed(2)
    assert torch.equal(tsne(features, 5.0, 20, 3), first)
    assert not torch.equal(tsne(features, 5.0, 20, 4), first)
    torch.manual_seed(1)
    assert torch.equal(torch.get_rng_state(), state)


def test_leaves_the_features_as_they_were():
    """Values, and no gradient is recorded."""
    features = draw("crowd", 0).requires_grad_()
    given = features.detach().clone()
    points = tsne(features, 5.0, 20)
    assert torch.equal(features.detach(), given)
    assert not points.requires_grad
