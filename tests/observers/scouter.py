"""What an answer to `slot_attention` and `scouter_loss` does on small random weights."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from reference.scouter import scouter_loss, slot_attention

Answer = Callable[..., Any]


def make_arguments(
    N: int = 3, C: int = 6, h: int = 3, w: int = 4, D: int = 8, K: int = 4
) -> tuple[torch.Tensor, ...]:
    """Return random arguments for `slot_attention`, features first, in float64."""
    random = torch.Generator().manual_seed(0)
    shapes = [(N, C, h, w), (D, C), (h * w, D), (D, D), (K, D), (3 * D, D), (3 * D, D)]
    return tuple(torch.randn(*shape, generator=random, dtype=torch.float64) for shape in shapes)


def _of_attention(answer: Answer) -> list[str]:
    found = []
    cases = [(make_arguments(), 1, 3), (make_arguments(N=1, h=2, w=5), -1, 2), (make_arguments(), 1, 1)]
    for number, (arguments, e, iterations) in enumerate(cases):
        expected = slot_attention(*arguments, e=e, iterations=iterations)
        given = [argument.clone() for argument in arguments]
        scores, attention = answer(*given, e=e, iterations=iterations)
        if not _same(scores, expected[0]):
            found.append(f"scores of case {number}")
        if not _same(attention, expected[1]):
            found.append(f"attention of case {number}")
        if not all(map(torch.equal, given, arguments)):
            found.append(f"arguments of case {number} were changed")
    return found


def _of_loss(answer: Answer) -> list[str]:
    random = torch.Generator().manual_seed(0)
    scores = torch.randn(3, 4, generator=random, dtype=torch.float64)
    attention = torch.rand(3, 4, 2, 5, generator=random, dtype=torch.float64)
    y = torch.tensor([2, 0, 3])
    cases = [(scores, 0.7), (1000 * scores, 0.0), (scores[:1], 3.0)]
    pairs = [(some, attention[: len(some)], y[: len(some)], weight) for some, weight in cases]
    return [
        f"loss of case {number}"
        for number, pair in enumerate(pairs)
        if not _same(answer(*pair), scouter_loss(*pair).reshape(()))
    ]


def _same(found: Any, expected: torch.Tensor) -> bool:
    values = np.asarray(found.detach() if isinstance(found, torch.Tensor) else found)
    shape_fits = values.shape == tuple(expected.shape) or values.size == expected.numel() == 1
    return shape_fits and bool(np.allclose(values, expected.numpy(), rtol=1e-6))


OBSERVERS = {"slot_attention": _of_attention, "scouter_loss": _of_loss}
