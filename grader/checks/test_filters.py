"""Checks of `filters.plot_filters`."""

import numpy as np
import pytest
from safetensors.numpy import load_file

from fixtures.arguments import Weight
from grader.checking.reasons import reason


def colour_mistakes(sentence, filters):
    """Return what known mistakes draw for filters with three channels, (F, 3, H, W)."""
    colour = filters.transpose(0, 2, 3, 1)
    count, _, height, width = filters.shape
    return [
        (sentence("reshape_instead_of_permute"), filters.reshape(count, height, width, 3)),
        (sentence("absolute_weights"), np.abs(colour)),
        (sentence("negatives_clipped"), colour.clip(0, None)),
        (sentence("negatives_clipped"), colour.clip(0, 1)),
        (sentence("flipped_kernel"), colour[:, ::-1, ::-1]),
        (sentence("red_and_blue_swapped"), colour[..., ::-1]),
        (sentence("height_and_width_swapped"), colour.transpose(0, 2, 1, 3)),
        (sentence("channels_averaged"), filters.mean(axis=1)),
    ]


def grey_mistakes(sentence, filters):
    """Return what known mistakes draw for filters with more channels, (F, C, H, W)."""
    tiles = filters.reshape(-1, *filters.shape[2:])
    return [
        (sentence("channels_averaged"), filters.mean(axis=1)),
        (sentence("first_three_channels"), filters[:, :3].transpose(0, 2, 3, 1)),
        (sentence("absolute_weights"), np.abs(tiles)),
        (sentence("negatives_clipped"), tiles.clip(0, None)),
        (sentence("flipped_kernel"), tiles[:, ::-1, ::-1]),
        (sentence("height_and_width_swapped"), tiles.transpose(0, 2, 1)),
    ]


def random_filters(*shape):
    """Return signed weights like those of a freshly initialised layer."""
    return np.random.default_rng(7).normal(0, 0.2, shape).astype(np.float32)


@pytest.mark.points(3)
def test_draws_each_filter_as_a_tile_in_its_own_colours(student, shows_tiles, sentence, store):
    """Each filter of the first layer is one tile, in its own colours."""
    weights = load_file(store.weights_file("vgg"))["backbone.conv1.weight"].astype(np.float32)
    figure = student.plot_filters(Weight("vgg", "backbone.conv1.weight"), "first layer", picture=True)
    tiles = weights.transpose(0, 2, 3, 1)
    assert figure == shows_tiles(
        tiles,
        mistakes=colour_mistakes(sentence, weights),
        too_few=sentence("grid_rounded_down"),
        one_each=sentence("one_figure_each"),
    )


@pytest.mark.points(2)
def test_keeps_height_and_width_apart(student, shows_tiles, sentence):
    """Filters that are wider than high come out wider than high."""
    filters = random_filters(7, 3, 3, 5)
    assert student.plot_filters(filters) == shows_tiles(
        filters.transpose(0, 2, 3, 1),
        mistakes=colour_mistakes(sentence, filters),
        too_few=sentence("grid_rounded_down"),
        one_each=sentence("one_figure_each"),
    )


@pytest.mark.points(2)
def test_draws_a_grey_tile_per_channel_of_deeper_layers(student, shows_tiles, sentence):
    """A layer with more than three input channels gives one grey tile per filter and channel."""
    filters = random_filters(5, 4, 3, 5)
    assert student.plot_filters(filters) == shows_tiles(
        filters.reshape(20, 3, 5),
        mistakes=grey_mistakes(sentence, filters),
        too_few=sentence("grid_rounded_down"),
        one_each=sentence("one_figure_each"),
    )


@pytest.mark.points(2)
def test_leaves_the_weights_as_they_are(student, shows_tiles, sentence):
    """Drawing changes no weight, so a second drawing looks like the first."""
    filters = random_filters(6, 3, 5, 5)
    drawn = student.plot_filters(filters)
    after = drawn.after[0]
    assert np.shape(after) == filters.shape, reason("the weights are a tensor of another shape afterwards")
    assert np.array_equal(after, filters), reason(
        "the weights were changed by up to {largest:.3g} while they were drawn",
        hint=sentence("normalises_in_place"),
        largest=np.abs(after - filters).max(),
    )
    assert drawn == shows_tiles(filters.transpose(0, 2, 3, 1), mistakes=colour_mistakes(sentence, filters))


@pytest.mark.points(1)
def test_shows_the_title(student, shows_tiles, sentence):
    """The title stands above the tiles."""
    filters = random_filters(4, 3, 3, 3)
    drawn = student.plot_filters(filters, "Filters of conv1")
    assert drawn == shows_tiles(filters.transpose(0, 2, 3, 1), mistakes=colour_mistakes(sentence, filters))
    titles = drawn.figures[0].titles
    assert any("Filters of conv1" in title for title in titles), reason(
        "the figure has the titles {titles}, expected 'Filters of conv1'",
        hint=sentence("title_forgotten"),
        titles=titles,
    )
