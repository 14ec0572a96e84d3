"""Training the heads, on a scale of seconds."""

import argparse
import shutil

import pytest
import torch

import fixtures.train
import fixtures.train_scouter
from fixtures.errors import FixtureError
from fixtures.heads import NAMES, assemble_head, load_head
from fixtures.models import WEIGHTS_FOLDER
from fixtures.train import add_arguments, run
from fixtures.train_scouter import HeadRecipe, train_head
from reference.scouter import slot_attention

SMALL = HeadRecipe(
    pictures=12, held_out=12, epochs=1, batch_size=4, length=8, area_weight=1.0, learning_rate=1e-2
)


def made_up_features(count):
    """Return features (N, 16, 6, 6) in which class k is channel k bright on a square of 2 x 2, and the labels."""
    random = torch.Generator().manual_seed(0)
    labels = torch.arange(count) % 12
    features = 0.1 * torch.rand(count, 16, 6, 6, generator=random)
    corners = torch.randint(0, 5, (count, 2), generator=random)
    for feature, label, (i, j) in zip(features, labels, corners):
        feature[label, i : i + 2, j : j + 2] += 1
    return features.half(), labels, corners


@pytest.mark.parametrize("e", [1, -1])
def test_training_learns_and_finds_the_object(e):
    """On made-up features a few seconds suffice: the classes are right and the attention stays on the square."""
    features, labels, corners = made_up_features(480)
    recipe = HeadRecipe(epochs=12, batch_size=32, length=16, area_weight=1.0, learning_rate=1e-2)
    arrays = {name: value.detach() for name, value in train_head(recipe, e, features, labels).items()}
    head = assemble_head(arrays, e, 6, 6)
    scores, attention = slot_attention(features.float(), *head.weights, e=e)
    assert (scores.argmax(dim=1) == labels).float().mean() > 0.9
    if e == 1:
        strongest = attention[torch.arange(480), labels].flatten(1).argmax(dim=1)
        place = torch.stack([strongest // 6, strongest % 6], dim=1)
        assert ((place >= corners) & (place <= corners + 1)).all(dim=1).float().mean() > 0.9


def test_training_is_reproducible():
    """The same recipe gives the same arrays, another seed gives others."""
    features, labels, _ = made_up_features(12)
    one, same = (train_head(SMALL, 1, features, labels) for _ in range(2))
    assert all(torch.equal(one[name], same[name]) for name in NAMES)
    other = train_head(HeadRecipe(**{**vars_of(SMALL), "seed": 2}), 1, features, labels)
    assert not torch.equal(one["W_v"], other["W_v"])


def vars_of(recipe):
    return {name: getattr(recipe, name) for name in HeadRecipe.__dataclass_fields__}


def parse(*arguments):
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return parser.parse_args(arguments)


def test_the_command_writes_both_heads(tmp_path, monkeypatch, capsys):
    """Trained on the VGG that lies beside them; it says how good they are."""
    monkeypatch.setattr(fixtures.train_scouter, "HeadRecipe", lambda: SMALL)
    shutil.copy(WEIGHTS_FOLDER / "vgg.safetensors", tmp_path)
    assert run(parse("--net", "scouter", "--out", str(tmp_path), "--threads", "1")) == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "scouter_negative.safetensors", "scouter_positive.safetensors", "vgg.safetensors"
    ]  # fmt: skip
    assert load_head("scouter_negative", weights_folder=tmp_path).weights[3].shape == (12, 8)
    told = " ".join(capsys.readouterr().out.split())
    assert "scouter_positive:" in told
    assert "of 12 held-out scenes" in told


def test_the_heads_need_the_solution(tmp_path, monkeypatch):
    """Where it is not handed out, the command says so and trains nothing."""
    monkeypatch.setattr(fixtures.train, "find_spec", lambda name: None)
    with pytest.raises(FixtureError, match=r"reference/ is not here; choose another --net"):
        run(parse("--net", "scouter", "--out", str(tmp_path)))
    assert list(tmp_path.iterdir()) == []
