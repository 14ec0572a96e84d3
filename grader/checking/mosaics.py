"""Tiles side by side in one small picture, each in a scale of its own, as a page shows them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from fixtures.tolerances import Values

_MOST = 24  # tiles; of a layer with more, those from the first wrong one on
_SIDE = 28  # pixels; larger tiles are thinned out
_GAP, _PAPER = 1, 228.0


def mosaic(tiles: npt.NDArray[Any], first: int = 0) -> Values:
    """Return some of the tiles in rows, (H, W, 3) in [0, 255].

    Args:
        tiles: (T, h, w) or (T, h, w, 3), any range.
        first: which tile must be among them.
    """
    start = _start(len(tiles), first)
    shown = tiles[start : start + _MOST].astype(np.float64)
    factor = max(1, -(-max(shown.shape[1:3]) // _SIDE))
    shown = np.nan_to_num(shown[:, ::factor, ::factor])
    if shown.ndim == 3:
        shown = np.repeat(shown[..., None], 3, axis=-1)
    low, high = (extreme(axis=(1, 2, 3), keepdims=True) for extreme in (shown.min, shown.max))
    shown = 255 * (shown - low) / np.where(high > low, high - low, 1)
    count, height, width, _ = shown.shape
    columns = columns_of(count)
    rows = -(-count // columns)
    sheet = np.full((rows * (height + _GAP) - _GAP, columns * (width + _GAP) - _GAP, 3), _PAPER)
    for number, tile in enumerate(shown):
        top, left = (
            place * (length + _GAP)
            for place, length in zip(divmod(number, columns), (height, width), strict=True)
        )
        sheet[top : top + height, left : left + width] = tile
    return sheet


def middle_of(tiles: npt.NDArray[Any], number: int) -> tuple[int, int]:
    """Return the row and column of the middle of a tile in its mosaic."""
    start = _start(len(tiles), number)
    count = min(len(tiles) - start, _MOST)
    factor = max(1, -(-max(tiles.shape[1:3]) // _SIDE))
    height, width = (-(-length // factor) for length in tiles.shape[1:3])
    row, column = divmod(number - start, columns_of(count))
    return row * (height + _GAP) + height // 2, column * (width + _GAP) + width // 2


def columns_of(count: int) -> int:
    """Return in how many columns some tiles are laid."""
    return max(1, int(np.ceil(np.sqrt(count))))


def _start(count: int, first: int) -> int:
    return min(first, max(count - _MOST, 0)) if first >= _MOST else 0
