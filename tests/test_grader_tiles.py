"""Tiles are found wherever they lie in a picture and however they are scaled, and nothing else is taken for them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checking.tiles import ShowsTiles, TileTarget
from grader.errors import StudentFault
from tests.stub_answers import make_answer

GREY = np.random.default_rng(0).normal(0, 1, (7, 4, 6))
COLOUR = np.random.default_rng(1).normal(0, 1, (7, 4, 6, 3))
WRONG = "It looks like another tile: draw the right one."


def judged(figures, tiles=GREY, figure=None, **about):
    """Return whether figures, each a list of pictures, show the tiles; and the findings."""
    findings = []
    answer = make_answer(drawn=figures)
    return answer == ShowsTiles(TileTarget(tiles, **about), findings.append, figure), findings


def in_colours(tiles):
    """Return tiles moved into [0, 1], as imshow wants colours."""
    return (tiles - tiles.min()) / np.ptp(tiles)


def mosaic(tiles, columns, *, gap=0, border=0, fill=0.5):
    """Return one picture of tiles in rows, read like text, with gaps between and a border around."""
    count, height, width = tiles.shape[:3]
    rows = -(-count // columns)
    size = (2 * border + rows * (height + gap) - gap, 2 * border + columns * (width + gap) - gap)
    picture = np.full((*size, *tiles.shape[3:]), fill, tiles.dtype)
    for number, tile in enumerate(tiles):
        top, left = (
            border + place * (side + gap) for place, side in zip(divmod(number, columns), (height, width))
        )
        picture[top : top + height, left : left + width] = tile
    return picture


SCALES = st.tuples(st.floats(0.01, 100), st.floats(-10, 10))


@settings(max_examples=60)
@given(columns=st.integers(1, 16), gap=st.integers(0, 4), data=st.data(), fill=st.floats(-9, 9), scale=SCALES)
def test_every_grid_and_scale_of_grey_tiles_is_right(columns, gap, data, fill, scale):
    """Rows, one long row, one long column; gaps and a border as wide; one scale for all."""
    border = data.draw(st.integers(0, gap))
    picture = mosaic(scale[0] * GREY + scale[1], columns, gap=gap, border=border, fill=fill)
    assert judged([[picture]])[0]


@settings(max_examples=30)
@given(columns=st.integers(1, 16), gap=st.integers(0, 4), fill=st.floats(0, 1))
def test_every_grid_of_colour_tiles_is_right(columns, gap, fill):
    """Also with gaps of any colour behind the last column and row, and with an alpha channel."""
    tiles = np.pad(in_colours(COLOUR), ((0, 0), (0, gap), (0, gap), (0, 0)), constant_values=fill)
    picture = mosaic(tiles, columns, fill=fill)
    assert judged([[picture]], COLOUR)[0]
    assert judged([[np.concatenate([picture, np.ones((*picture.shape[:2], 1))], axis=2)]], COLOUR)[0]


@given(scales=st.lists(SCALES, min_size=7, max_size=7))
def test_each_tile_may_have_a_scale_of_its_own(scales):
    """As each panel of a figure has; also as one picture."""
    tiles = np.stack([factor * tile + offset for (factor, offset), tile in zip(scales, GREY, strict=True)])
    assert judged([list(tiles)])[0]
    assert judged([[mosaic(tiles, 3, gap=1)]])[0]


def test_panels_may_be_grey_in_three_equal_colours():
    """A grey picture in RGB is grey; one with colours in it is not."""
    grey = in_colours(GREY)[..., None].repeat(3, axis=-1)
    assert judged([list(grey)])[0]
    coloured = grey.copy()
    coloured[3, 0, 0, 2] += 0.1
    assert not judged([list(coloured)])[0]


def test_256_grey_values_are_enough():
    """Rounding to whole numbers is no mistake, with one scale for all tiles or one for each."""
    whole = (255 * in_colours(GREY)).round().astype(np.uint8)
    each = np.stack([255 * in_colours(tile) for tile in GREY]).round().astype(np.uint8)
    colour = (255 * in_colours(COLOUR)).round().astype(np.uint8)

    assert judged([[mosaic(whole, 3, gap=1)]])[0]
    assert judged([list(each)])[0]
    assert judged([[mosaic(colour, 4)]], COLOUR)[0]


def test_a_faint_tile_is_seen_in_256_grey_values():
    """A channel that varies little beside the others still has a few grey values of its own."""
    tiles = np.concatenate([GREY[:6], 0.03 * GREY[6:]])
    whole = (255 * in_colours(tiles)).round().astype(np.uint8)

    assert np.unique(whole[6]).size < 10
    assert judged([[mosaic(whole, 3)]], tiles)[0]
    whole[6] = whole[6][::-1]
    assert not judged([[mosaic(whole, 3)]], tiles)[0]


MISTAKES = {
    "reversed scale": -GREY,
    "absolute": np.abs(GREY),
    "cut off": GREY.clip(0, None),
    "mirrored": GREY[:, :, ::-1],
    "upside down": GREY[:, ::-1],
    "another order": GREY[::-1],
    "the first one seven times": GREY[:1].repeat(7, axis=0),
    "squared": GREY**2,
    "reshaped": GREY.transpose(0, 2, 1).reshape(GREY.shape),
    "one tile noisy": np.concatenate([GREY[:6], GREY[6:] + 0.05 * GREY[:1]]),
    "zero": 0 * GREY,
    "not a number": np.full_like(GREY, np.nan),
    "one value not a number": np.where(GREY[2].max() == GREY, np.nan, GREY),
    "infinite": np.full_like(GREY, np.inf),
    "flat in whole numbers": np.zeros(GREY.shape, np.uint8),
    "two grey values at random": (GREY[::-1] > 0).astype(np.uint8),
    "flat in colours": np.full((*GREY.shape, 3), 0.5),
}


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("columns", [3, None])
def test_what_shows_something_else_is_wrong(mistake, columns):
    """In one picture or in panels."""
    tiles = MISTAKES[mistake]
    with np.errstate(invalid="ignore"):
        assert not judged([list(tiles) if columns is None else [mosaic(tiles, columns, gap=1)]])[0]


@pytest.mark.parametrize("mistake", ["grey", "red and blue swapped", "flat"])
def test_colours_are_told_from_grey_and_from_each_other(mistake):
    """Each tile in its own colours."""
    tiles = {
        "grey": COLOUR.mean(axis=-1),
        "red and blue swapped": in_colours(COLOUR[..., ::-1]),
        "flat": np.zeros(COLOUR.shape, np.uint8),
    }[mistake]
    assert not judged([[mosaic(tiles, 3)]], COLOUR)[0]


def test_the_first_wrong_tile_and_their_number_are_told():
    """Counted from 1, as a reader of the picture does."""
    tiles = GREY.copy()
    tiles[[2, 5]] = tiles[[5, 2]]
    right, (finding,) = judged([[mosaic(tiles, 3)]], mistakes=[(WRONG, -GREY)])

    assert not right
    assert finding.message == "2 of 7 tiles do not show what they should; the first is tile 3"
    assert finding.hint is None


def test_a_known_mistake_is_recognised_by_what_it_draws():
    """In any layout, also one of another number and size of tiles."""
    for wrong in (-GREY, GREY.mean(axis=0)[None], GREY.transpose(0, 2, 1)):
        about = {"mistakes": [("another sentence", GREY**2), (WRONG, wrong)], "too_few": "too few"}
        for figure in ([mosaic(wrong, 1, gap=2)], list(wrong)):
            right, (finding,) = judged([figure], **about)
            assert (right, finding.hint) == (False, WRONG)


def test_a_picture_without_room_says_so():
    """With the sizes of the first pictures, and what is usually the reason."""
    right, (finding,) = judged([[mosaic(GREY[:4], 2)]], too_few="some are missing")

    assert not right
    assert finding.message == "the picture (8 x 12) has no room for 7 tiles of 4 x 6"
    assert finding.hint == "some are missing"


def test_one_figure_is_expected():
    """Unless a check asks for one of several."""
    figures = [[GREY[0]], [mosaic(GREY, 3)]]
    right, (finding,) = judged(figures, one_each="one figure for all")

    assert not right
    assert (finding.message, finding.hint) == ("f drew 2 figures, expected one", "one figure for all")
    assert judged(figures, figure=1)[0]
    assert not judged(figures, figure=0)[0]


@pytest.mark.parametrize("figures", [[], [[]]])
def test_nothing_drawn_is_told_as_such(figures):
    """No figure, or a figure without a picture."""
    with pytest.raises(StudentFault, match="f drew no picture") as caught:
        judged(figures)
    assert caught.value.hint == "draw the tiles with plt.imshow"


def test_only_an_answer_is_compared():
    """A bare array on the left is a mistake in a check."""
    target = ShowsTiles(TileTarget(GREY), [].append)
    assert (target == GREY) is False
    assert repr(target) == "the tiles that are expected"
