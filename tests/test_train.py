"""Training, on a scale of seconds."""

import argparse

import numpy as np
import pytest
import torch

import fixtures.train
from fixtures.finish import finish
from fixtures.models import build_model, load_model
from fixtures.parallel import draw_in_parallel
from fixtures.recipe import HELD_OUT_SEED, SQUEEZENET, TRAINING_SEED, VGG, Phase, Recipe
from fixtures.scenes import draw_scenes
from fixtures.train import accuracy, add_arguments, run, to_tensor, train
from fixtures.weights import read_weights

TINY_PHASES = (
    Phase(size=48, pictures=32, epochs=1, learning_rate=1e-3),
    Phase(size=64, pictures=32, epochs=1, adversarial=2.0),
    Phase(size=64, pictures=32, epochs=1, noise=(0.0, 1.0), learning_rate=1e-3),
)


def tiny_recipe(network, seed=1):
    """Return a recipe that takes a second."""
    return Recipe(network=network, seed=seed, phases=TINY_PHASES, batch_size=16)


@pytest.mark.parametrize("network", ["squeezenet", "vgg"])
def test_training_is_reproducible(network):
    """The same recipe gives the same weights, another seed gives others."""
    one, same = train(tiny_recipe(network), processes=1), train(tiny_recipe(network), processes=1)
    other = train(tiny_recipe(network, seed=2), processes=1)
    for name, value in one.state_dict().items():
        assert torch.equal(value, same.state_dict()[name])
    assert not torch.equal(next(one.parameters()), next(other.parameters()))


def test_training_learns():
    """A small VGG tells more than half of small unseen scenes apart after ten seconds."""
    recipe = Recipe(
        network="vgg",
        seed=1,
        phases=(Phase(48, 768, 4, learning_rate=1e-3),),
        batch_size=32,
        warm_up_steps=10,
    )
    model = train(recipe, processes=1)
    assert accuracy(model, draw_scenes(120, size=(48, 48), seed=HELD_OUT_SEED)) > 0.5


def test_training_and_held_out_scenes_differ():
    """The series are different ones, and every phase draws new scenes."""
    assert TRAINING_SEED != HELD_OUT_SEED
    for recipe in (SQUEEZENET, VGG):
        assert all(phase.pictures % recipe.batch_size == 0 for phase in recipe.phases)


def test_drawing_in_parallel_changes_nothing():
    """Two processes draw the scenes that one draws."""
    together = draw_in_parallel(70, 16, seed=3, first=5, processes=2)
    alone = draw_scenes(70, size=(16, 16), seed=3, first=5)
    assert np.array_equal(alone.images, together.images)
    assert np.array_equal(alone.labels, together.labels)
    assert np.array_equal(alone.masks, together.masks)


@pytest.mark.parametrize("network", ["squeezenet", "vgg"])
def test_finishing_scales_what_tells_classes_apart(network):
    """Differences between scores grow by the factor; the mean over the classes is the same for all images."""
    torch.manual_seed(0)
    model = build_model(network).eval()
    if network == "squeezenet":
        torch.nn.init.constant_(model.classifier[1].bias, 5.0)
    images = torch.randn(4, 3, 64, 64) * torch.tensor([0.2, 1, 3, 9]).view(4, 1, 1, 1)
    before = model(images).detach()
    finish(model, images, 3.0)
    after = model(images).detach()
    torch.testing.assert_close(
        3 * (before - before.mean(dim=1, keepdim=True)),
        after - after.mean(dim=1, keepdim=True),
        rtol=1e-3,
        atol=1e-4,
    )
    torch.testing.assert_close(after.mean(dim=1), after.mean().expand(4), rtol=1e-4, atol=1e-4)


def test_finishing_lifts_squeezenet_over_its_last_relu():
    """After finishing, a network whose scores were clipped lets all of them through."""
    torch.manual_seed(0)
    model = build_model("squeezenet").eval()
    torch.nn.init.constant_(model.classifier[1].bias, -5.0)
    images = torch.randn(4, 3, 64, 64)
    assert model(images).max() == 0
    finish(model, images, 3.0)
    assert model(images).min() > 0


def test_images_for_training_are_normalised_as_everywhere():
    """The tensors that training sees equal what `normalise` gives."""
    pictures = draw_scenes(2, size=(16, 24), seed=0).images
    np.testing.assert_allclose(to_tensor(pictures).numpy(), fixtures.normalise.normalise(pictures), atol=1e-6)


def test_the_command_writes_loadable_weights(tmp_path, monkeypatch, capsys):
    """`python -m fixtures train` writes one file a network, rounded to float16, and says how good it is."""
    monkeypatch.setattr(fixtures.train, "SQUEEZENET", tiny_recipe("squeezenet"))
    monkeypatch.setattr(fixtures.train, "HELD_OUT", 24)
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    assert run(parser.parse_args(["--net", "squeezenet", "--out", str(tmp_path), "--threads", "1"])) == 0
    weights = read_weights(tmp_path / "squeezenet.safetensors")
    model = load_model("squeezenet", weights_folder=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["squeezenet.safetensors"]
    assert {array.dtype for array in weights.values()} == {np.dtype(np.float16)}
    np.testing.assert_array_equal(model.classifier[1].bias.detach().numpy(), weights["classifier.1.bias"])
    assert "of 24 held-out scenes" in capsys.readouterr().out
