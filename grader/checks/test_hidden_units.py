"""Checks of `activations.record_activations` and `maximally_activating_patches`."""

from dataclasses import dataclass

import numpy as np
import pytest

from fixtures.arguments import Model
from grader.checking.reasons import reason, wrong
from grader.language import later, phrase

# Of flat_vgg, in another order than they run in; an in-place ReLU follows the second.
LAYERS = ("fc_out", "backbone.bn1", "backbone.conv2")


def noise(count, height, width, *, spots=()):
    """Return images of noise, strong within 20 x 20 pixels at (top, left) of each spot, (N, 3, H, W) float32."""
    random = np.random.default_rng(5)
    images = random.standard_normal((count, 3, height, width), np.float32)
    for image, (top, left) in zip(images, spots, strict=False):
        strong = np.zeros((height, width), np.float32)
        strong[max(top, 0) : top + 20, max(left, 0) : left + 20] = 1
        image *= 0.05 + strong
    return images


def unchanged(student, answer):
    """Return whether what a call returned is what it was then, and whether it has the same keys."""
    then, now = answer.mapping, student.recall(answer).mapping
    if set(then) != set(now):
        return False, False
    return all(np.array_equal(then[name].values, now[name].values) for name in then), True


@pytest.mark.points(3)
@pytest.mark.hint("getattr_with_dots", where="has no attribute 'backbone.")
def test_records_what_each_layer_puts_out(student, oracle, close_to, sentence, store):
    """record_activations returns the whole output of every layer asked for, by its name."""
    images = store.pictures("flat").normalised
    right = dict(zip(LAYERS, oracle.outputs("flat_vgg", images, LAYERS), strict=True))
    (given,) = oracle.outputs("flat_vgg", images, ["backbone.conv1"])
    yours = student.record_activations(Model("flat_vgg"), LAYERS, images).mapping
    missing = {
        ("backbone.conv2",): "name_read_too_late",
        ("fc_out",): "children_only",
        ("backbone.bn1", "backbone.conv2"): "leaves_out_linear_layers",
    }.get(tuple(sorted(yours)))
    assert set(yours) == set(LAYERS), reason(
        "it returned the layers {names}, expected {expected}", sentence(missing) if missing else None,
        names=sorted(yours), expected=sorted(LAYERS),
    )  # fmt: skip
    norm = yours["backbone.bn1"]
    assert norm.values.shape != right["backbone.bn1"].shape[1:], reason(
        "the output of backbone.bn1 has shape {shape} for {count} images", sentence("first_image_only"),
        shape=norm.values.shape, count=len(images),
    )  # fmt: skip
    mistakes = {
        sentence("keeps_the_input"): given,
        sentence("overwritten_in_place"): right["backbone.bn1"].clip(0, None),
    }
    assert norm == close_to(right["backbone.bn1"], "(N, C, H, W)", mistakes=mistakes)
    for layer in ("backbone.conv2", "fc_out"):
        assert yours[layer] == close_to(right[layer], later("the shape of the layer's output")), reason(
            "the output of backbone.bn1 is right, and that of {layer}, which runs later, is not",
            sentence("returns_the_input"), layer=layer,
        )  # fmt: skip


@pytest.mark.points(2)
def test_keeps_what_an_in_place_relu_overwrites(student, oracle, close_to, sentence):
    """What record_activations returns is the layer's own output, also where an in-place ReLU follows."""
    images, layers = noise(3, 13, 20), ("conv1", "conv2")
    yours = student.record_activations(Model("tiny"), layers, images)
    for layer, right in zip(layers, oracle.outputs("tiny", images, layers), strict=True):
        mistakes = {sentence("overwritten_in_place"): right.clip(0, None)}
        assert yours.part(layer) == close_to(right, "(N, C, H, W)", mistakes=mistakes)


@pytest.mark.points(2)
def test_leaves_the_model_as_it_was(student, oracle, close_to, sentence, store):
    """After record_activations the model gives the same scores as before, and no hook is left on it."""
    images = store.pictures("flat").normalised
    (right,) = oracle.outputs("flat_vgg", images, LAYERS[2:])
    answer = student.record_activations(Model("flat_vgg"), LAYERS[2:], images)
    scores = student.run_model("flat_vgg", -images).part("scores")
    assert scores == close_to(oracle.scores("flat_vgg", -images), "(N, K)"), reason(
        "the scores of the model have changed", hint=sentence("in_train_mode")
    )
    assert unchanged(student, answer)[0], reason(
        "what it returned changes when the model runs again", hint=sentence("leaves_hooks")
    )
    assert answer.part(LAYERS[2]) == close_to(right, "(N, C, H, W)")


@pytest.mark.points(1)
def test_a_second_call_stands_by_itself(student, oracle, close_to, sentence):
    """A second call returns the layers that it asks for, and leaves the first result alone."""
    images = noise(2, 13, 20)
    first = student.record_activations(Model("tiny"), ("conv1", "conv2"), images)
    second = student.record_activations(Model("tiny"), ("fc",), -images)
    alone, same_keys = unchanged(student, first)
    assert same_keys and not {"conv1", "conv2"} & set(second.mapping), reason(
        "a call for 'fc' returned {names}", sentence("one_dict_for_all_calls"), names=sorted(second.mapping)
    )
    assert alone, reason("the second call changed the first result", hint=sentence("leaves_hooks"))
    assert second.part("fc") == close_to(oracle.outputs("tiny", -images, ["fc"])[0], "(N, K)")


@dataclass(frozen=True)
class Units:
    """One channel of a layer, seen over images, and where its units look.

    Attributes:
        A: its activations, (N, h, w). layer: those of all channels, (N, C, h, w).
        images: (N, 3, H, W).
        size, stride, start: of its receptive field, rows and columns alike, known from the layers' kernels.
    """

    A: np.ndarray
    layer: np.ndarray
    images: np.ndarray
    size: int
    stride: int
    start: int

    def patches(self, ranked, rows, columns, start=None, *, inside=False):
        """Return patches as (zero-padded, clipped), of the images `ranked` at one position for each image."""
        H, W = self.images.shape[2:]
        start = self.start if start is None else start
        found = []
        for n in ranked:
            top, left = rows[n] * self.stride + start, columns[n] * self.stride + start
            if inside:
                top, left = np.clip(top, 0, H - self.size), np.clip(left, 0, W - self.size)
            framed = np.pad(self.images[n], ((0, 0), *[(2 * self.size, 2 * self.size)] * 2))
            row, column = top + 2 * self.size, left + 2 * self.size
            inner = [slice(max(at, 0), max(at + self.size, 0)) for at in (top, left)]
            clipped = self.images[n][(slice(None), *inner)]
            found.append((framed[:, row : row + self.size, column : column + self.size], clipped))
        return found

    def right(self, k):
        """Return the patches that are asked for."""
        return self.patches(strongest(self.A)[:k], *positions(self.A))

    def mistakes(self, k):
        """Return the patches of known mistakes, by name."""
        ranked, (rows, columns) = strongest(self.A)[:k], positions(self.A)
        h, w = self.A.shape[1:]
        flat = rows * w + columns
        n, where = np.divmod(self.A.ravel().argsort()[::-1][:k], h * w)
        crowd = [self.patches([n[m]], {n[m]: where[m] // w}, {n[m]: where[m] % w})[0] for m in range(k)]
        absolute, channels = abs(self.A), self.layer.max(axis=1)
        return {
            "forgets_the_start": self.patches(ranked, rows, columns, 0),
            "centred_by_hand": self.patches(ranked, rows, columns, -(self.size // 2)),
            "pushed_inside": self.patches(ranked, rows, columns, inside=True),
            "splits_by_the_height": self.patches(ranked, *np.divmod(flat, h)),
            "rows_and_columns_swapped": self.patches(ranked, columns, rows),
            "ranks_by_the_mean": self.patches(self.A.mean(axis=(1, 2)).argsort()[::-1][:k], rows, columns),
            "weakest_first": self.patches(strongest(self.A)[::-1][:k], rows, columns),
            "in_the_order_given": self.patches(range(k), rows, columns),
            "several_from_one_image": crowd,
            "absolute_activations": self.patches(strongest(absolute)[:k], *positions(absolute)),
            "lowest_position": self.patches(ranked, *positions(-self.A)),
            "all_channels": self.patches(strongest(channels)[:k], *positions(channels)),
        }


def strongest(A):
    """Return the images in the order of their largest activation."""
    return A.max(axis=(1, 2)).argsort()[::-1]


def positions(A):
    """Return the row and the column of the largest activation of each image, (N,) each."""
    return np.divmod(A.reshape(len(A), -1).argmax(axis=1), A.shape[2])


def equal(yours, patches):
    """Return whether patches are those, each zero-padded or clipped at the border."""
    return len(yours) == len(patches) and all(
        any(mine.shape == one.shape and np.allclose(mine, one, atol=1e-6) for one in pair)
        for mine, pair in zip(yours, patches, strict=True)
    )


def is_cropped(mine, pair):
    """Return whether a patch is a piece of the right one."""
    padded, clipped = pair
    if mine.ndim != 3 or mine.size == 0 or not (np.array(mine.shape) <= clipped.shape).all():
        return False
    windows = np.lib.stride_tricks.sliding_window_view(padded, mine.shape)
    return mine.shape != clipped.shape and (windows == mine).all(axis=(-3, -2, -1)).any()


def judge(answer, units, k, sentence):
    """Fail unless the answer holds the k patches that are asked for."""
    if answer.dtype:
        values = np.atleast_1d(answer.values)
        alone = values.ndim == 3 and k == 1  # a single patch needs no axis of its own
        yours = [values] if alone else [*values]
    else:
        yours = [item.values for item in answer.items]
    right = units.right(k)
    if equal(yours, right):
        return
    known = [name for name, patches in units.mistakes(k).items() if equal(yours, patches)]
    known += ["negative_slices"] * any(mine.size == 0 for mine in yours)
    known += ["last_batch_only"] * (0 < len(yours) < k)
    known += ["support_of_the_gradient"] * any(map(is_cropped, yours, right))
    hint = sentence(known[0]) if known else None
    assert len(yours) == k, reason("it returned {count} patches, expected {k}", hint, count=len(yours), k=k)
    missed = [m for m in range(k) if not equal(yours[m : m + 1], right[m : m + 1])]
    shape, wanted = yours[missed[0]].shape, right[missed[0]][0].shape
    shapes = phrase("; it has shape {shape}, expected {expected}", shape=shape, expected=wanted)
    raise wrong(
        "{wrong} of {k} patches are wrong, the first is patch {first}{shapes}", hint,
        wrong=len(missed), k=k, first=missed[0] + 1, shapes=shapes if shape != wanted else "",
    )  # fmt: skip


@pytest.mark.points(2)
def test_cuts_out_what_the_strongest_unit_sees(student, oracle, sentence):
    """The patch of an image is the receptive field of the channel's strongest position."""
    images = noise(1, 64, 96, spots=[(24, 60)])
    (layer,) = oracle.outputs("flat_vgg", images, ["backbone.conv3_1"])
    units = Units(layer[:, 3], layer, images, size=18, stride=4, start=-7)
    answer = student.maximally_activating_patches(Model("flat_vgg"), "backbone.conv3_1", 3, images, 1)
    judge(answer, units, 1, sentence)


@pytest.mark.points(2)
def test_ranks_the_images_by_their_strongest_position(student, oracle, sentence):
    """One patch comes from each image, and the image with the strongest response comes first."""
    images = noise(7, 24, 36)
    (layer,) = oracle.outputs("tiny", images, ["conv2"])
    units = Units(layer[:, 1], layer, images, size=5, stride=2, start=-2)
    judge(student.maximally_activating_patches(Model("tiny"), "conv2", 1, images, 4), units, 4, sentence)


@pytest.mark.points(2)
@pytest.mark.hint("negative_slices", where="equal size")
def test_fills_up_or_clips_at_the_border(student, oracle, sentence):
    """Where a field reaches over the border, its patch holds zeros there, or ends there."""
    images = noise(5, 64, 96, spots=[(-15, 44), (54, 20), (22, -14), (30, 86), (-15, -15)])
    (layer,) = oracle.outputs("flat_vgg", images, ["backbone.conv3_1"])
    units = Units(layer[:, 2], layer, images, size=18, stride=4, start=-7)
    answer = student.maximally_activating_patches(Model("flat_vgg"), "backbone.conv3_1", 2, images, 3)
    judge(answer, units, 3, sentence)


@pytest.mark.points(1)
def test_knows_the_fields_of_squeezenet(student, oracle, sentence):
    """The patches are right in a net with branches, too, and with poolings that reach over the border."""
    images, name = noise(5, 72, 104), "features.4.expand3x3"
    (layer,) = oracle.outputs("squeezenet", images, [name])
    units = Units(layer[:, 0], layer, images, size=23, stride=4, start=-8)
    answer = student.maximally_activating_patches(Model("squeezenet"), name, 0, images, 2)
    judge(answer, units, 2, sentence)
