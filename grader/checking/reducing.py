"""Answers made small enough to be looked at: one plane of an array, thinned out, beside what was expected."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from fixtures.normalise import IMAGENET_MEAN, IMAGENET_STD
from fixtures.tolerances import Values
from grader.checking.explain import name_place
from grader.evidence import Array, Kind
from grader.language import phrase

LARGEST = 112  # pixels of a side; what is larger is thinned out
_FEW = 12  # numbers that are shown as numbers
_ROUNDING = 1e-6  # a value below zero by no more than this share of the largest is rounding, not a sign


@dataclass(frozen=True, slots=True)
class Reduced:
    """An answer as it is shown; the fields mean what those of `grader.evidence.Exhibit` mean."""

    kind: Kind
    yours: Array
    expected: Array | None
    difference: Array | None
    place: tuple[int, int] | None
    where: str


def reduce(yours: Values, expected: Values | None, *, picture: bool = False, ready: bool = False) -> Reduced:
    """Return the plane of an answer that shows most: the one that differs most, or else the strongest.

    Args:
        yours: any shape, not all of it need be finite.
        expected: the same shape; None where there is none.
        picture: whether axes "3, H, W" at the end are a picture as a network reads it, not a gradient.
        ready: whether such a picture is in [0, 255] already.
    """
    difference = None if expected is None else yours - expected
    strength = np.nan_to_num(np.abs(yours if difference is None else difference), posinf=0.0)
    if yours.size <= _FEW or yours.ndim <= 1:
        return _listed(yours, expected, difference, strength)
    if yours.ndim == 2 and yours.shape[1] == 2 and expected is None:
        return Reduced("points", yours.astype(np.float32), None, None, None, "")
    lead, colour = yours.ndim - 2, yours.ndim >= 3 and yours.shape[-3] == 3 and min(yours.shape[-2:]) >= 4
    peak = tuple(int(index) for index in np.unravel_index(int(strength.argmax()), strength.shape))
    plane = peak[: lead - 1] if colour else peak[:lead]
    where = name_place(peak)
    mine, right, off = (None if values is None else values[plane] for values in (yours, expected, difference))
    assert mine is not None
    factor = max(1, -(-max(mine.shape[-2:]) // LARGEST))
    place = (peak[-2] // factor, peak[-1] // factor)
    if colour:
        kind: Kind = "picture" if picture else "colours"
        if picture and not ready:
            mine, right, off = _as_picture(mine), _as_picture(right), _as_picture(off, offset=False)
        panels = [
            None if v is None else np.moveaxis(_pooled(v, factor, mean=True), 0, -1)
            for v in (mine, right, off)
        ]
    else:
        both = mine if right is None else np.concatenate([mine, right])
        known = both[np.isfinite(both)]
        signed = known.min(initial=0.0) < -_ROUNDING * np.abs(known).max(initial=0.0)
        kind = "signed" if signed else "map"
        panels = [None if v is None else _pooled(v, factor, mean=False) for v in (mine, right, off)]
    first, second = (None if panel is None else _thin(panel, kind) for panel in panels[:2])
    third = None if panels[2] is None else panels[2].astype(np.float32)
    assert first is not None
    return Reduced(kind, first, second, third, place, where)


def best_factor(yours: Values, expected: Values) -> float:
    """Return the positive factor that brings an answer nearest to what is expected, 1 where there is none."""
    square = float((yours * yours).sum())
    factor = float((yours * expected).sum()) / square if square else 0.0
    return factor if factor > 0 else 1.0


def _listed(yours: Values, expected: Values | None, difference: Values | None, strength: Values) -> Reduced:
    kind: Kind = "numbers" if yours.size <= _FEW else "curve"
    flat = [
        None if v is None else v.reshape(-1)[:512].astype(np.float32) for v in (yours, expected, difference)
    ]
    place = (0, int(strength.reshape(-1)[:512].argmax())) if yours.size else None
    assert flat[0] is not None
    where = "" if place is None else phrase("number {number}", number=place[1] + 1)
    return Reduced(kind, flat[0], flat[1], flat[2], place, where)


def _thin(panel: Values, kind: Kind) -> Array:
    return (
        np.rint(np.nan_to_num(panel).clip(0, 255)).astype(np.uint8)
        if kind == "picture"
        else panel.astype(np.float32)
    )


def _as_picture(values: Values | None, *, offset: bool = True) -> Values | None:
    """Return what a network reads, or a change of it, in intensities of [0, 255]; (3, H, W) both."""
    if values is None:
        return None
    mean, std = (np.asarray(numbers)[:, None, None] for numbers in (IMAGENET_MEAN, IMAGENET_STD))
    scaled: Values = 255 * (np.clip(values * std + mean, 0, 1) if offset else values * std)
    return scaled


def _pooled(values: Values, factor: int, *, mean: bool) -> Values:
    """Return (..., H, W) in blocks of `factor`: their means, or their largest magnitudes so that no peak is lost."""
    if factor == 1:
        return values
    height, width = (-(-length // factor) for length in values.shape[-2:])
    margin = [(0, 0)] * (values.ndim - 2)
    margin += [(0, height * factor - values.shape[-2]), (0, width * factor - values.shape[-1])]
    blocks = np.pad(values, margin, mode="edge").reshape(*values.shape[:-2], height, factor, width, factor)
    blocks = np.moveaxis(blocks, -3, -2).reshape(*values.shape[:-2], height, width, factor * factor)
    if mean:
        return np.asarray(blocks.mean(axis=-1))
    strongest = np.abs(blocks).argmax(axis=-1)[..., None]
    return np.asarray(np.take_along_axis(blocks, strongest, axis=-1)[..., 0])
