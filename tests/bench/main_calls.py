"""What each function costs by itself: one warm call of its main case, in a bare process.

Run as `python -m tests.bench.main_calls FIXTURES FRAMES`; prints seconds by function as JSON. The core's main cases
stand below; that of another function is the first call of it among the recorded frames.
"""

from __future__ import annotations

import json
import sys
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from fixtures.arguments import Array, Call, Model, Weight
from fixtures.realise import Stage
from fixtures.store import Store, open_store
from grader.sandbox.calls import encode_call
from grader.sandbox.recording import read_requests
from grader.sandbox.wire import Message
from tests.bench.bare import load_nets, make_call

_HOOKED_LAYER = "backbone.conv1"


def main(fixtures: Path, frames: Path) -> None:
    """Time one call of each function after one to warm up, and print the seconds."""
    warnings.simplefilter("ignore")
    store = open_store(fixtures)
    load = load_nets(fixtures / "weights")
    seconds: dict[str, float] = {}
    requests = dict(main_calls(store))
    for _, request in read_requests(frames):
        if request.header["do"] == "call":
            requests.setdefault(request.header["call"]["function"], request)
    for name, request in requests.items():
        stage = Stage(load, torch.float32)
        for _ in range(2):  # the first finds the caches empty
            np.random.seed(0)
            torch.manual_seed(0)
            began = time.perf_counter()
            make_call(request, stage)
            seconds[name] = time.perf_counter() - began
    print(json.dumps(seconds))


def main_calls(store: Store) -> Iterator[tuple[str, Message]]:
    """Yield each core function's name with the request for its main case: the one that a student would try first."""
    pair = store.fooling_pairs("squeezenet")[0]
    image = store.pictures("vgg").normalised[:1]
    activations = (
        np.random.default_rng(0).normal(0, 1, (1, 16, 224, 224)).astype(np.float32)
    )  # conv1 of the VGG
    steps = store.case("class_visualization/two_steps").call
    calls = [
        Call("filters.plot_filters", (Weight("vgg", "backbone.conv1.weight"), "conv1")),
        store.case("saliency/five_scenes").call,
        store.case("saliency/gradient_of_other_class").call,
        store.case("saliency/squared_gradient").call,
        Call("fooling.make_fooling_image", (Array(pair.normalised), pair.target, Model(pair.net))),
        replace(steps, steps=1),
        Call("class_visualization.class_visualization", (int(pair.target), Model("squeezenet"))),
        store.case("gradcam/first_scene").call,
        Call("activations.plot_activations", (Array(activations), "conv1")),
    ]
    for call in calls:
        described, arrays = encode_call(call)
        yield call.function, Message({"do": "call", "call": described}, arrays)
    hook = {
        "do": "hook",
        "function": "activations.show_activations_hook",
        "model": "vgg",
        "layers": [_HOOKED_LAYER],
    }
    yield str(hook["function"]), Message(hook, {"images": image})


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
