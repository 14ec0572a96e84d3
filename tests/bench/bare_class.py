"""The bare script for a class: makes the recorded calls of many submissions with their own code, in one process.

It reads lines "FOLDER<tab>FRAMES" and prints the seconds of each submission, importing its modules included.
Run as `python -m tests.bench.bare_class WEIGHTS < LINES`.
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import torch

from fixtures.realise import Stage
from fixtures.torchvision_fallback import import_torchvision
from grader.sandbox.recording import read_requests
from tests.bench.bare import load_nets, make_call


def main(weights: Path) -> None:
    """Print a line of JSON: the seconds of each submission, in order, and this process's own."""
    import_torchvision()
    warnings.simplefilter("ignore")
    stage, taken = Stage(load_nets(weights)), []
    lines = [line.split("\t") for line in sys.stdin.read().splitlines()]
    recorded = {frames: read_requests(Path(frames)) for _, frames in lines}
    began, home = time.process_time(), Path.cwd()
    for folder, frames in lines:
        torch.set_num_threads(1)  # whatever the last one has set
        since = time.perf_counter()
        os.chdir(folder)
        known = set(sys.modules)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for _, request in recorded[frames]:
                np.random.seed(0)
                torch.manual_seed(0)
                with contextlib.suppress(BaseException):  # many are wrong, and some checks want an error
                    make_call(request, stage, find)
        sys.path.remove(folder)
        for name in set(sys.modules) - known:
            if (getattr(sys.modules[name], "__file__", None) or "").startswith(folder):
                del sys.modules[name]
        os.chdir(home)
        taken.append(time.perf_counter() - since)
    print(json.dumps({"seconds": taken, "cpu": time.process_time() - began}), file=sys.__stdout__)


def find(name):
    """Return a function of the submission whose folder comes first on the path."""
    module, _, function = name.partition(".")
    return getattr(importlib.import_module(module), function)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
