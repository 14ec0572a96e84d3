"""The bare script: makes recorded calls one after the other in one process, as a student's own script would.

It is what the grader is measured against, so it is plain Python: no collector switched off, no early exit, and
every import at the top. Run as `python -m tests.bench.bare FRAMES WEIGHTS`.
"""

from __future__ import annotations

import importlib
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import safetensors.torch  # noqa: F401  what student code may import is imported here as well
import torch

from fixtures.models import PICTURE_SIZES, load_model
from fixtures.realise import LoadModel, Stage, perform
from fixtures.torchvision_fallback import import_torchvision
from grader.sandbox.calls import decode_call
from grader.sandbox.observe import observe_model, run_with_hook
from grader.sandbox.recording import read_requests
from grader.sandbox.wire import Message


def main(frames: Path, weights: Path) -> None:
    """Make every recorded call and print how many there were, and how many raised."""
    import_torchvision()
    stage = Stage(load_nets(weights))
    requests = read_requests(frames)
    began, raised = time.perf_counter(), 0
    warnings.simplefilter("ignore")
    for _, request in requests:
        np.random.seed(0)
        torch.manual_seed(0)
        try:
            make_call(request, stage)
        except Exception:  # a net that is not trained cannot be fooled, and some checks want an error
            raised += 1
    print(f"{len(requests)} calls, {raised} raised, {time.perf_counter() - began:.2f} s")


def load_nets(weights: Path) -> LoadModel:
    """Return a loader that has both trained nets ready.

    Args:
        weights: folder of their files.
    """
    loaded = {name: load_model(name, weights_folder=weights) for name in PICTURE_SIZES}

    def load(name: str, given: Any) -> torch.nn.Module:
        return loaded[name] if name in loaded and given is None else load_model(name, given)

    return load


def make_call(
    request: Message, stage: Stage, find: Callable[[str], Callable[..., Any]] | None = None
) -> None:
    """Make the call that a request describes, and close what it drew.

    Args:
        request: as it was recorded.
        stage: what calls are made with.
        find: gives the function of a name; None takes the reference's.
    """
    find = find or _function
    if request.header["do"] == "recall":  # looks at an earlier answer again
        return
    if request.header["do"] == "observe":
        observe_model(stage, request, {})
    elif request.header["do"] == "hook":
        run_with_hook(find(request.header["function"]), stage, request, {})
    else:
        call = decode_call(request.header["call"], request.arrays)
        perform(call, find(call.function), stage)
    plt.close("all")


def _function(name: str) -> Callable[..., Any]:
    """Return a function of the reference, such as "saliency.compute_saliency_maps"."""
    module, _, function = name.partition(".")
    found: Callable[..., Any] = getattr(importlib.import_module(f"reference.{module}"), function)
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
