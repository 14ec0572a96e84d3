"""Checks of `activations.show_activations_hook` and `plot_activations`."""

import numpy as np
import pytest

from grader.checking.reasons import reason

LAYERS = ("backbone.conv1", "backbone.bn4_1")


def random_activations(*shape):
    """Return signed activations."""
    return np.random.default_rng(3).normal(0, 1, shape).astype(np.float32)


def plot_mistakes(sentence, activations):
    """Return what known mistakes draw for activations (N, C, H, W)."""
    first = activations[0]
    return [
        (sentence("mean_over_channels"), first.mean(axis=0)[None]),
        (sentence("mean_over_images"), activations.mean(axis=0)),
        (sentence("last_image"), activations[-1]),
        (sentence("first_channel_of_each_image"), activations[:, 0]),
        (sentence("three_channels_as_colours"), first[:3].transpose(1, 2, 0)[None]),
        (sentence("negatives_cut_off"), first.clip(0, None)),
        (sentence("height_and_width_swapped"), first.transpose(0, 2, 1)),
        (sentence("first_channel_only"), first[:1]),
    ]


@pytest.mark.points(2)
def test_draws_every_channel_of_the_first_image(student, shows_tiles, sentence):
    """plot_activations draws one grey tile per channel of the first image of a batch."""
    activations = random_activations(3, 7, 6, 9)
    assert student.plot_activations(activations, "a layer", picture=True) == shows_tiles(
        activations[0], mistakes=plot_mistakes(sentence, activations), one_each=sentence("one_figure_each")
    )


@pytest.mark.points(1)
def test_shows_the_title(student, shows_tiles, sentence):
    """plot_activations writes the title above the tiles."""
    activations = random_activations(2, 4, 5, 8)
    drawn = student.plot_activations(activations, "Activations of conv1")
    assert drawn == shows_tiles(activations[0], mistakes=plot_mistakes(sentence, activations))
    titles = drawn.figures[0].titles
    assert any("Activations of conv1" in title for title in titles), reason(
        "the figure has the titles {titles}, expected 'Activations of conv1'",
        hint=sentence("title_forgotten"),
        titles=titles,
    )


@pytest.mark.points(3)
def test_hook_draws_what_each_layer_puts_out(student, shows_tiles, sentence, oracle, store):
    """The hook draws the output of each layer it is registered on, under the layer's name."""
    image = store.pictures("squeezenet").normalised[:1]
    outputs = oracle.outputs("vgg", image, (*LAYERS, "backbone.bn1"))
    inputs = {
        "backbone.conv1": image,
        "backbone.bn4_1": oracle.outputs("vgg", image, ["backbone.conv4_1"])[0],
    }
    drawn = student.run_hook("show_activations_hook", "vgg", LAYERS, image)
    mistake = "forgets_to_draw" if len(drawn.figures) < len(LAYERS) else "one_figure_each"
    assert len(drawn.figures) == len(LAYERS), reason(
        "{count} figures were drawn for {layers} layers",
        hint=sentence(mistake),
        count=len(drawn.figures),
        layers=len(LAYERS),
    )
    for number, (layer, output) in enumerate(zip(LAYERS, outputs, strict=False)):
        mistakes = [(sentence("input_instead_of_output"), inputs[layer][0])]
        assert drawn == shows_tiles(output[0], figure=number, mistakes=mistakes)
        titles = drawn.figures[number].titles
        assert any(layer in title for title in titles), reason(
            "figure {number} has the titles {titles}, expected the layer's name {layer}",
            hint=sentence("no_title"),
            number=number + 1,
            titles=titles,
            layer=layer,
        )


@pytest.mark.points(1)
def test_hook_keeps_what_each_layer_puts_out(student, sentence, oracle, store):
    """The hook appends each output to activation_list, whole."""
    images = store.pictures("squeezenet").normalised[:2]
    kept = student.run_hook("show_activations_hook", "vgg", LAYERS[1:], images, keeps="activation_list").after
    output, given = oracle.outputs("vgg", images, (LAYERS[1], "backbone.conv4_1"))
    assert len(kept) == 1 and kept[0] is not None, reason(
        "activation_list holds {count} outputs after one, expected 1",
        hint=sentence("forgets_to_append"),
        count=len(kept),
    )
    assert kept[0].shape == output.shape, reason(
        "activation_list holds shape {shape}, expected {expected}, which is (N, C, H, W)",
        hint=sentence("keeps_first_image_only"),
        shape=kept[0].shape,
        expected=output.shape,
    )
    is_input = np.allclose(kept[0], given, rtol=1e-3, atol=1e-4)
    assert np.allclose(kept[0], output, rtol=1e-3, atol=1e-4), reason(
        "activation_list does not hold the layer's output",
        hint=sentence("input_instead_of_output" if is_input else "normalises_output_in_place"),
    )


@pytest.mark.points(2)
def test_hook_leaves_the_scores_alone(student, shows_tiles, sentence, oracle, store):
    """A model with the hook gives the same scores as without, so the hook returns nothing and changes nothing."""
    image = store.pictures("squeezenet").normalised[:1]
    hooked = student.run_hook("show_activations_hook", "vgg", LAYERS, image)
    scores = oracle.scores("vgg", image)
    same = hooked.values.shape == scores.shape and np.allclose(hooked.values, scores, rtol=1e-3, atol=1e-3)
    assert same and hooked.figures, (
        reason(
            "the scores differ from those of the model without the hook",
            hint=sentence("replaces_output" if hooked.replaced else "normalises_output_in_place"),
        )
        if hooked.figures
        else reason("nothing was drawn", hint=sentence("forgets_to_draw"))
    )
    (first,) = oracle.outputs("vgg", image, LAYERS[:1])
    assert hooked == shows_tiles(
        first[0], figure=0, mistakes=[(sentence("input_instead_of_output"), image[0])]
    )


@pytest.mark.points(1)
@pytest.mark.hint("ignores_dimensions", where="dimension")
def test_hook_passes_over_outputs_without_channels(student, sentence, store):
    """The hook draws layers with four-dimensional outputs only, not the (N, K) scores of a linear layer."""
    image = store.pictures("squeezenet").normalised[:1]
    drawn = student.run_hook("show_activations_hook", "vgg", ("backbone.conv5_2", "fc_out"), image)
    mistakes = {0: "forgets_to_draw", 2: "ignores_dimensions"}
    assert len(drawn.figures) == 1, reason(
        "{count} figures were drawn for one layer with channels and one without",
        hint=sentence(mistakes.get(len(drawn.figures), "one_figure_each")),
        count=len(drawn.figures),
    )
