"""What came back from a call of the student's function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fixtures.arguments import NumpyArray
from grader.checking.returned import look_inside, unlike
from grader.errors import StudentFault
from grader.language import later, phrase, translated
from grader.sandbox.wire import Message


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the student's code drew.

    Attributes:
        images: the arrays handed to imshow, in drawing order.
        titles: of the figure and its axes.
    """

    images: tuple[NumpyArray, ...]
    titles: tuple[str, ...]


class Answer:
    """The result of one call, or a part of it.

    Args:
        function: the function's name, for sentences.
        reply: what the worker sent.
        again: makes the same calls in a fresh worker of another precision and returns that answer.
        position: which of its worker's requests this answers, from 0.
        path: keys and positions of the part within the result.
    """

    def __init__(
        self,
        function: str,
        reply: Message,
        again: Callable[[str], Answer],
        position: int = 0,
        path: tuple[str | int, ...] = (),
    ) -> None:
        self.function = function
        self.position = position
        self.seconds: float = reply.header["seconds"]
        self._reply = reply
        self._again = again
        self._path = path
        self._result: Mapping[str, Any] = reply.header["result"]
        for key in path:
            self._result = look_inside(function, self._result, key)
        self._arrays = reply.arrays
        self.after = tuple(self._after(entry) for entry in reply.header["after"])
        self.figures = tuple(_figure(entry, reply.arrays) for entry in reply.header["figures"])
        self.replaced = bool(
            reply.header.get("replaced")
        )  # a hook's return value; good for a hint, not for points
        self.picture = reply.arrays["png"].tobytes() if "png" in reply.arrays else None

    def again(self, dtype: str) -> Answer:
        """Return the same part of what the same calls give in another precision."""
        return self._again(dtype).part(*self._path)

    def part(self, *keys: str | int) -> Answer:
        """Return a part of a dict, list or tuple, outermost key or position first.

        Raises:
            StudentFault: if there is no such part.
        """
        return Answer(self.function, self._reply, self._again, self.position, (*self._path, *keys))

    @property
    def mapping(self) -> dict[str, Answer]:
        """The parts of a dict by their keys, in its order.

        Raises:
            StudentFault: if something else was returned.
        """
        if self._result["kind"] != "dict":
            raise self._other(phrase("a dict"))
        return {key: self.part(key) for key in self._result["keys"]}

    @property
    def items(self) -> tuple[Answer, ...]:
        """The parts of a list or tuple, or of a tensor along its first axis.

        Raises:
            StudentFault: if something else was returned.
        """
        if self._result["kind"] == "list":
            return tuple(self.part(number) for number in range(len(self._result["items"])))
        raise self._other(phrase("a list or tuple"))

    @property
    def number(self) -> float:
        """A number, also one that came in a tensor of one element.

        Raises:
            StudentFault: if something else was returned.
        """
        if self._result["kind"] == "number":
            return float(self._result["value"])
        if "array" in self._result and self.values.size == 1:
            return float(self.values.reshape(()))
        raise self._other(phrase("a number"))

    @property
    def text(self) -> str:
        """A piece of text.

        Raises:
            StudentFault: if something else was returned.
        """
        if self._result["kind"] == "text":
            return str(self._result["value"])
        raise self._other(phrase("text"))

    @property
    def returned(self) -> bool:
        """Whether the function returned anything but None."""
        return bool(self._result["kind"] != "none")

    @property
    def dtype(self) -> str:
        """The dtype of what it returned, "" where that is not a tensor or an array."""
        return str(self._result.get("dtype", ""))

    @property
    def values(self) -> NumpyArray:
        """The numbers that the function returned or, where it returned nothing, drew first.

        Raises:
            StudentFault: if it did neither, or returned something else.
        """
        if "array" in self._result:
            return self._arrays[self._result["array"]]
        if not self.returned and not self._path and self.drawn:
            return self.drawn[0]
        raise self._other(phrase("a tensor"))

    @property
    def drawn(self) -> tuple[NumpyArray, ...]:
        """All arrays handed to imshow, over all figures."""
        return tuple(image for figure in self.figures for image in figure.images)

    def finite(self, shape: Sequence[int], axes: str) -> NumpyArray:
        """Return the numbers in a given shape, once they are known to be real, finite and of that shape.

        Axes of length one may be missing or added: (1, H, W) is accepted for (H, W).

        Args:
            shape: what is expected.
            axes: its axes in letters, such as "(N, H, W)", for the sentence.

        Raises:
            StudentFault: if something else came back.
        """
        if self._result["kind"] == "number" and _without_ones(shape) == ():
            values = np.asarray(self._result["value"])
        else:
            values = self.values
        self._check_shape(values, shape, axes)
        if values.dtype.kind == "b" or (values.dtype.kind in "iu" and self.returned):
            raise StudentFault(
                phrase("{what} {dtype} numbers, expected floating point", what=self._name, dtype=values.dtype)
            )
        if not np.isfinite(values).all():
            bad = int((~np.isfinite(values)).sum())
            raise StudentFault(
                phrase(
                    "{what} {bad} values that are not finite (NaN or infinity) out of {size}",
                    what=self._name,
                    bad=bad,
                    size=values.size,
                ),
                phrase(
                    "look for a division by zero, such as by the maximum of a map that is zero everywhere"
                ),
            )
        return values.reshape(tuple(shape))

    def integers(self, shape: Sequence[int], axes: str) -> NumpyArray:
        """Return whole numbers in a given shape, such as indices.

        Axes of length one may be missing or added, and a list of numbers stands for a tensor.

        Raises:
            StudentFault: if something else came back.
        """
        listed = self._result["kind"] == "list" and all(
            item["kind"] == "number" for item in self._result["items"]
        )
        values = np.array([item.number for item in self.items]) if listed else self.values
        self._check_shape(values, shape, axes)
        if values.dtype.kind == "b" or not np.array_equal(values, np.round(values)):
            raise StudentFault(
                phrase("{what} {dtype} numbers, expected whole numbers", what=self._name, dtype=values.dtype)
            )
        return values.reshape(tuple(shape)).astype(np.int64)

    @property
    def _name(self) -> str:
        """The beginning of a sentence on what came back."""
        where = "".join(f"[{key!r}]" for key in self._path)
        if not where:
            return phrase("{function} returned", function=self.function)
        return phrase("the result{where} of {function} is", where=where, function=self.function)

    def _check_shape(self, values: NumpyArray, shape: Sequence[int], axes: str) -> None:
        if _without_ones(values.shape) != _without_ones(shape):
            sentence = (
                later("{what} shape {shape}, expected {expected}, which is {axes}")
                if not self._path
                else later("{what} of shape {shape}, expected {expected}, which is {axes}")
            )
            raise StudentFault(
                phrase(
                    sentence,
                    what=self._name,
                    shape=values.shape,
                    expected=tuple(shape),
                    axes=translated(axes),
                )
            )

    def _other(self, wanted: str) -> StudentFault:
        """Return what to say where something else is expected than what came back."""
        return unlike(self._name, self._result, wanted)

    def _after(self, entry: Mapping[str, Any] | None) -> NumpyArray | None:
        return None if entry is None or "array" not in entry else self._arrays[entry["array"]]


def _figure(entry: Mapping[str, Any], arrays: Mapping[str, NumpyArray]) -> Figure:
    return Figure(tuple(arrays[image["array"]] for image in entry["images"]), tuple(entry["titles"]))


def _without_ones(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)
