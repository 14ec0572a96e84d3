"""The networks as they are handed out: names, shapes, weights, and what students rely on."""

import numpy as np
import pytest
import torch

from fixtures.models import MODEL_NAMES, build_model, load_model
from fixtures.torchvision_fallback import import_torchvision
from fixtures.weights import read_weights, set_weights, write_weights
from tests.random_images import random_images

CLASSES = {
    "squeezenet": 12,
    "vgg": 12,
    "simple": 10,
    "linear": 5,
    "tiny": 8,
    "flat_vgg": 8,
    "gap_trap": 3,
    "tied": 8,
    "gap_vgg": 8,
    "relu_head": 6,
}


@pytest.mark.parametrize("name", [name for name in MODEL_NAMES if name != "raises"])
def test_every_model_is_ready_to_use(name):
    """A loaded model is in evaluation mode, float32, trainable, and scores each image by itself."""
    model = load_model(name)
    images = random_images(name, count=3)
    scores = model(images)
    assert not any(module.training for module in model.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert all(parameter.dtype == torch.float32 for parameter in model.parameters())
    assert scores.shape == (3, CLASSES[name])
    torch.testing.assert_close(scores[1:2], model(images[1:2]))


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_a_model_is_the_same_each_time(name):
    """Loading twice gives equal weights in separate memory, whatever torch's random state."""
    torch.manual_seed(1)
    one = load_model(name)
    torch.manual_seed(2)
    other = load_model(name)
    for first, second in zip(one.state_dict().values(), other.state_dict().values(), strict=True):
        assert torch.equal(first, second)
        assert first.data_ptr() != second.data_ptr()


def test_an_unknown_name_is_refused():
    """The message lists the names that exist."""
    with pytest.raises(ValueError, match="expected a model among squeezenet, vgg"):
        load_model("resnet")


def test_missing_weights_are_reported_with_the_remedy(tmp_path):
    """The message names the file and the command that makes it."""
    with pytest.raises(FileNotFoundError, match="python -m fixtures train"):
        load_model("vgg", weights_folder=tmp_path)


def test_weights_come_from_the_folder_asked_for(tmp_path):
    """A network written to a folder is the one loaded from it, rounded to float16."""
    model = load_model("vgg")
    model.fc_out.bias.data += 7
    write_weights(tmp_path / "vgg.safetensors", model)
    loaded = load_model("vgg", weights_folder=tmp_path)
    torch.testing.assert_close(loaded.fc_out.bias, model.fc_out.bias, rtol=1e-3, atol=1e-3)
    assert read_weights(tmp_path / "vgg.safetensors")["fc_out.bias"].dtype == np.float16


def test_a_folder_of_weights_may_have_other_classes(tmp_path):
    """The number of classes is that of the stored network."""
    write_weights(tmp_path / "squeezenet.safetensors", build_model("squeezenet", num_classes=1000))
    assert load_model("squeezenet", weights_folder=tmp_path)(random_images("squeezenet")).shape == (2, 1000)


def test_given_weights_replace_stored_ones():
    """Entries given by name replace those entries and no others."""
    changed = load_model("vgg", {"fc_out.bias": np.arange(12, dtype=np.float64)})
    assert changed.fc_out.bias.tolist() == list(range(12))
    assert torch.equal(changed.fc_out.weight, load_model("vgg").fc_out.weight)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"fc_out.bias": np.zeros(5)}, r"expected shape \(12,\)"),
        ({"head.bias": np.zeros(12)}, "expected a name among"),
    ],
)
def test_weights_that_do_not_fit_are_refused(weights, message):
    """A wrong shape and a wrong name are reported as such."""
    with pytest.raises(ValueError, match=message):
        set_weights(load_model("vgg"), weights)


def test_squeezenet_is_torchvisions():
    """Names and shapes are those of torchvision's network for twelve classes, nothing added."""
    original = import_torchvision().models.squeezenet1_1(num_classes=12)
    expected = [(name, value.shape) for name, value in original.state_dict().items()]
    assert expected == [(name, value.shape) for name, value in load_model("squeezenet").state_dict().items()]


def test_torchvision_imports_twice():
    """The fallback declares nothing a second time."""
    assert import_torchvision() is import_torchvision()


def test_vgg_has_the_modules_that_courses_name():
    """Children, layers and shortcuts carry the names that students use."""
    model = load_model("vgg")
    convolutions = ["1", "2", "3_1", "3_2", "4_1", "4_2", "5_1", "5_2"]
    shortcuts = dict(model.get_model_shortcuts())
    assert list(model._modules) == ["backbone", "gap", "fc_out"]
    for name in convolutions:
        assert shortcuts[f"conv{name}"] is model.get_submodule(f"backbone.conv{name}")
        assert shortcuts[f"bn{name}"] is model.get_submodule(f"backbone.bn{name}")
    assert shortcuts["fc_out"] is model.fc_out


def test_vgg_shortcuts_are_in_the_order_of_computation():
    """Each layer is called once, in the order in which the shortcuts list it."""
    model, called = load_model("vgg"), []
    for name, module in model.get_model_shortcuts():
        module.register_forward_hook(lambda *_, name=name: called.append(name))
    model(random_images("vgg", count=1))
    assert [name for name, _ in model.get_model_shortcuts()] == called


@pytest.mark.parametrize(("name", "size"), [("vgg", (128, 14, 14)), ("flat_vgg", (8, 4, 6))])
def test_the_layer_of_grad_cam_keeps_its_output(name, size):
    """What a hook keeps of `bn5_2` without copying it is still signed afterwards, and has a gradient."""
    model, kept, copied = load_model(name), [], []
    model.backbone.bn5_2.register_forward_hook(lambda *call: kept.append(call[2]))
    model.backbone.bn5_2.register_forward_hook(lambda *call: copied.append(call[2].clone()))
    scores = model(random_images(name, count=1))
    gradient = torch.autograd.grad(scores[0, 3], kept[0])[0]
    assert kept[0].shape[1:] == size
    assert torch.equal(kept[0], copied[0])
    assert kept[0].min() < 0 < kept[0].max()
    assert gradient.abs().sum() > 0


def test_simple_net_clips_no_score():
    """The last ReLU lets all scores of random pictures through, so that each has a gradient."""
    assert load_model("simple")(random_images("simple", count=200)).min() > 0
