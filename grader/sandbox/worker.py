"""The process that student code runs in: imports the submission, makes the calls it is asked for, sends values back.

It never sees an expected value. The same program, without a submission, is the oracle: it runs models for the
checks. What it reports about itself can be forged by the code it runs, so only values count.
"""

from __future__ import annotations

import contextlib
import gc
import os
import socket
import sys
import time
import types
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from fixtures.arguments import Array, Call, NumpyArray
from fixtures.realise import Stage, perform
from grader.sandbox import random_numbers
from grader.sandbox.adapt import adapt, find_attribute
from grader.sandbox.calls import decode_call
from grader.sandbox.confine import confine
from grader.sandbox.figures import capture_figures
from grader.sandbox.layers import Layer, Place
from grader.sandbox.load import load_module
from grader.sandbox.no_gpu import CudaOnCpu
from grader.sandbox.observe import describe_parameters, observe_model, run_with_hook
from grader.sandbox.raised import describe_raised
from grader.sandbox.results import encode_result
from grader.sandbox.setup import settle, unpack_files
from grader.sandbox.unreturned import returning_local
from grader.sandbox.wire import Message, WireClosed, receive, send

LoadModel = Callable[[str, Mapping[str, NumpyArray] | None], nn.Module]


def serve(connection: socket.socket, load_model: LoadModel, place: Place) -> None:
    """Answer requests until the other end closes. The first must be one that `worker_setup` made.

    Args:
        connection: the wire.
        load_model: gives a model by its name.
        place: where this process lives.
    """
    worker = Worker(receive(connection), load_model, place)
    layers = [layer.to_plain() for layer in worker.layers]
    send(connection, Message({"layers": layers, "ready": time.monotonic()}))
    while True:
        try:
            request = receive(connection)
        except WireClosed:
            return
        if request.header["do"] == "begin":
            worker.begin()
            send(connection, Message({}))
            continue
        header, arrays = worker.answer(request)
        try:
            send(connection, Message(header, arrays))
        except ValueError as error:  # a value that JSON or safetensors cannot hold
            send(
                connection,
                Message({"error": {"type": "ValueError", "message": str(error), "frames": [], "own": False}}),
            )


class MissingFunction(Exception):
    """The submission does not define a function that the course asks for."""


class Worker:
    """One submission's module, its models, and the answers to calls of its functions."""

    def __init__(self, message: Message, load_model: LoadModel, place: Place) -> None:
        setup = message.header
        self._folder: Path | None = None
        self.layers: list[Layer] = []
        self._dtype = {"float32": torch.float32, "float64": torch.float64}[setup["dtype"]]
        self._stage = Stage(load_model, self._dtype)
        self._places: Mapping[str, Mapping[str, Any]] = setup.get("places", {})
        self._support: Mapping[str, str] = setup.get("support", {})
        self._modules: dict[str, types.ModuleType] = {}  # by file
        self._instances: dict[str, Any] = {}  # of the submission's classes
        self._returned: list[Any] = []  # by each request, live; None where it was no call
        self._load_model = load_model
        torch.set_default_dtype(self._dtype)
        random_numbers.seed(setup["seed"])
        self._random_states = random_numbers.states()
        gc.enable()
        if setup["folder"] is not None:
            self.layers = confine(place, setup["cpu_seconds"])
            self._folder = unpack_files(message, place.folder)
            settle(self._folder)
        if setup.get("cuda_on_cpu"):
            CudaOnCpu().__enter__()  # type: ignore[no-untyped-call]  # to the end of this process

    def begin(self) -> None:
        """Serve another check as if it were the first: other models, and random numbers as the import left them."""
        self._stage = Stage(self._load_model, self._dtype)
        self._returned.clear()
        capture_figures(picture=False)
        if self._folder is not None:
            os.chdir(self._folder)
        torch.set_default_dtype(self._dtype)
        random_numbers.restore(self._random_states)

    def answer(self, request: Message) -> tuple[dict[str, Any], dict[str, NumpyArray]]:
        """Return the reply to one request; an exception of the student's is a reply too."""
        arrays: dict[str, NumpyArray] = {}
        self._returned.append(None)
        began = time.perf_counter()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # a warning is not a failure
                header = self._perform(request, arrays)
        except BaseException as error:  # SystemExit and KeyboardInterrupt are the student's as well
            header = {"error": describe_raised(error, self._folder)}
            arrays.clear()
        _flush()
        header["seconds"] = time.perf_counter() - began
        return header, arrays

    def _perform(self, request: Message, arrays: dict[str, NumpyArray]) -> dict[str, Any]:
        match request.header["do"]:
            case "call":
                call = decode_call(request.header["call"], request.arrays)
                return self._call(call, arrays, picture=request.header["picture"])
            case "hook":
                return self._hook(request, arrays)
            case "observe":
                return observe_model(self._stage, request, arrays)
            case "parameters":
                return describe_parameters(self._stage, request)
            case "recall":
                recalled = self._returned[request.header["number"]]
                return {"result": encode_result(recalled, arrays), "after": [], "figures": []}
            case other:
                raise ValueError(f"unknown request {other!r}")

    def _call(self, call: Call, arrays: dict[str, NumpyArray], *, picture: bool) -> dict[str, Any]:
        function = self._function(call.function)
        if call.unreturned is not None:
            function = returning_local(function, call.unreturned)
        result, arguments = perform(call, function, self._stage)
        self._returned[-1] = result
        header: dict[str, Any] = {"result": encode_result(result, arrays)}
        header["after"] = [
            encode_result(live, arrays) if isinstance(described, Array) else None
            for live, described in zip(arguments, call.arguments, strict=True)
        ]
        header["figures"], drawn = capture_figures(picture=picture)
        arrays.update(drawn)
        return header

    def _hook(self, request: Message, arrays: dict[str, NumpyArray]) -> dict[str, Any]:
        function = self._function(request.header["function"])
        header = run_with_hook(function, self._stage, request, arrays)
        module = self._modules[self._place(request.header["function"])["file"]]
        header["after"] = [encode_result(item, arrays) for item in _kept(module, request.header["keeps"])]
        header["figures"], drawn = capture_figures(picture=False)
        arrays.update(drawn)
        return header

    def _function(self, name: str) -> Callable[..., Any]:
        """Return a function of the submission, importing its module on first use."""
        assert self._folder is not None
        place = self._place(name)
        if place["file"] not in self._modules:
            self._modules[place["file"]] = load_module(self._folder, place["file"], self._support)
            capture_figures(picture=False)  # what the file draws while it is imported is not an answer
            self._random_states = random_numbers.states()
        function = find_attribute(self._modules[place["file"]], place["attribute"], self._instances)
        if not callable(function):
            raise MissingFunction(name.rpartition(".")[2])
        return adapt(function, place)

    def _place(self, name: str) -> Mapping[str, Any]:
        """Return where a function lies, by default in the file of its module."""
        module, _, function = name.partition(".")
        return self._places.get(name, {"file": f"{module}.py", "attribute": function})


def _kept(module: types.ModuleType, name: str) -> list[Any]:
    """Return the items of a module's list, none where it has no such list."""
    items = getattr(module, name, None)
    return items[:16] if type(items) is list else []


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
