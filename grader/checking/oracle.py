"""A model's opinion: the oracle worker runs fixture models for the checks, without any student code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fixtures.arguments import Model, NumpyArray
from grader.checking.answers import Answer
from grader.checking.requests import observe_request
from grader.errors import GraderFault, StudentFault
from grader.sandbox.remote import Fate, Remote, Source
from grader.sandbox.setup import worker_setup
from grader.sandbox.wire import Message

ORACLE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One parameter or buffer of a model.

    Attributes:
        name: dotted, such as "backbone.conv1.weight".
        shape: its axes' lengths.
        trained: whether it requires a gradient.
        buffer: whether it is a buffer and no parameter.
    """

    name: str
    shape: tuple[int, ...]
    trained: bool
    buffer: bool


class Oracle:
    """Asks a worker of its own, started when first needed.

    Args:
        source: where workers come from.
    """

    def __init__(self, source: Source) -> None:
        self._source = source
        self._remote: Remote | None = None
        self.fate: Callable[[], Fate] = Fate

    def scores(
        self, model: str, images: NumpyArray, weights: Mapping[str, NumpyArray] | None = None
    ) -> NumpyArray:
        """Return a model's scores.

        Args:
            model: name of a fixture model.
            images: (N, C, H, W) float32.
            weights: values that replace the model's own, by parameter name.

        Returns:
            (N, K) float32.

        Raises:
            GraderFault: if the model could not be run.
        """
        return self._observe(model, images, weights=weights).part("scores").values

    def outputs(self, model: str, images: NumpyArray, layers: Sequence[str]) -> list[NumpyArray]:
        """Return what the named layers of a model put out for images, one array each."""
        outputs = self._observe(model, images, layers=list(layers)).part("outputs")
        return [output.values for output in outputs.items]

    def gradient(self, model: str, images: NumpyArray, class_idx: int) -> NumpyArray:
        """Return the gradient of a class's scores with respect to images, (N, C, H, W) float32."""
        return self._observe(model, images, gradient=class_idx).part("gradient").values

    def parameters(self, model: str) -> tuple[Entry, ...]:
        """Return what a model is made of: its parameters, each once, and its buffers."""
        reply = self._ask(model, Message({"do": "parameters", "model": model}))
        return tuple(
            Entry(name, tuple(shape), trained, buffer)
            for name, shape, trained, buffer in reply.header["entries"]
        )

    def close(self) -> None:
        """End the worker, if one was started."""
        if self._remote is not None:
            self.fate = self._remote.dismiss()
            self._remote = None

    def _observe(
        self,
        model: str,
        images: NumpyArray,
        *,
        layers: Sequence[str] = (),
        weights: Mapping[str, NumpyArray] | None = None,
        gradient: int | None = None,
    ) -> Answer:
        request = observe_request(Model(model), images, layers=layers, gradient_of=gradient, weights=weights)
        reply = self._ask(model, request)
        return Answer("the model", reply, lambda _dtype: self._observe(model, images, layers=layers))

    def _ask(self, model: str, request: Message) -> Message:
        try:
            if self._remote is None:
                self._remote = self._source.start_worker()
                self._remote.ask(worker_setup(None), ORACLE_SECONDS)
            reply = self._remote.ask(request, ORACLE_SECONDS)
        except StudentFault as fault:
            raise GraderFault(f"the worker that runs models for the checks {fault}") from None
        if "error" in reply.header:
            error = reply.header["error"]
            raise GraderFault(f"model {model} could not be run: {error['type']}: {error['message']}")
        return reply
