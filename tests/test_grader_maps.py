"""Maps of t-SNE are judged by their forces, and a wrong one by whose forces cancel on it."""

import math

import numpy as np
import pytest
import torch

from fixtures.cases import ARRAYS
from grader.checking.maps import AtRest
from grader.errors import StudentFault
from reference.embedding import tsne, tsne_affinities
from reference.variants import find_variants
from tests.observers.embedding import judge_map

PERPLEXITY = {"clusters": 8.0, "curve": 6.0}
SETS = pytest.mark.parametrize("name", PERPLEXITY)
MISTAKES = [v for v in find_variants("embedding") if v.function == "embedding.tsne" and v.kind == "mistake"]
# These are seen by other means: a second call, the argument afterwards.
NOT_IN_THE_MAP = ("seed_not_used", "changes_the_features")


def draw(name, seed):
    return ARRAYS[f"embedding_{name}"](np.random.default_rng(seed))


def map_of(answer, features, name):
    return np.asarray(answer(torch.from_numpy(features.copy()), PERPLEXITY[name]))


@SETS
@pytest.mark.parametrize("seed", [5, 6])
def test_a_right_map_is_right_wherever_it_lies(name, seed):
    """Moved, turned and mirrored it is the same map."""
    features = draw(name, seed)
    points = map_of(tsne, features, name)
    turn = np.array([[math.cos(1), math.sin(1)], [math.sin(1), -math.cos(1)]])

    assert judge_map(points, features, PERPLEXITY[name]) == []
    assert judge_map((points @ turn + 5).astype(np.float32), features, PERPLEXITY[name]) == []


@SETS
def test_a_map_of_half_the_size_is_wrong(name):
    """The size of a map is not free: points that are too near each other push."""
    features = draw(name, 5)
    points = 0.5 * map_of(tsne, features, name)

    assert judge_map(points, features, PERPLEXITY[name]) != []


@pytest.mark.parametrize("seed", [7, 8])
@pytest.mark.parametrize(
    "mistake", [v for v in MISTAKES if v.name not in NOT_IN_THE_MAP], ids=lambda v: v.name
)
def test_a_wrong_map_is_told_from_others(mistake, seed):
    """On one set of points at least, and taken for another on none, whatever the build's seed."""
    named = []
    for name in PERPLEXITY:
        features = draw(name, seed)
        _, hint = judge_map(map_of(mistake.call, features, name), features, PERPLEXITY[name])
        named.append(hint)

    assert {mistake.name} <= set(named) <= {mistake.name, "unknown"}


def test_the_affinities_are_those_of_the_reference():
    """Another way to find them, in numpy."""
    features = draw("crowd", 5)
    expected = tsne_affinities(torch.from_numpy(features).double(), 8.0).numpy()

    assert np.allclose(AtRest(features, 8.0, print, {}).affinities, expected, rtol=1e-6, atol=1e-12)


def test_a_map_that_is_none_is_the_students_fault():
    """Another shape and NaN say what came back."""
    features = draw("curve", 5)
    with pytest.raises(StudentFault, match=r"expected \(60, 2\)"):
        judge_map(np.zeros((60, 3)), features, 6.0)
    with pytest.raises(StudentFault, match="not finite"):
        judge_map(np.full((60, 2), np.nan), features, 6.0)


def test_an_unknown_mistake_has_no_hint():
    """Noise of the right size is no map, and it is not known how it came about."""
    features = draw("clusters", 5)
    points = 0.7 * map_of(tsne, features, "clusters") + np.random.default_rng(0).normal(0, 3, (60, 2))

    assert judge_map(points, features, 8.0)[1] == "unknown"


@SETS
@pytest.mark.parametrize("size", [1.5e308, 1e160])
def test_a_map_that_overflows_is_wrong(name, size):
    """Sums that overflow are no number, and what is no number is not small."""
    features = draw(name, 5)
    for points in (
        np.full((len(features), 2), size),
        size * np.random.default_rng(1).normal(0, 0.1, (len(features), 2)),
    ):
        assert judge_map(points, features, PERPLEXITY[name]) != []
