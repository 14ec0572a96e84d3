"""An exhibit as figures side by side: what was given, yours, what is expected, the difference, one colour bar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from grader.evidence import Exhibit
from grader.language import later, phrase
from grader.reports.page.charts import DIFFERENCE, EXPECTED, YOURS, draw_curve, draw_numbers, draw_points
from grader.reports.page.draw import (
    Scale,
    Values,
    draw_colours,
    draw_map,
    draw_overlay,
    draw_picture,
    scale_of,
)
from grader.reports.page.text import number, say

_FAINT = 0.15  # of the scale; differences below it are drawn stronger


@dataclass(frozen=True, slots=True)
class Shown:
    """An exhibit drawn.

    Attributes:
        thumbnail: a small picture of it, as HTML.
        figures: the whole, as HTML.
        rank: how much of a picture it is; an exercise is shown by its highest.
    """

    thumbnail: str
    figures: str
    rank: int = 0


@dataclass(frozen=True, slots=True)
class _Panel:
    caption: str
    address: str
    words: str
    size: tuple[int, int]
    marked: bool = False


def show(exhibit: Exhibit) -> Shown:
    """Return an exhibit as HTML."""
    match exhibit.kind:
        case "text":
            return Shown(
                '<span class="glyph">abc</span>', f'<p class="answer"><code>{say(exhibit.text)}</code></p>'
            )
        case "numbers":
            return _show_numbers(exhibit)
        case "curve":
            chart = draw_curve(exhibit.yours, exhibit.expected)
            return Shown(chart, f'<div class="chart">{chart}</div>{_notes(exhibit)}', rank=1)
        case "points":
            chart = draw_points(exhibit.yours)
            return Shown(chart, f'<div class="chart square">{chart}</div>', rank=3)
        case "map" | "signed":
            return _show_map(exhibit)
        case _:
            return _show_colours(exhibit)


def _show_numbers(exhibit: Exhibit) -> Shown:
    """Return a few numbers as a table, with bars for a thumbnail."""
    thumbnail, table = draw_numbers(exhibit.yours, exhibit.expected, exhibit.place)
    return Shown(thumbnail, table + _notes(exhibit, where=False))


def _show_map(exhibit: Exhibit) -> Shown:
    yours, expected = exhibit.yours, exhibit.expected
    everything = yours if expected is None else np.concatenate([yours, expected])
    signed = exhibit.kind == "signed"
    base = yours if expected is None or not np.any(expected) else expected
    scale = scale_of(base, signed=signed, shown=everything)
    panels = [_given(exhibit)] if exhibit.asked is not None else []
    thumbnail = draw_map(yours, scale)
    panels.append(
        _Panel(phrase(YOURS), thumbnail, _describe(phrase("your map"), yours), yours.shape, marked=True)
    )
    note = ""
    if expected is not None and exhibit.difference is not None and not exhibit.right:
        words = _describe(phrase("the expected map"), expected)
        panels.append(_Panel(phrase(EXPECTED), draw_map(expected, scale), words, expected.shape, marked=True))
        panel, note = _difference(exhibit.difference, scale)
        panels.append(panel)
    smooth = ""
    if exhibit.asked is not None and _fits(exhibit.asked, yours):
        smooth = " smooth"
        thumbnail = draw_overlay(exhibit.asked, yours, scale)
        if len(panels) < 4:
            words = phrase("your map laid over the picture")
            panels.append(_Panel(phrase("yours, laid over"), thumbnail, words, exhibit.asked.shape[:2]))
    image = f'<img class="pixels{smooth}" src="{thumbnail}" alt="">'
    return Shown(image, _row(panels, exhibit) + _bar(scale) + _notes(exhibit, note), _rank(exhibit))


def _show_colours(exhibit: Exhibit) -> Shown:
    yours, expected, note = exhibit.yours, exhibit.expected, ""
    panels = [_given(exhibit)] if exhibit.asked is not None else []
    if exhibit.kind == "picture":
        limit = 0.0
        drawn = [None if values is None else draw_picture(values) for values in (yours, expected)]
    else:
        base = yours if expected is None or not np.any(expected) else expected
        limit = scale_of(base, signed=True).limit
        drawn = [None if values is None else draw_colours(values, limit) for values in (yours, expected)]
        note = phrase(
            "Grey is 0; a channel is dark at {low} and bright at {high}.",
            low=number(-limit),
            high=number(limit),
        )
    assert drawn[0] is not None
    words = _describe(phrase("your picture"), yours)
    panels.append(_Panel(phrase(YOURS), drawn[0], words, yours.shape[:2], marked=True))
    if expected is not None and drawn[1] is not None and not exhibit.right:
        words = _describe(phrase("the expected picture"), expected)
        panels.append(_Panel(phrase(EXPECTED), drawn[1], words, expected.shape[:2], marked=True))
        if exhibit.difference is not None:
            panel, more = _difference_in_colour(exhibit.difference, limit or 128.0)
            panels.append(panel)
            note = f"{note} {more}".strip()
    elif expected is None and exhibit.kind == "picture" and exhibit.difference is not None:
        change = exhibit.difference
        limit = scale_of(change, signed=True).limit
        address = draw_colours(change, limit)
        factor = 128 / limit
        caption = phrase("what you changed") + (f", ×\u00a0{factor:.0f}" if 1.5 < factor < 1e6 else "")
        words = phrase("the change that you made to the picture")
        panels.append(_Panel(caption, address, words, yours.shape[:2]))
        note = phrase("In the change grey means that nothing was changed.")
    image = f'<img class="pixels" src="{drawn[0]}" alt="">'
    return Shown(image, _row(panels, exhibit) + _notes(exhibit, note), _rank(exhibit))


def _rank(exhibit: Exhibit) -> int:
    """Return 5 for what lies over a picture or is a large one, less for what is small or plain."""
    if exhibit.yours.size and np.ptp(np.nan_to_num(exhibit.yours)) == 0:
        return 0  # of one colour
    large = min(exhibit.yours.shape[:2]) >= 60
    if exhibit.asked is not None and exhibit.kind in ("map", "signed"):
        return 5 if _fits(exhibit.asked, exhibit.yours) else 1
    return 5 if large and exhibit.kind == "picture" else 4 if large else 2


def _given(exhibit: Exhibit) -> _Panel:
    assert exhibit.asked is not None
    words = phrase("the picture that your function was given")
    return _Panel(
        phrase("given, for {label}", label=exhibit.label) if exhibit.label else phrase("given"),
        draw_picture(exhibit.asked),
        words,
        exhibit.asked.shape[:2],
    )


def _difference(difference: Values, scale: Scale) -> tuple[_Panel, str]:
    shown = difference if scale.signed else np.abs(difference)
    factor = _strengthened(shown, scale.limit)
    caption, note = _strength(factor)
    words = _describe(phrase("the difference"), shown)
    return _Panel(caption, draw_map(shown * factor, scale), words, shown.shape, marked=True), note


def _difference_in_colour(difference: Values, limit: float) -> tuple[_Panel, str]:
    factor = _strengthened(difference, limit)
    caption, note = _strength(factor)
    address = draw_colours(difference * factor, limit)
    words = _describe(phrase("the difference"), difference)
    return _Panel(caption, address, words, difference.shape[:2], marked=True), note


def _strength(factor: float) -> tuple[str, str]:
    """Return the caption of a difference that is drawn so many times as strong, and a note on it."""
    if factor <= 1:
        return phrase(DIFFERENCE), ""
    note = phrase("The difference is drawn {factor:g} times as strong.", factor=factor)
    return f"{phrase(DIFFERENCE)}, ×\u00a0{factor:g}", note


def _strengthened(difference: Values, limit: float) -> float:
    """Return the power of ten that makes a faint difference visible."""
    largest = float(np.abs(np.nan_to_num(difference)).max(initial=0.0))
    if largest == 0 or largest >= _FAINT * limit:
        return 1.0
    return float(10 ** min(np.floor(np.log10(limit / largest)), 9))


def _fits(picture: Values, values: Values) -> bool:
    """Return whether a map has the sides of a picture, roughly: a coarse one loses what is left over."""
    ratio = picture.shape[0] * values.shape[1] / (picture.shape[1] * values.shape[0])
    return bool(min(values.shape) >= 3 and 0.75 < ratio < 1.34)


def _row(panels: list[_Panel], exhibit: Exhibit) -> str:
    mark = ""
    if exhibit.place is not None:
        height, width = exhibit.yours.shape[:2]
        top, left = (
            100 * (place + 0.5) / of for place, of in zip(exhibit.place, (height, width), strict=True)
        )
        mark = f'<span class="mark" style="top:{top:.1f}%;left:{left:.1f}%"></span>'
    figures = []
    for panel in panels:
        height, width = panel.size
        words = panel.words
        if mark and panel.marked:
            words += phrase("; they differ most at {where}", where=exhibit.where)
        figures.append(
            f'<figure><div class="frame" style="aspect-ratio:{width}/{height}">'
            f'<img class="pixels{" smooth" if min(panel.size) > 40 else ""}" src="{panel.address}" '
            f'width="{width}" height="{height}" alt="{say(words)}">{mark if panel.marked else ""}</div>'
            f"<figcaption>{say(panel.caption)}</figcaption></figure>"
        )
    return f'<div class="panels">{"".join(figures)}</div>'


def _bar(scale: Scale) -> str:
    low = number(-scale.limit) if scale.signed else "0"
    kind = "signed" if scale.signed else "sequential"
    middle = "<span>0</span>" if scale.signed else ""
    extent = later("colours from {low} to {high} and beyond")
    if not scale.clipped:
        extent = later("colours from {low} to {high}")
    words = phrase(extent, low=low, high=number(scale.limit))
    return (
        f'<div class="bar" role="img" aria-label="{say(words)}"><i class="{kind}{" open" * scale.clipped}"></i>'
        f"<div><span>{low}</span>{middle}<span>{number(scale.limit)}{' +' if scale.clipped else ''}</span></div></div>"
    )


def _notes(exhibit: Exhibit, note: str = "", *, where: bool = True) -> str:
    said = [phrase("This is {part}.", part=exhibit.part)] if exhibit.part else []
    if exhibit.where and where:
        said.append(phrase("The ring marks {where}, where it differs most.", where=exhibit.where))
    if round(exhibit.scaled, 3) != 1:
        factor = number(exhibit.scaled)
        said.append(phrase("The scale is free here: yours is shown times {factor}.", factor=factor))
    said += [note] if note else []
    return f'<p class="note">{say(" ".join(said))}</p>' if said else ""


def _describe(what: str, values: Values) -> str:
    known = values[np.isfinite(values)]
    if not known.size:
        return phrase("{what}, no number in it", what=what)
    extent = later("{what}, {height} by {width}, from {low} to {high}, some values are not finite")
    if known.size == values.size:
        extent = later("{what}, {height} by {width}, from {low} to {high}")
    height, width = values.shape[:2]
    low, high = number(known.min()), number(known.max())
    return phrase(extent, what=what, height=height, width=width, low=low, high=high)
