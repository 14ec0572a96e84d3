"""The pictures: reproducible, labelled, with exact masks."""

import subprocess
import sys

import numpy as np
import pytest
from matplotlib.path import Path as Polygon

from fixtures.distances import box, disc, ellipse, heart, segment, smoothstep, star, triangle
from fixtures.grounds import Canvas
from fixtures.normalise import IMAGENET_MEAN, IMAGENET_STD, denormalise, normalise
from fixtures.objects import Placement, lay_object
from fixtures.scenes import CLASS_NAMES, draw_scenes, draw_two_object_scenes

SIZE = (56, 56)


def grid(reach: float = 1.3, count: int = 201):
    """Return the coordinates of a square around the origin."""
    axis = np.linspace(-reach, reach, count, dtype=np.float32)
    return np.meshgrid(axis, axis)


def test_the_same_arguments_give_the_same_pictures():
    """Two calls agree in every pixel, label and mask."""
    one, other = draw_scenes(6, size=SIZE, seed=3), draw_scenes(6, size=SIZE, seed=3)
    assert np.array_equal(one.images, other.images)
    assert np.array_equal(one.labels, other.labels)
    assert np.array_equal(one.masks, other.masks)


def test_another_seed_gives_other_pictures():
    """No picture of one series occurs in another."""
    one, other = draw_scenes(4, size=SIZE, seed=3), draw_scenes(4, size=SIZE, seed=4)
    assert all((a != b).mean() > 0.5 for a in one.images for b in other.images)


def test_a_scene_does_not_depend_on_the_others():
    """A series drawn in two parts equals the series drawn at once."""
    whole = draw_scenes(9, size=SIZE, seed=3)
    parts = [draw_scenes(4, size=SIZE, seed=3), draw_scenes(5, size=SIZE, seed=3, first=4)]
    assert np.array_equal(whole.images, np.concatenate([part.images for part in parts]))
    assert np.array_equal(whole.labels, np.concatenate([part.labels for part in parts]))


def test_shapes_and_dtypes_are_as_documented():
    """Pictures that are wider than high come out as asked."""
    one = draw_scenes(2, size=(40, 64), seed=0)
    two = draw_two_object_scenes(2, size=(40, 64), seed=0)
    assert (one.images.shape, one.images.dtype) == ((2, 40, 64, 3), np.uint8)
    assert (one.labels.shape, one.labels.dtype) == ((2,), np.int64)
    assert (one.masks.shape, one.masks.dtype) == ((2, 40, 64), np.bool_)
    assert (two.images.shape, two.images.dtype) == ((2, 40, 64, 3), np.uint8)
    assert (two.labels.shape, two.labels.dtype) == ((2, 2), np.int64)
    assert (two.masks.shape, two.masks.dtype) == ((2, 2, 40, 64), np.bool_)


def test_every_block_of_twelve_shows_every_class():
    """The default labels are balanced."""
    labels = draw_scenes(36, size=(16, 16), seed=8).labels.reshape(3, 12)
    assert (np.sort(labels, axis=1) == np.arange(12)).all()


def test_labels_are_taken_as_given():
    """Asked-for classes come in the asked-for order; a wrong number of them is refused."""
    assert draw_scenes(3, size=SIZE, seed=0, labels=[5, 5, 0]).labels.tolist() == [5, 5, 0]
    with pytest.raises(ValueError, match="expected 3 labels"):
        draw_scenes(3, size=SIZE, seed=0, labels=[5])


@pytest.mark.parametrize("label", range(12), ids=CLASS_NAMES)
def test_objects_are_whole_and_of_fair_size(label):
    """No object touches the border; each covers between 1.5 and 45 % of its picture."""
    masks = draw_scenes(20, size=SIZE, seed=5, labels=[label] * 20).masks
    assert not masks[:, [0, -1], :].any()
    assert not masks[:, :, [0, -1]].any()
    shares = masks.mean(axis=(1, 2))
    assert shares.min() > 0.015
    assert shares.max() < 0.45


def test_a_ball_covers_exactly_a_disc():
    """The mask of a ball is the set of pixel centres within one radius of its centre."""
    for mask in draw_scenes(5, size=(112, 112), seed=1, labels=[0] * 5).masks:
        rows, columns = np.nonzero(mask)
        radius = np.sqrt(mask.sum() / np.pi)
        distance = np.hypot(np.arange(112)[:, None] - rows.mean(), np.arange(112) - columns.mean())
        assert mask[distance < radius - 1].all()
        assert not mask[distance > radius + 1].any()


def test_another_size_shows_the_same_objects():
    """Masks at half the size agree with those at full size, but for the pixels at the edge."""
    large, small = draw_scenes(12, size=(128, 128), seed=2), draw_scenes(12, size=(64, 64), seed=2)
    shares = large.masks.reshape(12, 64, 2, 64, 2).mean(axis=(2, 4))
    assert np.array_equal(large.labels, small.labels)
    assert small.masks[shares == 1].mean() > 0.99
    assert small.masks[shares == 0].mean() < 0.01


@pytest.mark.parametrize("name", CLASS_NAMES)
def test_an_object_is_painted_where_its_mask_says(name):
    """On a grey picture the mask holds other colours, its surroundings only shades of that grey, the rest stays."""
    picture = np.full((96, 96, 3), 0.5, dtype=np.float32)
    place = Placement(y=0.4, x=0.55, radius=0.25, angle=0.2, mirrored=False)
    mask = lay_object(picture, Canvas.of_size(96, 96), name, place, np.random.default_rng(3))
    far = np.hypot(np.arange(96)[:, None] - 0.4 * 96, np.arange(96) - 0.55 * 96) > 0.5 * 96
    grown = binary_dilation(mask)
    assert np.ptp(picture[mask], axis=1).mean() > 0.2
    assert np.ptp(picture[~grown], axis=1).max() < 0.1  # thin tips colour pixels whose centres they miss
    assert 0.05 < picture[~mask].min() < 0.45
    assert (picture[far] == 0.5).all()


def test_no_two_scenes_of_a_series_are_alike():
    """Scenes of one class differ in most pixels and in where their objects lie."""
    scenes = draw_scenes(6, size=SIZE, seed=3, labels=[4] * 6)
    for i in range(6):
        for j in range(i):
            assert (scenes.images[i] != scenes.images[j]).mean() > 0.5
            assert (scenes.masks[i] != scenes.masks[j]).any()


def binary_dilation(mask):
    """Return the mask grown by one pixel in all eight directions."""
    padded = np.pad(mask, 1)
    rows, columns = mask.shape
    return np.any([padded[i : i + rows, j : j + columns] for i in range(3) for j in range(3)], axis=0)


def test_two_objects_are_of_two_classes_and_apart():
    """The two masks have a gap between them and two labels."""
    scenes = draw_two_object_scenes(30, size=SIZE, seed=5)
    assert (scenes.labels[:, 0] != scenes.labels[:, 1]).all()
    assert scenes.masks.any(axis=(2, 3)).all()
    for first, second in scenes.masks:
        gaps = np.linalg.norm(np.argwhere(first)[:, None] - np.argwhere(second)[None], axis=2)
        assert gaps.min() > 2


def test_scenes_are_drawn_without_torch():
    """Neither the scenes nor the normalisation import torch."""
    code = "import sys, fixtures.scenes, fixtures.normalise; print('torch' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "False"


def test_normalised_pictures_return_unchanged():
    """Denormalising undoes normalising for every intensity."""
    pictures = np.arange(256, dtype=np.uint8).repeat(3).reshape(2, 16, 8, 3)
    assert np.array_equal(pictures, denormalise(normalise(pictures)))


def test_normalising_gives_zero_mean_and_unit_deviation():
    """An intensity at ImageNet's mean becomes 0, one deviation above it becomes 1, channels first."""
    intensities = np.array([IMAGENET_MEAN, np.add(IMAGENET_MEAN, IMAGENET_STD)])
    images = normalise(np.rint(255 * intensities).astype(np.uint8).reshape(1, 2, 1, 3))
    assert images.shape == (1, 3, 2, 1)
    assert images.dtype == np.float32
    np.testing.assert_allclose(images[0, :, :, 0], [[0, 1]] * 3, atol=0.01)


def test_normalising_floats_is_refused():
    """Pictures that were scaled already are not scaled again."""
    with pytest.raises(TypeError, match="expected uint8"):
        normalise(np.zeros((1, 1, 3), dtype=np.float32))


def test_denormalising_clips():
    """Intensities beyond black and white become black and white."""
    images = np.array([-10.0, 10.0], dtype=np.float32).reshape(1, 2, 1).repeat(3, axis=0)
    assert denormalise(images).tolist() == [[[0, 0, 0]], [[255, 255, 255]]]


@pytest.mark.parametrize(
    "distance",
    [
        disc,
        lambda u, v: box(u, v, 0.3, 0.7),
        lambda u, v: segment(u, v, (-0.5, 0.1), (0.4, 0.6)),
        lambda u, v: triangle(u, v, 0.8, -0.9, 0.7),
        lambda u, v: star(u, v, 0.45),
        heart,
    ],
    ids=["disc", "box", "segment", "triangle", "star", "heart"],
)
def test_a_distance_never_grows_faster_than_the_way_walked(distance):
    """A signed distance changes by at most the distance between two points."""
    u, v = grid()
    values = distance(u, v)
    step = u[0, 1] - u[0, 0]
    assert np.abs(np.diff(values, axis=0)).max() <= step * 1.01
    assert np.abs(np.diff(values, axis=1)).max() <= step * 1.01


def test_the_star_is_the_polygon_of_its_ten_corners():
    """The sign of the star's distance agrees with a point-in-polygon test."""
    angles = np.arange(10) * np.pi / 5
    radii = np.where(np.arange(10) % 2 == 0, 1.0, 0.45)
    polygon = Polygon(np.stack([radii * np.sin(angles), -radii * np.cos(angles)], axis=1))
    u, v = grid()
    inside = polygon.contains_points(np.stack([u.ravel(), v.ravel()], axis=1)).reshape(u.shape)
    distance = star(u, v, 0.45)
    assert (inside == (distance < 0))[np.abs(distance) > 1e-3].all()


def test_an_ellipse_is_where_its_equation_says():
    """The sign of an ellipse's distance is that of its implicit equation."""
    u, v = grid()
    equation = (u / 0.7) ** 2 + (v / 0.4) ** 2 - 1
    assert (np.sign(ellipse(u, v, 0.7, 0.4)) == np.sign(equation))[np.abs(equation) > 1e-3].all()


def test_smoothstep_runs_from_zero_to_one():
    """The step is 0 below, 1 above, one half in the middle, and never falls."""
    values = smoothstep(2, 4, np.linspace(1, 5, 41, dtype=np.float32))
    assert (values[:11] == 0).all()
    assert (values[-10:] == 1).all()
    assert values[20] == pytest.approx(0.5, abs=1e-6)
    assert (np.diff(values) >= 0).all()
