"""What a student drew: the arrays handed to imshow, and a PNG of the figure as it would be seen."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from fixtures.arguments import NumpyArray

FIGURE_CAP = 12
IMAGE_CAP = 600  # a figure of one axes per channel of a 512-channel layer is still read


def capture_figures(*, picture: bool) -> tuple[list[dict[str, Any]], dict[str, NumpyArray]]:
    """Return every open figure as plain data and arrays, then close them.

    Args:
        picture: also render the first figure as PNG, which costs about 50 ms; not where it cannot be drawn.

    Returns:
        For each figure its titles and the names of its image arrays; and the arrays by name. "png" names the bytes
        of the rendered figure where there is one.
    """
    from matplotlib import pyplot as plt

    described: list[dict[str, Any]] = []
    arrays: dict[str, NumpyArray] = {}
    left = IMAGE_CAP
    for number in plt.get_fignums()[:FIGURE_CAP]:
        figure = plt.figure(number)
        drawn = [(axes, image) for axes in figure.axes for image in axes.get_images()][:left]
        left -= len(drawn)
        names = []
        for axes, image in drawn:
            name = f"f{len(arrays)}"
            arrays[name] = _as_seen(image)
            names.append({"array": name, "title": axes.get_title()})
        titles = [figure.get_suptitle(), *(axes.get_title() for axes in figure.axes)]
        entry: dict[str, Any] = {"images": names, "titles": [title for title in titles if title]}
        if picture and not described and (rendered := _render(figure)):
            arrays["png"] = np.frombuffer(rendered, np.uint8)
            entry["png"] = "png"
        described.append(entry)
    plt.close("all")
    return described, arrays


def _as_seen(image: Any) -> NumpyArray:
    """Return the array of a picture; in one without colours, what lies beyond vmin and vmax is seen as those are."""
    values: NumpyArray = np.ma.getdata(np.ma.asarray(image.get_array()))
    limits = [limit for limit in image.get_clim() if limit is not None and np.isfinite(limit)]
    if values.ndim != 2 or len(limits) < 2:  # a picture of NaN has no limits
        return values
    seen: NumpyArray = values.clip(min(limits), max(limits)).astype(values.dtype)
    return seen


def _render(figure: Any) -> bytes:
    """Return a figure as PNG; nothing where it cannot be drawn, which no check asks for."""
    buffer = io.BytesIO()
    width, height = figure.get_size_inches()
    try:
        figure.savefig(buffer, format="png", dpi=min(72.0, 1600 / max(width, height)))
    except Exception:
        return b""
    return buffer.getvalue()
