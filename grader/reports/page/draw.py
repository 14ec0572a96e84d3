"""Arrays as small pictures, by the conventions of `fixtures.explanation_figures`."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from fixtures.enlarging import enlarge
from grader.reports.page.colours import DIVERGING, SEQUENTIAL

Values = npt.NDArray[Any]

PERCENTILE = 99.0  # where the scale ends, for display only
OPACITY = 0.75  # of the strongest colour over a picture
LUMA = (0.299, 0.587, 0.114)  # ITU-R BT.601
_UNKNOWN = 255  # index of the transparent colour: what is not a number shows the hatching behind it
_PHOTO = 40  # pixels of a side from which a picture is stored with a loss that cannot be seen


@dataclass(frozen=True, slots=True)
class Scale:
    """From values to colours.

    Attributes:
        signed: whether the colours diverge from zero.
        limit: the value of the last colour, > 0; the first is that of 0, or of -limit for signed maps.
        clipped: whether values beyond the limit exist.
    """

    signed: bool
    limit: float
    clipped: bool


def scale_of(values: Values, *, signed: bool, shown: Values | None = None) -> Scale:
    """Return the scale that shows some values well.

    Args:
        shown: everything that is drawn with it, if that is more.
    """
    magnitudes = np.abs(values[np.isfinite(values)])
    largest = float(magnitudes.max(initial=0.0))
    limit = float(np.percentile(magnitudes, PERCENTILE)) if largest > 0 else 0.0
    limit = limit or largest or 1.0
    whole = values if shown is None else shown
    return Scale(signed, limit, bool(np.abs(whole[np.isfinite(whole)]).max(initial=0.0) > limit * 1.001))


def draw_map(values: Values, scale: Scale) -> str:
    """Return a map (h, w) as the address of a picture that holds itself."""
    indices = np.minimum(_positions(values, scale) * _UNKNOWN, _UNKNOWN - 1).astype(np.uint8)
    indices[~np.isfinite(values)] = _UNKNOWN
    image = Image.fromarray(indices, "L")
    image = image.convert("P") if image.mode != "P" else image
    image.putpalette(DIVERGING if scale.signed else SEQUENTIAL)
    unknown = {} if np.isfinite(values).all() else {"transparency": _UNKNOWN}
    return _address(image, "png", optimize=True, **unknown)


def draw_colours(values: Values, limit: float) -> str:
    """Return signed values in three channels (h, w, 3), grey where they are zero."""
    pixels = np.nan_to_num(0.5 + values / (2 * limit), nan=0.5)
    return draw_picture(np.rint(255 * pixels.clip(0, 1)).astype(np.uint8))


def draw_picture(pixels: Values) -> str:
    """Return a picture (h, w, 3) uint8."""
    image = Image.fromarray(np.ascontiguousarray(pixels, np.uint8), "RGB")
    if min(pixels.shape[:2]) < _PHOTO:
        return _address(image, "png", optimize=True)
    return _address(image, "webp", quality=82, method=4)


def draw_overlay(picture: Values, values: Values, scale: Scale) -> str:
    """Return a map laid over a grey picture, the more opaque the stronger."""
    size = (picture.shape[0], picture.shape[1])
    enlarged = values if values.shape == size else enlarge(values.astype(np.float64), size)
    grey = np.repeat((picture / 255 @ np.array(LUMA))[..., None], 3, axis=-1)
    known = np.nan_to_num(enlarged)
    strength = np.clip((np.abs(known) if scale.signed else known) / scale.limit, 0, 1)[..., None]
    table = np.frombuffer(DIVERGING if scale.signed else SEQUENTIAL, np.uint8).reshape(-1, 3) / 255
    colours = table[(_positions(known, scale) * 255).astype(np.uint8)]
    laid = (grey + OPACITY * strength * (colours - grey)).clip(0, 1)
    return draw_picture(np.rint(255 * laid).astype(np.uint8))


def png_address(data: bytes) -> str:
    """Return the address of a PNG that is there already."""
    return "data:image/png;base64," + base64.b64encode(data).decode()


def _positions(values: Values, scale: Scale) -> Values:
    """Return where values lie along the colours, in [0, 1]."""
    relative = np.nan_to_num(values / scale.limit, posinf=1.0, neginf=-1.0)
    return np.asarray(((relative + 1) / 2 if scale.signed else relative).clip(0, 1))


def _address(image: Image.Image, kind: str, **how: Any) -> str:
    buffer = io.BytesIO()
    image.save(buffer, format=kind, **how)
    return f"data:image/{kind};base64," + base64.b64encode(buffer.getvalue()).decode()
