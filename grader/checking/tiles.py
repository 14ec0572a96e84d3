"""Tiles in a picture: whatever the grid, the gaps and the scaling, does each tile show what it should?"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fixtures.arguments import NumpyArray
from grader.checking.answers import Answer
from grader.checking.evidence import Witness
from grader.checking.expected import Finding
from grader.checking.mosaics import middle_of, mosaic
from grader.errors import StudentFault
from grader.language import phrase

Tiles = npt.NDArray[np.float64]

_EXACT = 1e-4  # float32 pictures of float32 weights: 1e-6 for every right way, above 1e-2 for every wrong one
_WIDEST_GAP = 4
_WIDEST_GRID = 16  # columns: who draws eight to a row leaves room for eight, however few tiles there are


@dataclass(frozen=True, slots=True)
class TileTarget:
    """What a figure should show.

    Attributes:
        tiles: (T, H, W) for grey ones, (T, H, W, 3) for ones in colour; any range.
        mistakes: sentences and the tiles that the mistake draws instead, its own number and size.
        too_few: the sentence for a picture that has room for fewer tiles.
        one_each: the sentence for a figure per tile.
    """

    tiles: Tiles
    mistakes: Sequence[tuple[str, Tiles]] = ()
    too_few: str | None = None
    one_each: str | None = None


class ShowsTiles:
    """Equal to any answer whose one figure shows the tiles, each in an increasing affine scale of its own.

    Args:
        target: what should be seen.
        keep: told of every finding.
        figure: which of the answer's figures to look at; None asks that there is exactly one.
        witness: told of every comparison, where a page is to show it.
    """

    __array_ufunc__ = None

    def __init__(
        self,
        target: TileTarget,
        keep: Callable[[Finding], None],
        figure: int | None = None,
        witness: Witness | None = None,
    ) -> None:
        self._target = target
        self._keep = keep
        self._figure = figure
        self._witness = witness

    def __eq__(self, answer: object) -> bool:
        if not isinstance(answer, Answer):
            return NotImplemented
        finding = _judge(answer, self._target, self._figure)
        if finding is not None:
            self._keep(finding)
        if self._witness is not None and answer.figures:
            images = answer.figures[self._figure or 0].images
            self._witness.showed_tiles(lambda: _as_seen(images, self._target.tiles), right=finding is None)
        return finding is None

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "the tiles that are expected"


def _judge(answer: Answer, target: TileTarget, figure: int | None) -> Finding | None:
    if not answer.drawn:
        raise StudentFault(
            phrase("{function} drew no picture", function=answer.function),
            phrase("draw the tiles with plt.imshow"),
        )
    if figure is None and len(answer.figures) != 1:
        drew = phrase(
            "{function} drew {count} figures, expected one",
            function=answer.function,
            count=len(answer.figures),
        )
        return Finding(drew, target.one_each)
    images = answer.figures[figure or 0].images
    distances = _nearest(images, target.tiles)
    if distances is not None and (distances <= 1).all():
        return None
    hint = next(
        (
            sentence
            for sentence, tiles in target.mistakes
            if (mistaken := _nearest(images, tiles)) is not None and (mistaken <= 1).all()
        ),
        None,
    )
    count, height, width = target.tiles.shape[:3]
    if distances is None:
        room = ", ".join(" x ".join(map(str, image.shape)) for image in images[:3])
        return Finding(
            phrase(
                "the picture ({room}) has no room for {count} tiles of {height} x {width}",
                room=room,
                count=count,
                height=height,
                width=width,
            ),
            hint or target.too_few,
        )
    wrong = np.flatnonzero(~(distances <= 1))
    return Finding(
        phrase(
            "{wrong} of {count} tiles do not show what they should; the first is tile {first}",
            wrong=len(wrong),
            count=count,
            first=wrong[0] + 1,
        ),
        hint,
    )


def _nearest(images: Sequence[NumpyArray], tiles: Tiles) -> npt.NDArray[np.float64] | None:
    """Return the distance of each tile in the layout that fits best, in multiples of what is allowed.

    None if the tiles fit in no layout.
    """
    best: npt.NDArray[np.float64] | None = None
    for cells in _layouts(images, tiles):
        distances = _distances(cells, tiles)
        if best is None or (distances <= 1).sum() > (best <= 1).sum():
            best = distances
    return best


def _as_seen(images: Sequence[NumpyArray], tiles: Tiles) -> tuple[Tiles, Tiles, tuple[int, int] | None]:
    """Return the student's tiles and the right ones as pictures, and where the first wrong one is."""
    best, wrong = None, np.arange(len(tiles))
    for cells in _layouts(images, tiles):
        missed = np.flatnonzero(~(_distances(cells, tiles) <= 1))
        if best is None or len(missed) < len(wrong):
            best, wrong = cells, missed
    first = int(wrong[0]) if len(wrong) else 0
    yours = mosaic(best, first) if best is not None else mosaic(np.asarray(images[0])[None])
    return yours, mosaic(tiles, first), middle_of(tiles, first) if len(wrong) else None


def _layouts(images: Sequence[NumpyArray], tiles: Tiles) -> Iterator[NumpyArray]:
    """Yield what stands at the place of each tile, (T, H, W, ...), for every layout that has room for all."""
    count, height, width = tiles.shape[:3]
    if len(images) >= count and all(image.shape[:2] == (height, width) for image in images[:count]):
        yield np.stack(images[:count])
    for image in images[:1]:
        for gap in range(_WIDEST_GAP + 1):
            for offset in range(gap + 1):
                rows = (image.shape[0] - offset + gap) // (height + gap)
                columns = (image.shape[1] - offset + gap) // (width + gap)
                if rows * columns < count or max(rows, columns) > max(count, _WIDEST_GRID):
                    continue
                corners = [divmod(number, columns) for number in range(count)]
                yield np.stack(
                    [
                        image[top : top + height, left : left + width]
                        for row, column in corners
                        for top, left in [(offset + row * (height + gap), offset + column * (width + gap))]
                    ]
                )


def _distances(cells: NumpyArray, tiles: Tiles) -> npt.NDArray[np.float64]:
    """Return how far each cell is from every increasing affine image of its tile, over what is allowed."""
    drawn = _as_channels(cells.astype(np.float64), in_colour=tiles.ndim == 4)
    if drawn is None:
        return np.full(len(tiles), np.inf)
    yours = drawn.reshape(len(tiles), -1)
    right = tiles.reshape(len(tiles), -1)
    yours = yours - yours.mean(axis=1, keepdims=True)
    right = right - right.mean(axis=1, keepdims=True)
    size = np.linalg.norm(right, axis=1)
    power = (yours * yours).sum(axis=1)
    slope = np.maximum((yours * right).sum(axis=1), 0) / np.where(power > 0, power, 1)
    distance = np.linalg.norm(slope[:, None] * yours - right, axis=1) / np.where(size > 0, size, 1)
    allowed = np.full(len(tiles), _EXACT)
    if cells.dtype.kind in "ui":  # rounding to whole numbers moves each by up to a half
        spread = np.sqrt(power / yours.shape[1])
        allowed = np.maximum(allowed, 0.5 / np.maximum(spread, 1))
    multiples: npt.NDArray[np.float64] = distance / allowed
    return multiples


def _as_channels(cells: npt.NDArray[np.float64], *, in_colour: bool) -> npt.NDArray[np.float64] | None:
    """Return cells with the channels that the tiles have, None where grey and colour are mixed up."""
    if in_colour:
        return cells[..., :3] if cells.ndim == 4 and cells.shape[-1] >= 3 else None
    if cells.ndim == 3:
        return cells
    colours = cells[..., :3]
    if np.ptp(colours, axis=-1).max() > 1e-6:
        return None
    grey: npt.NDArray[np.float64] = colours.mean(axis=-1)
    return grey
