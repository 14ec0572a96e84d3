"""Wrong answers to the affinities of t-SNE, from the distances to the symmetry."""

import math
from collections.abc import Callable

import torch
from torch import Tensor

from reference.variants import mistake

AFFINITIES = "embedding.tsne_affinities"


@mistake(
    of=AFFINITIES,
    says="It looks like the affinities go one way only: p_j|i is not p_i|j, so add the transpose and divide by 2N.",
)
def one_way(features: Tensor, perplexity: float) -> Tensor:
    return rows_of(features, perplexity) / len(features)


@mistake(
    of=AFFINITIES,
    says="It looks like the affinities add up to N: each row sums to 1, so divide the sum of the two directions by 2N "
    "in place of 2.",
)
def sum_is_n(features: Tensor, perplexity: float) -> Tensor:
    P = rows_of(features, perplexity)
    return (P + P.T) / 2


@mistake(
    of=AFFINITIES,
    says="It looks like each point counts as its own neighbour: set the diagonal to 0 before you divide by the sum of "
    "the row, also within the search.",
)
def diagonal_kept(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features)
    P = search(lambda b: normalised(torch.exp(-b * d)), math.log(perplexity), len(d))
    return both_ways(P)


@mistake(
    of=AFFINITIES,
    says="It looks like nats are compared with bits: with the natural logarithm in the entropy the target is "
    "log(perplexity), with log2 it is log2(perplexity).",
)
def nats_for_bits(features: Tensor, perplexity: float) -> Tensor:
    return both_ways(rows_of(features, perplexity, target=math.log2(perplexity)))


@mistake(
    of=AFFINITIES,
    says="It looks like all points share one bandwidth: search one for each row, since a point in a crowd needs a "
    "smaller one than a point apart.",
)
def one_bandwidth(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features)
    low, high = 0.0, 1000.0
    for _ in range(60):
        b = (low + high) / 2
        if entropy(gaussian(d, b)).mean() > math.log(perplexity):
            low = b
        else:
            high = b
    return both_ways(gaussian(d, b))


@mistake(
    of=AFFINITIES,
    says="It looks like the distances are not squared: the Gaussian takes d**2, so sum the squared differences and "
    "leave the root out.",
)
def distance_not_squared(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features).sqrt()
    return both_ways(search(lambda b: gaussian(d, b), math.log(perplexity), len(d)))


@mistake(
    of=AFFINITIES,
    says="It looks like the perplexity serves as the bandwidth: search the bandwidth for which 2 to the entropy of the "
    "row is the perplexity.",
)
def perplexity_as_bandwidth(features: Tensor, perplexity: float) -> Tensor:
    return both_ways(gaussian(squared(features), 1 / (2 * perplexity)))


@mistake(
    of=AFFINITIES,
    says="It looks like the columns are divided by their sums: p_j|i is a distribution over j, so each row has to sum "
    "to 1 before you add the transpose.",
)
def columns_sum_to_one(features: Tensor, perplexity: float) -> Tensor:
    P = rows_of(features, perplexity)
    return both_ways(P / P.sum(0, keepdim=True))


@mistake(
    of=AFFINITIES,
    says="It looks like angles are compared: t-SNE measures L2 distances between the features as they are.",
)
def angles(features: Tensor, perplexity: float) -> Tensor:
    unit = torch.nn.functional.normalize(features, dim=1)
    d = squared(unit)
    return both_ways(search(lambda b: gaussian(d, b), math.log(perplexity), len(d)))


@mistake(
    of=AFFINITIES,
    says="It looks like Student's t stands where the Gaussian should: 1 / (1 + d**2) is for the map, the features take "
    "exp(-d**2 / (2 * s**2)).",
)
def student_t_of_the_features(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features)
    return both_ways(search(lambda b: normalised(no_diagonal(1 / (1 + b * d))), math.log(perplexity), len(d)))


@mistake(
    of=AFFINITIES,
    says="It looks like the search stops too early: go on until the entropy is right to 1e-5, which takes 50 halvings "
    "at most.",
)
def search_stops_early(features: Tensor, perplexity: float) -> Tensor:
    return both_ways(rows_of(features, perplexity, steps=4))


@mistake(
    of=AFFINITIES,
    says="It looks like the search runs the wrong way: where the entropy is too large the bandwidth has to shrink, and "
    "1 / (2 * s**2) to grow.",
)
def search_the_wrong_way(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features)
    b, low, high = torch.ones(len(d), 1), torch.zeros(len(d), 1), torch.full((len(d), 1), 100.0)
    for _ in range(50):
        wide = entropy(gaussian(d, b)) < math.log(perplexity)
        low, high = torch.where(wide, b, low), torch.where(wide, high, b)
        b = (low + high) / 2
    return both_ways(gaussian(d, b))


@mistake(
    of=AFFINITIES,
    says="It looks like all pairs are divided by one sum: divide each row by its own, then symmetrise, so that points "
    "apart have neighbours too.",
)
def one_sum_for_all(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features)
    b = torch.ones(len(d), 1)
    for _ in range(200):
        b = b * torch.exp(0.5 * (entropy(gaussian(d, b)) - math.log(perplexity)))
    P = no_diagonal(torch.exp(-b * d))
    P = P + P.T
    return P / P.sum()


@mistake(
    of=AFFINITIES,
    says="It looks like every exponential of a row became 0, and 0 / 0 is NaN: subtract the row's smallest distance "
    "first, which changes nothing else, or use softmax.",
)
def vanishes_far_apart(features: Tensor, perplexity: float) -> Tensor:
    d = squared(features)
    b, low, high = torch.ones(len(d), 1), torch.zeros(len(d), 1), torch.full((len(d), 1), math.inf)
    for _ in range(60):
        P = normalised(no_diagonal(torch.exp(-b * d)))
        narrow = entropy(P) < math.log(perplexity)
        low, high = torch.where(narrow, low, b), torch.where(narrow, b, high)
        b = torch.where(high.isinf(), b * 2, (low + high) / 2)
    return both_ways(P)


def rows_of(features: Tensor, perplexity: float, target: float | None = None, steps: int = 60) -> Tensor:
    """Return p_j|i, one row for each i."""
    d = squared(features)
    return search(lambda b: gaussian(d, b), target or math.log(perplexity), len(d), steps)


def squared(features: Tensor) -> Tensor:
    """Return squared distances."""
    return ((features[:, None] - features[None]) ** 2).sum(-1)


def gaussian(d: Tensor, b: Tensor | float) -> Tensor:
    """Return a distribution over the others for each row."""
    d = d.masked_fill(torch.eye(len(d), dtype=torch.bool), math.inf)
    return normalised(torch.exp(-b * (d - d.min(1, keepdim=True).values)))


def no_diagonal(P: Tensor) -> Tensor:
    """Return P with zeros on the diagonal."""
    return P * (1 - torch.eye(len(P), dtype=P.dtype))


def normalised(P: Tensor) -> Tensor:
    """Return P with rows that sum to 1."""
    return P / P.sum(1, keepdim=True)


def entropy(P: Tensor) -> Tensor:
    """Return the entropy of each row in nats."""
    terms: Tensor = torch.special.entr(P)
    return terms.sum(1, keepdim=True)


def search(conditional: Callable[[Tensor], Tensor], target: float, count: int, steps: int = 60) -> Tensor:
    """Return the rows whose entropy is the target."""
    b, low, high = torch.ones(count, 1), torch.zeros(count, 1), torch.full((count, 1), math.inf)
    for _ in range(steps):
        wide = entropy(conditional(b)) > target
        low, high = torch.where(wide, b, low), torch.where(wide, high, b)
        b = torch.where(high.isinf(), b * 2, (low + high) / 2)
    return conditional(b)


def both_ways(P: Tensor) -> Tensor:
    """Return symmetric affinities that sum to 1."""
    P = P + P.T
    return P / P.sum()
