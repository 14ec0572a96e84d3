"""What answers to the embedding exercise do on small cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from fixtures.cases import ARRAYS
from fixtures.models import load_model
from grader.checking.expected import Finding
from grader.checking.maps import AtRest
from reference.embedding import extract_features, tsne_affinities
from tests.stub_answers import make_answer

Answer = Callable[..., Any]


def _of_features(answer: Answer) -> list[str]:
    found = []
    wide, grey, small = _draw("wide"), _draw("grey"), torch.rand(2, 3, 72, 72)
    for name, images in (("flat_vgg", wide), ("simple", grey), ("squeezenet", small)):
        model = load_model(name)
        for train in (True, False):
            model.train(train)
            expected = extract_features(model, images)
            features = torch.as_tensor(answer(model, images.clone()))
            if features.shape != expected.shape or not torch.allclose(
                features, expected, rtol=1e-4, atol=1e-5
            ):
                found.append(f"features of {name}, train={train}")
            if model.training != train:
                found.append(f"mode of {name}, train={train}")
        if not torch.equal(model.eval()(images), load_model(name)(images)):
            found.append(f"scores of {name}")
    return found


def _of_neighbors(answer: Answer) -> list[str]:
    found = []
    features = _draw("gallery")
    database, query = features[:45], features[45:]
    for name, asked, k in (("others", query, 7), ("itself", database, 2), ("all", query[:1], 45)):
        rows = torch.as_tensor(answer(asked.clone(), database.clone(), k))
        distances = (asked[:, None] - database[None]).double().norm(dim=2)
        nearest = distances.sort(dim=1).values[:, :k]
        if rows.shape != nearest.shape or rows.is_floating_point():
            found.append(f"{name}: {rows.dtype} {tuple(rows.shape)}")
        elif not torch.allclose(distances.gather(1, rows.long()), nearest, rtol=1e-3, atol=1e-3):
            found.append(name)
    return found


def _of_affinities(answer: Answer) -> list[str]:
    found = []
    features = _draw("crowd")
    for name, points, perplexity in (
        ("all", features, 8.0),
        ("few", features[::2], 3.0),
        ("large", 1000 * features, 8.0),
    ):
        expected = tsne_affinities(points.double(), perplexity)
        P = torch.as_tensor(answer(points.clone(), perplexity)).double()
        if P.shape != expected.shape or not (P - expected).norm() < 3e-3 * expected.norm():
            found.append(name)
    return found


def _of_tsne(answer: Answer) -> list[str]:
    found: list[str] = []
    for name, perplexity in (("clusters", 8.0), ("curve", 6.0)):
        features = _draw(name)
        given = features.clone()
        points = np.asarray(answer(given, perplexity))
        found += judge_map(points, features.numpy(), perplexity)
        if not torch.equal(given, features):
            found.append("the features were changed")
    first, second = (torch.as_tensor(answer(features.clone(), 5.0, 20, 3)) for _ in range(2))
    if not torch.allclose(first, second):
        found.append("another map for the same seed")
    return found


def judge_map(points: np.ndarray, features: np.ndarray, perplexity: float) -> list[str]:
    """Return what is wrong with a map and the name of its mistake, nothing for a right one."""
    findings: list[Finding] = []
    right = make_answer(points) == AtRest(features, perplexity, findings.append, _Named())
    assert right is (findings == [])
    return [text for finding in findings for text in (finding.message, finding.hint or "unknown")]


class _Named(dict[str, str]):
    """A sentence for every mistake."""

    def __missing__(self, name: str) -> str:
        return name


def _draw(name: str) -> torch.Tensor:
    return torch.from_numpy(ARRAYS[f"embedding_{name}"](np.random.default_rng(0)))


OBSERVERS: dict[str, Callable[[Answer], list[str]]] = {
    "extract_features": _of_features,
    "nearest_neighbors": _of_neighbors,
    "tsne_affinities": _of_affinities,
    "tsne": _of_tsne,
}
