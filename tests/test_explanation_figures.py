import subprocess
import sys

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib import colormaps
from matplotlib import pyplot as plt
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from fixtures.explanation_figures import DIVERGING, SEQUENTIAL, draw_explanations

RNG = np.random.default_rng(4)
PICTURES = RNG.integers(0, 256, (3, 24, 32, 3), dtype=np.uint8)
SALIENCY = RNG.exponential(size=(3, 24, 32))
SIGNED = RNG.normal(size=(3, 24, 32)) * np.array([1, 2, 5])[:, None, None]


def draw(images, maps, *args, **options):
    """Draw on a figure of its own, outside of pyplot, and on a canvas, so that a warning would show."""
    figure = draw_explanations(images, maps, *args, **options, figure=Figure())
    FigureCanvasAgg(figure).draw()
    return figure


def panels(figure):
    """Return what each panel shows, but not the colour bar."""
    return [axes.images[0] for axes in figure.axes if axes.images]


def maps_of(figure):
    return [image for image in panels(figure) if image.get_array().ndim == 2]


def overlay(image, values, **options):
    (shown,) = panels(draw(image, values, parts=("overlay",), **options))
    return np.asarray(shown.get_array())


def pixels(figure):
    return np.asarray(figure.canvas.buffer_rgba())[..., :3].copy()


def lightness(colours):
    """Return CIE L*, in [0, 100], of sRGB colours in [0, 1]."""
    colours = np.asarray(colours)
    linear = np.where(colours <= 0.04045, colours / 12.92, ((colours + 0.055) / 1.055) ** 2.4)
    luminance = linear @ [0.2126, 0.7152, 0.0722]
    return np.where(luminance > 216 / 24389, 116 * np.cbrt(luminance) - 16, luminance * 24389 / 27)


@pytest.mark.parametrize("values", [SALIENCY, SIGNED, SIGNED[:, :3, :4]])
def test_what_it_is_given_stays_as_it_was(values):
    """Read-only arrays do, and keep every bit."""
    given = PICTURES.copy(), values.copy()
    for array in given:
        array.flags.writeable = False
    draw(*given)
    np.testing.assert_array_equal(given[0], PICTURES)
    np.testing.assert_array_equal(given[1], values)


def test_a_map_without_negative_values_starts_at_zero():
    """And takes the sequential colours, also where no value is near zero."""
    for image in maps_of(draw(PICTURES, SALIENCY + 7)):
        assert image.norm.vmin == 0
        assert image.cmap.name == SEQUENTIAL


def test_a_signed_map_has_zero_in_the_middle():
    """As far to either side, whatever the values are."""
    for image in maps_of(draw(PICTURES, SIGNED + 0.7)):
        assert image.norm.vmin == -image.norm.vmax
        assert image.cmap.name == DIVERGING


def test_rounding_below_zero_is_no_sign():
    """A ReLU and an interpolation may leave -1e-9."""
    assert maps_of(draw(PICTURES, SALIENCY - 1e-9))[0].cmap.name == SEQUENTIAL


def test_whether_maps_are_signed_can_be_said():
    """A map of a signed method may happen to be positive; and a saliency stays one."""
    assert maps_of(draw(PICTURES, SALIENCY, signed=True))[0].norm.vmin < 0
    assert maps_of(draw(PICTURES, SIGNED, signed=False))[0].norm.vmin == 0


@pytest.mark.parametrize("values", [SALIENCY, SIGNED])
def test_maps_of_a_figure_share_a_scale(values):
    """What is shown side by side can be compared: the same value has the same colour."""
    limits = {(image.norm.vmin, image.norm.vmax) for image in maps_of(draw(PICTURES, values))}
    assert len(limits) == 1


def test_maps_may_have_scales_of_their_own():
    """The map in another unit does not drown the others; no colour bar fits them all."""
    figure = draw(PICTURES, SALIENCY * np.array([1, 1e3, 1e-3])[:, None, None], same_scale=False)
    limits = [image.norm.vmax for image in maps_of(figure)]
    np.testing.assert_allclose(limits, np.percentile(SALIENCY, 99, axis=(1, 2)) * [1, 1e3, 1e-3])
    assert len(figure.axes) == 9


def test_a_few_extreme_values_do_not_darken_the_rest():
    """The scale ends at a percentile, and its bar is pointed there."""
    values = SALIENCY.copy()
    values[0, 0, 0] = 1e6
    figure = draw(PICTURES, values)
    assert maps_of(figure)[0].norm.vmax == pytest.approx(np.percentile(values, 99))
    np.testing.assert_array_equal(maps_of(figure)[0].get_array(), values[0])


def test_a_map_of_few_positive_values_is_not_clipped_away():
    """Where the percentile is zero the largest value ends the scale."""
    values = np.zeros((1, 24, 32))
    values[0, 3, 4] = 2.0
    assert maps_of(draw(PICTURES[:1], values))[0].norm.vmax == 2.0


@pytest.mark.parametrize("factor", [1e-12, 8.0, 1e9])
@pytest.mark.parametrize("values", [SALIENCY, SIGNED, SALIENCY[:, :3, :4]])
def test_the_unit_of_a_map_does_not_change_its_picture(values, factor):
    """Only the numbers at the bar depend on it."""
    before = pixels(draw(PICTURES, values, colour_bar=False)).astype(int)
    after = pixels(draw(PICTURES, values * factor, colour_bar=False))
    assert np.abs(before - after).max() <= 3  # a value between two colours may take either


def test_the_overlay_is_the_grey_picture_where_a_map_is_zero():
    """Nothing is found there, so nothing covers it; the strongest value still lets it through."""
    values = np.zeros((24, 32))
    values[:, 16:] = 1.0
    shown = overlay(PICTURES[0], values)
    grey = PICTURES[0] / 255 @ [0.299, 0.587, 0.114]
    np.testing.assert_allclose(shown[:, :16], np.repeat(grey[:, :16, None], 3, axis=2), atol=1e-6)
    assert np.corrcoef(shown[:, 16:].mean(-1).ravel(), grey[:, 16:].ravel())[0, 1] > 0.99
    assert shown.min() >= 0
    assert shown.max() <= 1


def test_a_negative_value_of_a_map_called_unsigned_is_as_good_as_zero():
    """In the overlay too, where the magnitude makes a colour opaque."""
    shown = overlay(PICTURES[0], SIGNED[0], signed=False)
    flat = overlay(PICTURES[0], SIGNED[0].clip(min=0), signed=False)
    grey = overlay(PICTURES[0], np.zeros((24, 32)))
    np.testing.assert_allclose(shown[SIGNED[0] < 0], grey[SIGNED[0] < 0])
    np.testing.assert_allclose(flat[SIGNED[0] < 0], grey[SIGNED[0] < 0])


def test_a_coarse_map_is_smooth_in_the_overlay_and_square_beside_it():
    """Its own positions can be counted; over the picture it has no steps."""
    coarse = np.arange(12.0).reshape(1, 3, 4)
    figure = draw(PICTURES[:1], coarse)
    _, shown, laid = panels(figure)
    assert shown.get_array().shape == (3, 4)
    assert shown.get_extent() == [-0.5, 31.5, 23.5, -0.5]
    steps = np.abs(np.diff(overlay(np.zeros((24, 32, 3)), coarse), axis=1))
    assert steps.max() < 0.25
    assert laid.get_array().shape == (24, 32, 3)


@pytest.mark.parametrize(
    "values",
    [
        np.zeros((24, 32)), np.full((24, 32), 3.0), np.full((24, 32), -3.0), np.full((24, 32), np.nan),
        np.where(SIGNED[0] > 1, np.nan, SIGNED[0]), np.where(SALIENCY[0] > 1, np.inf, SALIENCY[0]),
        np.array([[5.0]]), np.array([[True, False]]), np.array([[1, -2]], dtype=np.int8), np.full((2, 2), 1e-310),
    ],
    ids=["zero", "constant", "negative", "unknown", "partly unknown", "infinite", "single", "bool", "int", "tiny"],
)  # fmt: skip
@pytest.mark.parametrize("signed", [None, True, False])
def test_every_map_can_be_drawn(values, signed):
    """Without a warning, and with a scale that is one."""
    (shown,) = maps_of(draw(PICTURES[0], values, signed=signed))
    assert np.isfinite([shown.norm.vmin, shown.norm.vmax]).all()
    assert shown.norm.vmin < shown.norm.vmax
    assert np.isfinite(overlay(PICTURES[0], values, signed=signed)).all()


def test_zero_looks_like_zero():
    """Black, or white where it is the middle; never the colour of something found."""
    (dark,) = maps_of(draw(PICTURES[0], np.zeros((4, 4))))
    (light,) = maps_of(draw(PICTURES[0], np.zeros((4, 4)), signed=True))
    assert lightness(dark.to_rgba(0.0)[:3]) < 1
    assert lightness(light.to_rgba(0.0)[:3]) > 95


def test_what_is_no_number_has_no_colour():
    """The hatching behind it shows through, and only there."""
    values = SALIENCY[0].copy()
    values[:12] = np.nan
    (shown,) = maps_of(draw(PICTURES[0], values))
    np.testing.assert_array_equal(shown.to_rgba(shown.get_array())[..., 3] == 0, np.isnan(values))
    assert shown.axes.patch.get_hatch()


def test_colours_can_be_read_in_grey():
    """Ever lighter from zero, in even steps; ever darker to either side of zero, alike on both."""
    up = np.diff(lightness(colormaps[SEQUENTIAL](np.linspace(0, 1, 64))[:, :3]))
    assert up.min() > 0
    assert up.max() < 3 * up.mean()
    apart = lightness(colormaps[DIVERGING](np.linspace(0.5, 1, 32))[:, :3])
    other = lightness(colormaps[DIVERGING](np.linspace(0.5, 0, 32))[:, :3])
    assert np.diff(apart).max() < 0
    assert np.diff(other).max() < 0
    assert np.abs(apart - other).max() < 15


def test_one_picture_may_stand_for_all_maps():
    """Several methods explain the same picture."""
    shown = panels(draw(PICTURES[0], SALIENCY, ["a", "b", "c"], parts=("image", "map")))
    assert len(shown) == 6
    for image in shown[:3]:
        np.testing.assert_allclose(image.get_array(), PICTURES[0] / 255, atol=1e-6)


def test_a_picture_may_be_of_floats():
    """In [0, 1], it looks the same."""
    np.testing.assert_array_equal(pixels(draw(PICTURES, SALIENCY)), pixels(draw(PICTURES / 255, SALIENCY)))


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_titles_and_parts_are_named_once(layout):
    """Above and at the left."""
    figure = draw(PICTURES, SALIENCY, ["a", "b", "c"], layout=layout)
    above = [axes.get_title() for axes in figure.axes if axes.get_title()]
    beside = [axes.get_ylabel() for axes in figure.axes if axes.get_ylabel()]
    expected = ["a", "b", "c"], ["image", "map", "overlay"]
    assert (above, beside) == (expected if layout == "columns" else expected[::-1])


@pytest.mark.parametrize("layout", ["columns", "rows"])
def test_the_bar_says_what_the_colours_mean(layout):
    """Zero and the ends, in the colours of the maps."""
    figure = draw(PICTURES, SIGNED, layout=layout)
    bar = figure.axes[-1]
    limit = maps_of(figure)[0].norm.vmax
    np.testing.assert_allclose(bar.get_yticks(), [-limit, 0, limit])


@pytest.mark.parametrize(
    ("images", "maps", "options", "said"),
    [
        (PICTURES, SALIENCY[:2], {}, "expected 2 pictures, one for each map, or a single one, got 3"),
        (PICTURES, SALIENCY[None], {}, r"expected maps of shape \(N, h, w\), got \(1, 3, 24, 32\)"),
        (PICTURES.transpose(0, 3, 1, 2), SALIENCY, {}, "put the colours last"),
        (PICTURES / 255 - 0.5, SALIENCY, {}, "show the picture itself, not what a network reads"),
        (PICTURES * np.nan, SALIENCY, {}, r"expected uint8 or values in \[0, 1\]"),
        (PICTURES, SALIENCY, {"titles": ["one"]}, "expected 3 titles, one for each map, got 1"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_said(images, maps, options, said):
    """Which of the two, and what to do."""
    with pytest.raises(ValueError, match=said):
        draw(images, maps, **options)


def test_it_draws_on_the_figure_it_is_given():
    """And leaves pyplot alone then; without one it makes pyplot's current figure."""
    plt.close("all")
    mine = Figure()
    assert draw_explanations(PICTURES, SALIENCY, figure=mine) is mine
    assert plt.get_fignums() == []
    with mpl.rc_context({"backend": "agg"}):
        made = draw_explanations(PICTURES, SALIENCY)
        assert plt.gcf() is made
    plt.close("all")
    assert made.get_size_inches()[0] < 8


def test_it_needs_neither_torch_nor_pyplot():
    """Reports draw in a process that must stay light."""
    program = (
        "import sys, numpy as np\nfrom matplotlib.figure import Figure\n"
        "from fixtures.explanation_figures import draw_explanations\n"
        "draw_explanations(np.zeros((8, 8, 3)), np.eye(8), figure=Figure())\n"
        "print({'torch', 'matplotlib.pyplot', 'PIL.ImageTk', 'IPython'} & set(sys.modules))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert told.stdout == "set()\n"
