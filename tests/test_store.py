"""The store gives out what the build put in, and says so when it can't."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest

from fixtures.cases import CASES
from fixtures.errors import FixtureError
from fixtures.hints import find_coincidences
from fixtures.manifest import MANIFEST, read_manifest, write_manifest
from fixtures.pictures import Inputs, Pictures, flatten_inputs, group_inputs
from fixtures.store import DATA_FOLDER, open_store
from fixtures.tolerances import residual, thin_out, thumbnail


@pytest.fixture(scope="module")
def store():
    return open_store()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_case_of_the_table_can_be_asked_for(store, case):
    """Right answers are finite float64, mistakes are small copies of the same shape."""
    stored = store.case(case.name)
    assert stored.expected.dtype == np.float64
    for right in (stored.expected, *stored.accepted.values()):
        assert right.shape == stored.expected.shape
        assert np.isfinite(right).all()
    for mistake in stored.mistakes:
        assert mistake.thumbnail.dtype == np.float16
        assert mistake.thumbnail.shape == thin_out(stored.expected).shape
        assert np.abs(mistake.thumbnail).max() <= 1


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_stored_mistake_passes_for_right(store, case):
    """Seen through its thumbnail, each mistake is about as far off as the manifest says, and beyond loose."""
    stored = store.case(case.name)
    small = thumbnail(stored.expected)[0]
    for mistake in stored.mistakes:
        assert mistake.residual > 2 * stored.loose
        off = residual(
            mistake.thumbnail.astype(float), small.astype(float), stored.compare, stored.batched
        ).max()
        assert off > stored.loose or stored.compare == "exact"


def test_the_nearest_mistake_is_the_nearest(store):
    """The margin is measured against the mistake with the smallest residual."""
    for case in CASES:
        stored = store.case(case.name)
        residuals = [mistake.residual for mistake in stored.mistakes]
        assert bool(residuals) == case.mistakes
        assert (stored.nearest.residual if stored.nearest else None) == min(residuals, default=None)


def test_hints_can_be_told_apart(store):
    """Two mistakes of a function that look the same would get each other's sentence."""
    assert [(p.case, p.first, p.second) for p in find_coincidences(store)] == []


def test_pictures_are_labelled_and_masked(store):
    """Each picture has an object of its class, seen, and another class that it is not."""
    for name in ("squeezenet", "wide", "vgg", "flat"):
        pictures = store.pictures(name)
        count, height, width, _ = pictures.images.shape
        assert pictures.images.dtype == np.uint8
        assert pictures.masks.shape == (count, height, width)
        assert pictures.masks.any(axis=(1, 2)).all()
        assert (pictures.others != pictures.labels).all()
        assert pictures.normalised.shape == (count, 3, height, width)


def test_two_objects_lie_apart(store):
    """Each mask belongs to one object, and no pixel to both."""
    pictures = store.pictures("vgg_two")
    assert pictures.labels.shape == (len(pictures.images), 2)
    assert not pictures.masks.all(axis=1).any()
    assert (pictures.labels[:, 0] != pictures.labels[:, 1]).all()


@pytest.mark.parametrize(("net", "fewest"), [("squeezenet", 4), ("vgg", 2)])
def test_there_are_enough_fooling_pairs(store, net, fewest):
    """Several pictures with several targets, none fooled by a single step."""
    pairs = store.fooling_pairs(net)
    assert len(pairs) >= fewest
    assert len({pair.target for pair in pairs}) == len(pairs)
    for pair in pairs:
        assert pair.label != pair.target
        assert pair.normalised.shape == (1, 3, *pair.picture.shape[:2])
        assert all(2 <= steps <= 100 for steps in pair.steps.values())
        # The step rule of length one can't go further than it took steps.
        assert 0 < pair.distance["normalised"] <= pair.steps["normalised"] * (1 + 1e-5)


def test_every_mistake_has_one_sentence(store):
    """Also those that no case shows, and functions that have no case."""
    sentences = store.sentences
    assert (
        store.sentence("saliency.compute_saliency_maps", "no_abs")
        == (sentences["saliency.compute_saliency_maps"]["no_abs"])
    )
    assert "fooling.make_fooling_image" in sentences
    assert all(sentence for of_function in sentences.values() for sentence in of_function.values())


def test_an_unknown_name_is_answered_with_near_ones(store):
    """A slip of the pen is told from a case that is not there."""
    with pytest.raises(FixtureError, match="did you mean saliency/five_scenes"):
        store.case("saliency/five_scene")
    with pytest.raises(FixtureError, match="did you mean squeezenet"):
        store.pictures("squeeznet")
    with pytest.raises(FixtureError, match="did you mean vgg"):
        store.fooling_pairs("vg")
    with pytest.raises(
        FixtureError, match=r"no mistake of saliency\.compute_saliency_maps 'no_ab'; did you mean no_abs"
    ):
        store.sentence("saliency.compute_saliency_maps", "no_ab")


def test_inputs_survive_being_stored():
    """Grouping is the inverse of flattening."""
    random = np.random.default_rng(0)
    pictures = Pictures(
        random.integers(0, 256, (2, 3, 4, 3), dtype=np.uint8),
        np.array([1, 2]),
        np.ones((2, 3, 4), bool),
        np.array([0, 0]),
    )
    inputs = Inputs({"some": pictures}, {"noise": random.standard_normal((1, 3, 3, 4), np.float32)})
    back = flatten_inputs(group_inputs(flatten_inputs(inputs)))
    assert back.keys() == flatten_inputs(inputs).keys()
    assert all(np.array_equal(values, back[key]) for key, values in flatten_inputs(inputs).items())


def test_a_set_of_pictures_must_be_complete():
    """A picture without its label is a fault of the data."""
    with pytest.raises(FixtureError, match="no 'labels' for the pictures 'some'"):
        group_inputs({"some/images": np.zeros((1, 2, 2, 3), np.uint8)})


def test_a_manifest_survives_being_written(tmp_path):
    """The same manifest gives the same bytes, and is read back as it was."""
    manifest, seal, sealed = read_manifest(DATA_FOLDER)
    write_manifest(manifest, tmp_path)
    assert (tmp_path / MANIFEST).read_bytes() == (DATA_FOLDER / MANIFEST).read_bytes()
    assert read_manifest(tmp_path) == (manifest, seal, True)
    assert sealed


def test_one_number_stands_for_the_whole_folder(store, copied):
    """The hash of the fixtures changes with any file, since the manifest holds the hash of each."""
    assert store.fixtures_hash == open_store(copied).fixtures_hash
    document = json.loads((copied / MANIFEST).read_text())
    document["files"]["inputs.safetensors"]["sha256"] = "0" * 64
    (copied / MANIFEST).write_text(json.dumps(document))
    with pytest.raises(FixtureError, match="was edited after the build"):
        open_store(copied)


@pytest.mark.parametrize(
    ("file", "ask"),
    [
        ("expected/saliency.safetensors", lambda store: store.case("saliency/one_scene")),
        ("inputs.safetensors", lambda store: store.pictures("vgg")),
        ("weights/vgg.safetensors", lambda store: store.weights_file("vgg")),
    ],
)
def test_a_changed_byte_is_found_when_its_file_is_used(copied, file, ask):
    """Nobody is graded by data that is not what was built."""
    content = bytearray((copied / file).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / file).write_bytes(content)
    with pytest.raises(FixtureError, match=f"{file} was changed after the build"):
        ask(open_store(copied))
    (copied / file).unlink()
    with pytest.raises(FixtureError, match=f"{file} can't be read"):
        ask(open_store(copied))


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "can't be read"),
        ("{", "is not JSON"),
        ("[]", "is not a manifest"),
        ('{"format": 1}', "is incomplete"),
    ],
)
def test_a_damaged_manifest_says_what_to_do(tmp_path, content, complaint):
    """Whatever is wrong with it, building again is the way out."""
    if content is not None:
        (tmp_path / MANIFEST).write_text(content)
    with pytest.raises(FixtureError, match=f"{complaint}.*run python -m fixtures build"):
        open_store(tmp_path)


def test_the_grading_side_needs_no_torch():
    """Opening the store and asking for a case imports numpy and safetensors only."""
    program = (
        "import sys; from fixtures.store import open_store; import fixtures.verify; "
        "open_store().case('gradcam/flat_head'); sys.exit('torch' in sys.modules or 'reference' in sys.modules)"
    )
    assert (
        subprocess.run([sys.executable, "-c", program], cwd=DATA_FOLDER.parents[1], check=False).returncode
        == 0
    )
