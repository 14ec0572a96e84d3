"""A private folder is as good as the shipped one, and nobody can guess it."""

from __future__ import annotations

import pytest
from rich.progress import Progress

from fixtures.__main__ import main
from fixtures.build import build
from fixtures.errors import FixtureError
from fixtures.manifest import MANIFEST, describe_file
from fixtures.publish import refuse_strangers
from fixtures.settings import one_thread
from fixtures.store import open_store


def test_a_folder_of_other_things_is_not_built_over(tmp_path):
    """A slip in --out destroys nobody's files."""
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(Exception, match=r"holds 'thesis\.tex', which no build makes"):
        refuse_strangers(tmp_path)
    with pytest.raises(Exception, match="is a file"):
        refuse_strangers(tmp_path / "thesis.tex")


def test_missing_weights_are_named_before_anything_is_drawn(tmp_path):
    """A build starts from trained nets; without them it says where they come from and leaves nothing behind."""
    missing = r"squeezenet\.safetensors is missing; run python -m fixtures train"
    with Progress(disable=True) as progress, pytest.raises(FixtureError, match=missing):
        build("any", tmp_path / "data", progress, weights=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """A folder that was built with a seed of its own."""
    folder = tmp_path_factory.mktemp("private") / "data"
    with Progress(disable=True) as progress:
        build("a secret", folder, progress)
    return folder


@pytest.mark.slow
def test_it_is_sound(private, capsys):
    """Its margins hold, its answers and pairs can be computed again."""
    assert main(["verify", str(private)]) == 0


@pytest.mark.slow
def test_it_is_another_one(private):
    """Other pictures, other answers, the same nets."""
    ours, theirs = open_store(), open_store(private)
    assert ours.fixtures_hash != theirs.fixtures_hash
    assert (ours.pictures("vgg").images != theirs.pictures("vgg").images).any()
    assert describe_file(ours.weights_file("vgg")) == describe_file(theirs.weights_file("vgg"))


@pytest.mark.slow
def test_the_same_seed_builds_the_same_bytes(private, tmp_path):
    """On one machine, bit by bit, the seal included."""
    with Progress(disable=True) as progress, one_thread():
        build("a secret", tmp_path / "again", progress)
    assert (tmp_path / "again" / MANIFEST).read_bytes() == (private / MANIFEST).read_bytes()
