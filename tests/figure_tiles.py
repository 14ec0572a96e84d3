"""Read back what was drawn: find pictures as tiles in the open figures, wherever they lie and however scaled."""

from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure


def find_faults(expected: np.ndarray, title: str) -> list[str]:
    """Return what is wrong with the open figures if they should show these tiles, (T, H, W, C).

    A title may say more than the words it should hold.
    """
    figures = [plt.figure(number) for number in plt.get_fignums()]
    if len(figures) != 1:
        return [f"{len(figures)} figures"]
    drawn = [image.get_array().astype(float) for axes in figures[0].axes for image in axes.get_images()]
    places = [place for tile in expected for place in [_find(tile.astype(float), drawn)] if place is not None]
    faults = [] if any(title in found for found in _titles(figures[0])) else ["title"]
    if len(set(places)) != len(expected):
        faults.append(f"{len(set(places))} of {len(expected)} tiles")
    return faults


def _find(tile: np.ndarray, drawn: list[np.ndarray]) -> tuple[int, int] | None:
    """Return which picture holds a positive affine image of the tile, and at which window."""
    for which, picture in enumerate(drawn):
        picture = picture if picture.ndim == 3 else picture[..., None]
        if tile.shape[2] == 1 and np.ptp(picture, axis=2).max() == 0:
            picture = picture[..., :1]  # grey, as three equal channels
        if (
            picture.shape[0] < tile.shape[0]
            or picture.shape[1] < tile.shape[1]
            or picture.shape[2] != tile.shape[2]
        ):
            continue
        windows = np.lib.stride_tricks.sliding_window_view(picture, tile.shape).reshape(-1, tile.size)
        windows = windows - windows.mean(1, keepdims=True)
        wanted = (tile - tile.mean()).ravel()
        lengths = np.linalg.norm(windows, axis=1) * np.linalg.norm(wanted)
        correlation = windows @ wanted / np.where(lengths > 0, lengths, np.inf)
        if correlation.max() > 1 - 1e-4:  # a picture of 256 grey values reaches 1 - 5e-5
            return which, int(correlation.argmax())
    return None


def _titles(figure: Figure) -> Iterator[str]:
    yield figure.get_suptitle()
    for axes in figure.axes:
        yield axes.get_title()
