"""What a page shows of a check: small arrays and lines of the student's code, as one piece of bytes.

A judge packs it and whoever draws it unpacks it; between them it travels as any field of a CheckResult.
"""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load, save

Array: TypeAlias = npt.NDArray[Any]
Kind: TypeAlias = Literal["map", "signed", "colours", "picture", "curve", "points", "numbers", "text"]

_ARRAYS = ("yours", "expected", "difference", "asked")
_META = "meta"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """One answer, and what it was compared with.

    Attributes:
        kind: how to draw it: a "map" of numbers from 0, a "signed" one, (h, w); "colours" whose zero is grey, or a
            "picture" in [0, 255], (h, w, 3); a "curve" or "numbers", (n,); "points", (n, 2); or only "text".
        yours: the student's.
        expected: None where there is none, or where it is withheld.
        difference: yours minus expected, or minus the picture that was given, taken before both were made small.
        asked: the picture that the function was given, (h, w, 3) uint8.
        label: the class asked for, in words; "" where none was.
        part: which of several it is, such as "image 3 of 5".
        place: row and column of `yours` where it differs most.
        where: the same in words, on the whole answer.
        scaled: what the student's values were multiplied by where their scale is free.
        right: whether it is what is expected; None where nothing was compared.
        text: an answer in words, for the kind "text".
    """

    kind: Kind
    yours: Array
    expected: Array | None = None
    difference: Array | None = None
    asked: Array | None = None
    label: str = ""
    part: str = ""
    place: tuple[int, int] | None = None
    where: str = ""
    scaled: float = 1.0
    right: bool | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """A line of the student's code that an exception passed through.

    Attributes:
        file, line, function: where it stands.
        first: number of the first of the lines around it.
        around: these lines, the line itself among them.
    """

    file: str
    line: int
    function: str
    first: int
    around: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a page shows of one check.

    Attributes:
        called: the last call in words, "" where there was none.
        exhibits: the most telling one first.
        frames: of an exception, the outermost first.
    """

    called: str = ""
    exhibits: tuple[Exhibit, ...] = ()
    frames: tuple[Frame, ...] = ()


def pack(evidence: Evidence) -> bytes:
    """Return evidence as bytes, numbers to a two-thousandth of the largest: finer than a screen shows."""
    arrays: dict[str, Array] = {}
    told: list[dict[str, Any]] = []
    for number, exhibit in enumerate(evidence.exhibits):
        fields = {field.name: getattr(exhibit, field.name) for field in dataclasses.fields(exhibit)}
        for name in _ARRAYS:
            if (array := fields.pop(name)) is not None:
                arrays[f"{number}.{name}"], fields[f"{name}_unit"] = _in_half(array)
        told.append(fields)
    frames = [dataclasses.asdict(frame) for frame in evidence.frames]
    meta = json.dumps({"called": evidence.called, "exhibits": told, "frames": frames}).encode()
    return save({**arrays, _META: np.frombuffer(meta, np.uint8)})


def unpack(data: bytes) -> Evidence:
    """Return what `pack` made bytes of."""
    arrays = load(data)
    meta = json.loads(arrays.pop(_META).tobytes())
    exhibits = []
    for number, fields in enumerate(meta["exhibits"]):
        if fields["place"] is not None:
            fields["place"] = tuple(fields["place"])
        for name in _ARRAYS:
            unit = fields.pop(f"{name}_unit", None)
            array = arrays.get(f"{number}.{name}")
            fields[name] = (
                array if array is None or unit is None else array.astype(np.float32) * np.float32(unit)
            )
        exhibits.append(Exhibit(**fields))
    frames = [Frame(**frame | {"around": tuple(frame["around"])}) for frame in meta["frames"]]
    return Evidence(meta["called"], tuple(exhibits), tuple(frames))


def _in_half(array: Array) -> tuple[Array, float | None]:
    """Return floating numbers in half precision, and the unit that they are multiples of; other arrays as they are."""
    if array.dtype.kind != "f":
        return np.ascontiguousarray(array), None
    largest = np.abs(array).max(initial=0.0, where=np.isfinite(array))
    unit = float(largest) or 1.0
    return np.ascontiguousarray(array / array.dtype.type(unit), np.float16), unit
