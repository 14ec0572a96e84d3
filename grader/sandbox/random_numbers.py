"""The random numbers of a worker: the same in each run, and the same again for each check."""

from __future__ import annotations

import random
from typing import Any, TypeAlias

import numpy as np
import torch

States: TypeAlias = tuple[Any, Any, torch.Tensor]


def seed(number: int) -> None:
    """Seed Python's, numpy's and torch's global generators; students use all three."""
    random.seed(number)
    np.random.seed(number)
    torch.manual_seed(number)


def states() -> States:
    """Return where the three generators stand."""
    return random.getstate(), np.random.get_state(), torch.get_rng_state()


def restore(kept: States) -> None:
    """Put the three generators back to where they stood."""
    of_python, of_numpy, of_torch = kept
    random.setstate(of_python)
    np.random.set_state(of_numpy)
    torch.set_rng_state(of_torch)
