"""The warm process: imports torch once, loads the models, and forks workers on request.

A forked worker is ready in tens of milliseconds where a new interpreter needs seconds. Three rules make it safe
(measured in DESIGN.md, Processes): it has exactly one OS thread before each fork, since a multi-threaded parent
that has run one convolution makes its children hang; it holds nothing secret, since children inherit its memory;
and the judge signals a worker only through a pidfd made here, never through a number the worker names.
"""

from __future__ import annotations

import contextlib
import copy
import gc
import json
import os
import selectors
import signal
import socket
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from fixtures.arguments import NumpyArray
from grader.sandbox.calibrate import measure_slowness
from grader.sandbox.libraries import import_libraries
from grader.sandbox.nursery import Nursery

REQUEST_CAP = 4096  # bytes of JSON in one request


def main(control_fd: int, plan: Mapping[str, Any]) -> NoReturn:
    """Serve fork requests on a SOCK_SEQPACKET socket until the last judge has closed it.

    Args:
        control_fd: of the socket.
        plan: as `grader.sandbox.launch` made it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grading process, which ends this one
    gc.disable()  # a third of the import time is the collector walking what the imports allocate
    os.environ.pop("PWD", None)  # of bubblewrap's making
    control = socket.socket(fileno=control_fd)
    models = warm_up(Path(plan["weights"]), compiler=plan["compiler"])
    slowness = measure_slowness(models("squeezenet", None))
    nursery = Nursery(plan, models)
    gc.freeze()  # no collection before it, which would take a tenth of a second: little of this is garbage
    with contextlib.suppress(OSError):  # a run that was stopped meanwhile is noticed below
        control.send(json.dumps({"warm": _peak_memory(), "slowness": slowness}).encode())
    with nursery.selector as selector:
        selector.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select(nursery.seconds_to_next_look):
                if key.fileobj is control:
                    request, fds, _, _ = socket.recv_fds(control, REQUEST_CAP, 3)
                    if not request:
                        nursery.close()
                        os._exit(0)  # tearing torch down takes half a second
                    nursery.fork(*fds)
                else:
                    nursery.attend(key.data, key.fileobj)
            nursery.look_at_folders()


def warm_up(weights_folder: Path, *, compiler: bool = True) -> Any:
    """Import what student code imports, load the trained nets, and touch what is made lazily.

    Args:
        weights_folder: where the trained nets lie.
        compiler: see `grader.sandbox.libraries.import_libraries`.
    """
    import_libraries(compiler=compiler)
    import torch
    from matplotlib import pyplot as plt

    from fixtures.models import PICTURE_SIZES, load_model
    from fixtures.weights import set_weights
    from grader.sandbox import worker  # noqa: F401  imported here so that every fork has it

    loaded = {name: load_model(name, weights_folder=weights_folder) for name in PICTURE_SIZES}
    figure = plt.figure()
    figure.text(0, 0, "warm")  # finds the fonts
    figure.canvas.draw()
    plt.close("all")

    def load(name: str, weights: Mapping[str, NumpyArray] | None) -> torch.nn.Module:
        if name not in loaded:
            return load_model(name, weights)
        if weights is None:
            return loaded[name]
        model = copy.deepcopy(loaded[name])  # a worker cannot read the file
        set_weights(model, weights)
        return model

    return load


def _peak_memory() -> int:
    """Return this process's peak resident memory in kB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
