"""How fast this machine is just now: one small calculation, compared with what it took where the limits were set."""

from __future__ import annotations

import time

import torch
from torch import nn

RECORDED_SECONDS = (
    0.010  # of the calculation below, one thread of a 4-core machine that had nothing else to do
)
_SIDE = 112


def measure_slowness(model: nn.Module) -> float:
    """Return how many times as long as on the recorded machine a forward pass takes here.

    Args:
        model: the fixture `squeezenet`; left as it was.
    """
    picture = torch.zeros(1, 3, _SIDE, _SIDE)
    with torch.no_grad():
        model(picture)  # the first one finds its way
        began = time.perf_counter()
        model(picture)
    return (time.perf_counter() - began) / RECORDED_SECONDS
