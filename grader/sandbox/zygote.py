"""The warm process: imports torch once, loads the models, and forks workers on request.

A forked worker is ready in tens of milliseconds where a new interpreter needs seconds. Three rules make it safe
(measured in DESIGN.md, Processes): it has exactly one OS thread before each fork, since a multi-threaded parent
that has run one convolution makes its children hang; it holds nothing secret, since children inherit its memory;
and the judge signals a worker only through a pidfd made here, never through a number the worker names.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import selectors
import signal
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

from fixtures.arguments import NumpyArray
from grader.sandbox.libraries import import_libraries

REQUEST_CAP = 4096  # bytes of JSON in one request

_WIRE = 3  # the worker's one descriptor beside stdin, stdout and stderr


def main(control_fd: int, weights_folder: str, compiler: bool) -> NoReturn:
    """Serve fork requests on a SOCK_SEQPACKET socket until the last judge has closed it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the grading process, which ends this one
    gc.disable()  # a third of the import time is the collector walking what the imports allocate
    control = socket.socket(fileno=control_fd)
    models = warm_up(Path(weights_folder), compiler=compiler)
    gc.freeze()  # no collection before it, which would take a tenth of a second: little of this is garbage
    with contextlib.suppress(OSError):  # a run that was stopped meanwhile is noticed below
        control.send(json.dumps({"warm": _peak_memory()}).encode())
    with selectors.DefaultSelector() as selector:
        selector.register(control, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is control:
                    request, fds, _, _ = socket.recv_fds(control, REQUEST_CAP, 3)
                    if not request:
                        _end_children(selector)
                        os._exit(0)  # tearing torch down takes half a second
                    _fork(selector, models, fds)
                else:
                    _reap(selector, key)


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
    from grader.sandbox import worker  # noqa: F401  imported here so that every fork has it

    loaded = {name: load_model(name, weights_folder=weights_folder) for name in PICTURE_SIZES}
    figure = plt.figure()
    figure.text(0, 0, "warm")  # finds the fonts
    figure.canvas.draw()
    plt.close("all")

    def load(name: str, weights: Mapping[str, NumpyArray] | None) -> torch.nn.Module:
        if name in loaded and weights is None:
            return loaded[name]
        return load_model(name, weights)

    return load


def _fork(selector: selectors.BaseSelector, load_model: Any, fds: list[int]) -> None:
    """Fork one worker. `fds`: its socket, where its fate is told, and where its prints go."""
    wire_fd, fate_fd, prints_fd = fds
    threads = len(list(Path("/proc/self/task").iterdir()))
    if threads != 1:
        os.write(2, f"the warm process has {threads} threads; a fork would hang\n".encode())
        os._exit(70)
    parent = os.getpid()
    pid = os.fork()
    if pid == 0:
        _become_worker(selector, load_model, wire_fd, prints_fd, parent)
    os.close(wire_fd)
    os.close(prints_fd)
    fate = socket.socket(fileno=fate_fd)
    pidfd = os.pidfd_open(pid)
    try:
        socket.send_fds(fate, [b"started"], [pidfd])
    except OSError:
        signal.pidfd_send_signal(pidfd, signal.SIGKILL)
    selector.register(pidfd, selectors.EVENT_READ, (pid, fate))


def _become_worker(
    selector: selectors.BaseSelector, load_model: Any, wire_fd: int, prints_fd: int, parent: int
) -> NoReturn:
    """Turn the fresh child into a worker: keep two descriptors, close the rest, serve, and never return."""
    status = 1
    try:
        selector.close()
        null = os.open(os.devnull, os.O_RDONLY)
        # in this order: a target may be the number of a source that is no longer needed, never of one that is
        for target, source in ((0, null), (1, prints_fd), (2, prints_fd), (_WIRE, wire_fd)):
            os.dup2(source, target)
        os.closerange(_WIRE + 1, os.sysconf("SC_OPEN_MAX"))
        _die_with(parent)
        sys.stdout = open(1, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", buffering=1, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
        from grader.sandbox.worker import serve

        serve(socket.socket(fileno=_WIRE), load_model)
        status = 0
    finally:
        os._exit(status)


def _die_with(parent: int) -> None:
    """Ask the kernel to end this process when the warm process ends."""
    pr_set_pdeathsig = 1  # prctl(2)
    ctypes.CDLL(None, use_errno=True).prctl(pr_set_pdeathsig, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _reap(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> None:
    """Collect an ended worker and tell its judge how it ended and how much memory it used."""
    pid, fate = key.data
    _, status, usage = os.wait4(pid, 0)
    selector.unregister(key.fileobj)
    os.close(key.fd)
    told = {
        "code": os.waitstatus_to_exitcode(status),
        "peak_kb": usage.ru_maxrss,
        "cpu": usage.ru_utime + usage.ru_stime,
    }
    with contextlib.suppress(OSError):  # the judge may not have waited for it
        fate.send(json.dumps(told).encode())
    fate.close()


def _end_children(selector: selectors.BaseSelector) -> None:
    for key in list(selector.get_map().values()):
        if key.data is not None:
            signal.pidfd_send_signal(key.fd, signal.SIGKILL)


def _peak_memory() -> int:
    """Return this process's peak resident memory in kB."""
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
