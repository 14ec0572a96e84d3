"""A map of t-SNE: right where all forces of its gradient cancel, wherever the points lie and however it is turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

import numpy as np

from fixtures.arguments import NumpyArray
from fixtures.tolerances import Values
from grader.checking.answers import Answer
from grader.checking.expected import Finding
from grader.language import phrase

# What is left of the forces, in units of the attraction: right maps of seven styles end below 0.05, and those of a
# wrong gradient above 0.14.
_BALANCED = 0.1
# KL(P || Q) of a map, in units of that of the best projection: 0.15 to 0.5, and from 0.7 on.
_BETTER_THAN_PROJECTED = 0.65
# Root mean square of the distance to the middle of the map. Right maps of some 60 points: 13 to 27.
_COLLAPSED, _BURST = 0.1, 40.0
# Above this the squares of distances overflow, and what is no number passes for being small.
_ENDLESS = 1e100


class AtRest:
    """Equal to any answer that is a good map of the features, one that t-SNE's gradient leaves alone.

    Args:
        features: (N, D).
        perplexity: of the affinities.
        keep: told of every finding.
        sentences: of the known mistakes of `embedding`, by name.
    """

    __array_ufunc__ = None

    def __init__(
        self,
        features: NumpyArray,
        perplexity: float,
        keep: Callable[[Finding], None],
        sentences: Mapping[str, str],
    ) -> None:
        self._features = features.astype(np.float64)
        self._perplexity = perplexity
        self._keep = keep
        self._sentences = sentences

    @cached_property
    def affinities(self) -> Values:
        """P, (N, N) float64."""
        return _affinities(self._features, self._perplexity)

    def __eq__(self, answer: object) -> bool:
        if not isinstance(answer, Answer):
            return NotImplemented
        N = len(self._features)
        if answer.values.shape == (2, N):
            sentence = self._sentences["one_column_for_each"]
            said = phrase(
                "{what} shape {shape}, expected {expected}, which is {axes}",
                what=phrase("{function} returned", function=answer.function),
                shape=(2, N),
                expected=(N, 2),
                axes="(N, 2)",
            )
            self._keep(Finding(said, sentence))
            return False
        Y = answer.finite((N, 2), "(N, 2)").astype(np.float64)
        if np.abs(Y).max() > _ENDLESS:
            self._keep(Finding(phrase("the map reaches {largest:.3g}", largest=np.abs(Y).max()), None))
            return False
        Y -= Y.mean(axis=0)
        message = self._fault(Y)
        if message is not None:
            mistake = self._mistake(Y)
            self._keep(Finding(message, None if mistake is None else self._sentences[mistake]))
        return message is None

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "a map whose points are at rest"

    def _fault(self, Y: Values) -> str | None:
        plane = _projected(self._features)
        scales = np.geomspace(0.05, 20, 25)
        bar = _BETTER_THAN_PROJECTED * min(_divergence(self.affinities, scale * plane) for scale in scales)
        found = _divergence(self.affinities, Y)
        if not found <= bar:
            return phrase(
                "KL(P || Q) of the map is {found:.3g}, expected at most {bar:.3g}", found=found, bar=bar
            )
        closeness = _closeness(Y)
        left = _imbalance(self.affinities, closeness, closeness, Y)
        if not left <= _BALANCED:
            return phrase(
                "the points are not at rest: the forces on them do not cancel, {left:.0%} of the attraction is left "
                "on half of the points",
                left=left,
            )
        return None

    def _mistake(self, Y: Values) -> str | None:
        """Return the name of the mistake that a wrong map shows: often the one whose own forces cancel on it."""
        P, size = self.affinities, float(np.sqrt((Y**2).sum(axis=1).mean()))
        if size == 0:
            return "starts_from_zero"
        if size < _COLLAPSED:
            # attraction alone leaves the directions in which neighbours hardly differ
            pull = np.linalg.norm(_pull(P, Y)) / np.linalg.norm(P.sum(axis=1, keepdims=True) * Y)
            return "only_attracts" if pull < 0.7 else "hardly_moves"
        found, in_one_place = _divergence(P, Y), _divergence(P, np.zeros_like(Y))
        if found > 3 * in_one_place:
            return "climbs"  # 4 times and more; points in the wrong places reach twice as much
        if size > _BURST:
            return "factor_missing"
        if found > in_one_place:
            return "rows_shuffled"
        directions = self._features - self._features.mean(axis=0)
        fit = directions @ np.linalg.lstsq(directions, Y, rcond=None)[0]
        if np.linalg.norm(fit - Y) < 1e-3 * np.linalg.norm(Y):
            return "only_projects"
        return self._mistake_of_the_gradient(Y)

    def _mistake_of_the_gradient(self, Y: Values) -> str | None:
        P, closeness = self.affinities, _closeness(Y)
        gaussian = np.exp(-_squared_distances(Y)) * (1 - np.eye(len(Y)))
        left = {
            "gaussian_on_the_map": _imbalance(P, gaussian, np.ones_like(P), Y),
            "diagonal_on_the_map": _imbalance(P, closeness + np.eye(len(Y)), closeness, Y),
            "exaggerates_to_the_end": min(_imbalance(n * P, closeness, closeness, Y) for n in (4, 12)),
        }
        if len(Y) > 31:
            thirty = _affinities(self._features, 30.0)
            left["always_perplexity_30"] = _imbalance(thirty, closeness, closeness, Y)
        nearest = min(left, key=lambda name: left[name])
        return nearest if left[nearest] <= _BALANCED else None


def _affinities(features: Values, perplexity: float) -> Values:
    """Return the symmetric affinities, found by halving the range of each point's precision."""
    d = _squared_distances(features)
    np.fill_diagonal(d, np.inf)
    d = (d - d.min(axis=1, keepdims=True)) / np.median(d)
    low, high = np.full((len(d), 1), -20.0), np.full((len(d), 1), 20.0)  # of the precision's logarithm
    for _ in range(50):
        middle = (low + high) / 2
        p = np.exp(-np.exp(middle) * d)
        p /= p.sum(axis=1, keepdims=True)
        wide = -(p * np.log(np.maximum(p, 1e-300))).sum(axis=1, keepdims=True) > np.log(perplexity)
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    symmetric: Values = (p + p.T) / (2 * len(p))
    return symmetric


def _imbalance(P: Values, closeness: Values, factor: Values, Y: Values) -> float:
    """Return the length of the force on a point, in units of the attraction alone: 0 where all forces cancel.

    The median over all points: a right map may have a point or two that are still on their way.
    """
    attraction, total = _pull(P * factor, Y), closeness.sum()
    if total == 0 or not attraction.any(axis=1).all():
        return np.inf
    force = attraction - _pull(closeness * factor, Y) / total
    return float(np.median(np.linalg.norm(force, axis=1) / np.linalg.norm(attraction, axis=1)))


def _divergence(P: Values, Y: Values) -> float:
    """Return KL(P || Q)."""
    closeness, tied = _closeness(Y), P > 0
    return float((P[tied] * np.log(P[tied] / (closeness / closeness.sum())[tied])).sum())


def _closeness(Y: Values) -> Values:
    """Return 1 / (1 + d^2), zeros on the diagonal."""
    closeness = 1 / (1 + _squared_distances(Y))
    np.fill_diagonal(closeness, 0)
    return closeness


def _pull(weights: Values, Y: Values) -> Values:
    """Return, for each point, the sum over all others of weight * (y_i - y_j)."""
    pull: Values = weights.sum(axis=1, keepdims=True) * Y - weights @ Y
    return pull


def _projected(features: Values) -> Values:
    """Return the features along their two main directions."""
    centred = features - features.mean(axis=0)
    plane: Values = centred @ np.linalg.svd(centred, full_matrices=False)[2][:2].T
    return plane


def _squared_distances(points: Values) -> Values:
    distances: Values = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    return distances
