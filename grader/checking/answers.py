"""What came back from a call of the student's function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from fixtures.arguments import NumpyArray
from grader.errors import StudentFault
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
    """The result of one call.

    Args:
        function: the function's name, for sentences.
        reply: what the worker sent.
        again: makes the same calls in a fresh worker of another precision and returns that answer.
    """

    def __init__(self, function: str, reply: Message, again: Callable[[str], Answer]) -> None:
        self.function = function
        self.again = again
        self.seconds: float = reply.header["seconds"]
        self._result: Mapping[str, Any] = reply.header["result"]
        self._arrays = reply.arrays
        self.after = tuple(self._after(entry) for entry in reply.header["after"])
        self.figures = tuple(_figure(entry, reply.arrays) for entry in reply.header["figures"])
        self.replaced = bool(
            reply.header.get("replaced")
        )  # a hook's return value; good for a hint, not for points
        self.picture = reply.arrays["png"].tobytes() if "png" in reply.arrays else None

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
        if not self.returned:
            drawn = self.drawn
            if not drawn:
                raise StudentFault(
                    f"{self.function} returned None", "end the function with a return statement"
                )
            return drawn[0]
        raise StudentFault(f"{self.function} returned {_in_words(self._result)}, where a tensor is expected")

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
        values = self.values
        if _without_ones(values.shape) != _without_ones(shape):
            raise StudentFault(
                f"{self.function} returned shape {values.shape}, expected {tuple(shape)}, which is {axes}"
            )
        if values.dtype.kind == "b" or (values.dtype.kind in "iu" and self.returned):
            raise StudentFault(f"{self.function} returned {values.dtype} numbers, expected floating point")
        if not np.isfinite(values).all():
            bad = int((~np.isfinite(values)).sum())
            raise StudentFault(
                f"{self.function} returned {bad} values that are not finite (NaN or infinity) out of {values.size}",
                "look for a division by zero, such as by the maximum of a map that is zero everywhere",
            )
        return values.reshape(tuple(shape))

    def _after(self, entry: Mapping[str, Any] | None) -> NumpyArray | None:
        return None if entry is None or "array" not in entry else self._arrays[entry["array"]]


def _figure(entry: Mapping[str, Any], arrays: Mapping[str, NumpyArray]) -> Figure:
    return Figure(tuple(arrays[image["array"]] for image in entry["images"]), tuple(entry["titles"]))


def _without_ones(shape: Sequence[int]) -> tuple[int, ...]:
    return tuple(length for length in shape if length != 1)


def _in_words(result: Mapping[str, Any]) -> str:
    match result["kind"]:
        case "number":
            return f"the number {result['value']:g}"
        case "text":
            return "a piece of text"
        case "list":
            return f"a {result['type']} of {len(result['items'])} things"
        case _:
            return f"an object of type {str(result.get('type', '?'))[:80]}"
