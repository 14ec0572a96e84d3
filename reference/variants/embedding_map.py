"""Wrong answers to the t-SNE map, from the gradient to what is returned."""

from collections.abc import Callable

import torch
from torch import Tensor

from reference.embedding import tsne_affinities
from reference.variants import mistake

TSNE = "embedding.tsne"


@mistake(
    of=TSNE,
    says="It looks like the map climbs: step against the gradient, Y = Y - learning_rate * gradient, so that the "
    "points that belong together attract each other.",
)
def climbs(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    P = tsne_affinities(features, perplexity)
    return descend(start(P, seed), iterations, lambda Y, t: -pull(enlarged(P, t, iterations), Y))


@mistake(
    of=TSNE,
    says="It looks like the closeness on the map is a Gaussian: use Student's t there, 1 / (1 + d**2), which leaves "
    "room for points that lie far apart.",
)
def gaussian_on_the_map(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, perplexity)

    def gradient(Y: Tensor, t: int) -> Tensor:
        q = torch.exp(-distances_on_map(Y))
        q.fill_diagonal_(0)
        force = enlarged(P, t, iterations) - q / q.sum()
        return 4 * (force.sum(1, keepdim=True) * Y - force @ Y)

    return descend(start(P, seed), iterations, gradient)


@mistake(
    of=TSNE,
    says="It looks like the factor 1 / (1 + d**2) is missing in the gradient: multiply each (p - q) * (y_i - y_j) "
    "with it before you sum over j.",
)
def factor_missing(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, perplexity)

    def gradient(Y: Tensor, t: int) -> Tensor:
        q = 1 / (1 + distances_on_map(Y))
        q.fill_diagonal_(0)
        force = enlarged(P, t, iterations) - q / q.sum()
        return 4 * (force.sum(1, keepdim=True) * Y - force @ Y)

    return descend(start(P, seed), iterations, gradient)


@mistake(
    of=TSNE,
    says="It looks like the points on the map only attract each other: the gradient takes the difference p_ij - q_ij, "
    "and q_ij pushes points apart that are too close.",
)
def only_attracts(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    P = tsne_affinities(features, perplexity)

    def gradient(Y: Tensor, t: int) -> Tensor:
        force = enlarged(P, t, iterations) / (1 + distances_on_map(Y))
        return 4 * (force.sum(1, keepdim=True) * Y - force @ Y)

    return descend(start(P, seed), iterations, gradient)


@mistake(
    of=TSNE,
    says="It looks like a point counts as its own neighbour on the map: set the diagonal of 1 / (1 + d**2) to 0 before "
    "you divide by the sum.",
)
def diagonal_on_the_map(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, perplexity)

    def gradient(Y: Tensor, t: int) -> Tensor:
        closeness = 1 / (1 + distances_on_map(Y))
        force = (enlarged(P, t, iterations) - closeness / closeness.sum()) * closeness
        return 4 * (force.sum(1, keepdim=True) * Y - force @ Y)

    return descend(start(P, seed), iterations, gradient)


@mistake(
    of=TSNE,
    says="It looks like the early exaggeration never ends: multiply P with 4 in the first part of the iterations only, "
    "and descend with P itself from then on.",
)
def exaggerates_to_the_end(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, perplexity)
    return descend(start(P, seed), iterations, lambda Y, t: pull(4 * P, Y))


@mistake(
    of=TSNE,
    says="It looks like the map has hardly moved: gradients of t-SNE are tiny, so take a learning rate of the order of "
    "the number of points, with momentum.",
)
def hardly_moves(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    P = tsne_affinities(features, perplexity)
    Y = start(P, seed)
    for t in range(iterations):
        Y = Y - 0.01 * pull(enlarged(P, t, iterations), Y)
    return Y


@mistake(
    of=TSNE,
    says="It looks like all points of the map are in one place: begin with small random numbers, since points that "
    "start together have no direction to part in.",
)
def starts_from_zero(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, perplexity)
    return descend(torch.zeros(len(P), 2), iterations, lambda Y, t: pull(enlarged(P, t, iterations), Y))


@mistake(
    of=TSNE,
    says="It looks like the features were only projected: the two main directions are a good place to start from, and "
    "the gradient descent on KL(P || Q) comes after.",
)
def only_projects(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    centred = features - features.mean(0)
    directions = torch.linalg.svd(centred, full_matrices=False).Vh[:2]
    return torch.as_tensor(centred @ directions.T)


@mistake(
    of=TSNE,
    says="It looks like the seed is not used: draw the start from torch.Generator().manual_seed(seed), so that the "
    "same call gives the same map.",
)
def seed_not_used(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    P = tsne_affinities(features, perplexity)
    Y = 1e-2 * torch.randn(len(P), 2).to(P.dtype)
    return descend(Y, iterations, lambda Y, t: pull(enlarged(P, t, iterations), Y))


@mistake(
    of=TSNE,
    says="It looks like the points were shuffled on the way: row i of the map belongs to row i of the features, so "
    "undo the permutation before you return.",
)
def rows_shuffled(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    order = torch.randperm(len(features), generator=torch.Generator().manual_seed(seed))
    P = tsne_affinities(features[order], perplexity)
    return descend(start(P, seed), iterations, lambda Y, t: pull(enlarged(P, t, iterations), Y))


@mistake(
    of=TSNE,
    says="It looks like the perplexity is always 30: hand on the argument, tsne_affinities(features, perplexity).",
)
def always_perplexity_30(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, 30.0)
    return descend(start(P, seed), iterations, lambda Y, t: pull(enlarged(P, t, iterations), Y))


@mistake(
    of=TSNE,
    says="It looks like the map lies on its side: return one row for each point, shape (N, 2).",
)
def one_column_for_each(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    P = tsne_affinities(features, perplexity)
    return descend(start(P, seed), iterations, lambda Y, t: pull(enlarged(P, t, iterations), Y)).T


@mistake(
    of=TSNE,
    says="It looks like the features themselves were changed: write X = X - X.mean(0) in place of X -= X.mean(0), or "
    "work on a copy.",
)
def changes_the_features(
    features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0
) -> Tensor:
    features -= features.mean(0)
    features /= features.abs().max()
    P = tsne_affinities(features, perplexity)
    return descend(start(P, seed), iterations, lambda Y, t: pull(enlarged(P, t, iterations), Y))


def start(P: Tensor, seed: int) -> Tensor:
    """Return where the points of the map begin."""
    return 1e-2 * torch.randn(len(P), 2, generator=torch.Generator().manual_seed(seed)).to(P.dtype)


def enlarged(P: Tensor, t: int, iterations: int) -> Tensor:
    """Return P with early exaggeration."""
    return 4 * P if t < iterations // 4 else P


def distances_on_map(Y: Tensor) -> Tensor:
    """Return squared distances, (N, N)."""
    return ((Y[:, None] - Y[None]) ** 2).sum(-1)


def pull(P: Tensor, Y: Tensor) -> Tensor:
    """Return the gradient of KL(P || Q)."""
    closeness = 1 / (1 + distances_on_map(Y))
    closeness.fill_diagonal_(0)
    force = (P - closeness / closeness.sum()) * closeness
    return 4 * (force.sum(1, keepdim=True) * Y - force @ Y)


def descend(Y: Tensor, iterations: int, gradient: Callable[[Tensor, int], Tensor]) -> Tensor:
    """Return the points after gradient descent with momentum."""
    update = torch.zeros_like(Y)
    gains = torch.ones_like(Y)
    for t in range(iterations):
        g = gradient(Y, t)
        gains = torch.where(g * update > 0, gains * 0.8, gains + 0.2).clamp(min=0.01)
        update = (0.5 if t < iterations // 4 else 0.8) * update - len(Y) / 8 * gains * g
        Y = Y + update
    return Y
