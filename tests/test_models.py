"""The networks: what students rely on, and what makes them worth looking into."""

import numpy as np
import pytest
import torch
from torch.nn import functional

from fixtures.models import MODEL_NAMES, PICTURE_SIZES, build_model, load_model
from fixtures.normalise import normalise
from fixtures.scenes import draw_scenes, draw_two_object_scenes
from fixtures.torchvision_fallback import import_torchvision
from fixtures.weights import read_weights, set_weights, write_weights

# A series that neither training nor its own test has seen.
SEED = 40

IMAGE_SHAPES = {
    "squeezenet": (3, 112, 112),
    "vgg": (3, 224, 224),
    "simple": (1, 28, 28),
    "linear": (3, 6, 9),
    "tiny": (3, 13, 20),
    "flat_vgg": (3, 64, 96),
    "gap_trap": (3, 5, 7),
}
CLASSES = {"squeezenet": 12, "vgg": 12, "simple": 10, "linear": 5, "tiny": 8, "flat_vgg": 8, "gap_trap": 3}


def images_for(name, count=2, seed=0):
    """Return random images of the shape that a network takes."""
    return torch.randn(count, *IMAGE_SHAPES[name], generator=torch.Generator().manual_seed(seed))


@pytest.fixture(scope="module", params=["squeezenet", "vgg"])
def trained(request):
    """Return the name and the module of each trained network."""
    return request.param, load_model(request.param)


@pytest.mark.parametrize("name", [name for name in MODEL_NAMES if name != "raises"])
def test_every_model_is_ready_to_use(name):
    """A loaded model is in evaluation mode, float32, trainable, and scores each image by itself."""
    model = load_model(name)
    images = images_for(name, count=3)
    scores = model(images)
    assert not any(module.training for module in model.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())
    assert all(parameter.dtype == torch.float32 for parameter in model.parameters())
    assert scores.shape == (3, CLASSES[name])
    torch.testing.assert_close(scores[1:2], model(images[1:2]))


def test_a_model_breaks_off_half_way():
    """Its convolutions have run by then, so that hooks on them have been called."""
    model, called = load_model("raises"), []
    for layer in (model.conv1, model.conv2, model.fc):
        layer.register_forward_hook(lambda module, *_: called.append(module))
    with pytest.raises(RuntimeError, match="breaks off half-way, on purpose"):
        model(torch.randn(1, 3, 6, 9))
    assert called == [model.conv1, model.conv2]


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
    assert load_model("squeezenet", weights_folder=tmp_path)(images_for("squeezenet")).shape == (2, 1000)


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
    model(images_for("vgg", count=1))
    assert [name for name, _ in model.get_model_shortcuts()] == called


@pytest.mark.parametrize(("name", "size"), [("vgg", (128, 14, 14)), ("flat_vgg", (8, 4, 6))])
def test_the_layer_of_grad_cam_keeps_its_output(name, size):
    """What a hook keeps of `bn5_2` without copying it is still signed afterwards, and has a gradient."""
    model, kept, copied = load_model(name), [], []
    model.backbone.bn5_2.register_forward_hook(lambda *call: kept.append(call[2]))
    model.backbone.bn5_2.register_forward_hook(lambda *call: copied.append(call[2].clone()))
    scores = model(images_for(name, count=1))
    gradient = torch.autograd.grad(scores[0, 3], kept[0])[0]
    assert kept[0].shape[1:] == size
    assert torch.equal(kept[0], copied[0])
    assert kept[0].min() < 0 < kept[0].max()
    assert gradient.abs().sum() > 0


def test_flat_vgg_sees_where_a_feature_lies():
    """The gradient at `bn5_2` differs from place to place beyond the choice of the max-pool."""
    model, kept = load_model("flat_vgg"), []
    model.backbone.bn5_2.register_forward_hook(lambda *call: kept.append(call[2]))
    scores = model(images_for("flat_vgg", count=1))
    gradient = torch.autograd.grad(scores[0, 3], kept[0])[0][0]
    for channel in gradient:
        values = channel[channel != 0]
        assert len(values) < 2 or values.std() > 1e-3


def test_linear_has_its_weight_as_gradient():
    """The gradient of every score is the weight of that class, for weights of any shape."""
    weight = np.random.default_rng(0).standard_normal((4, 3, 2, 5)).astype(np.float32)
    model = load_model("linear", {"weight": weight, "bias": np.arange(4)})
    image = torch.randn(1, 3, 2, 5, requires_grad=True)
    for label in range(4):
        gradient = torch.autograd.grad(model(image)[0, label], image)[0]
        np.testing.assert_array_equal(weight[label], gradient[0].numpy())
    assert model(torch.zeros(1, 3, 2, 5)).tolist() == [[0, 1, 2, 3]]


def test_tiny_overwrites_what_a_hook_keeps():
    """The output of a convolution, kept without a copy, is changed by the ReLU that works in place."""
    model, kept = load_model("tiny"), []
    model.conv1.register_forward_hook(lambda *call: kept.extend([call[2], call[2].clone()]))
    model(images_for("tiny"))
    assert kept[1].min() < 0
    assert torch.equal(kept[0], functional.relu(kept[1]))


@pytest.mark.parametrize("name", ["tiny", "flat_vgg"])
def test_dropout_shows_in_training_mode(name):
    """In training mode the scores change from call to call."""
    model = load_model(name).train()
    assert not torch.equal(model(images_for(name)), model(images_for(name)))


def test_gap_trap_changes_class_as_described():
    """Ascending class 1 by steps of 1 passes classes 0, 0, 1, 2 and then stays at 1."""
    direction = np.zeros((3, 4, 6), dtype=np.float32)
    direction[1, 2, 3] = 1
    model = load_model("gap_trap", {"direction": direction})
    places = torch.tensor([0.5, 1.5, 2.5, 3.5, 4.5, 5.5])[:, None, None, None]
    scores = model(places * torch.from_numpy(direction))
    assert scores.argmax(dim=1).tolist() == [0, 0, 1, 2, 1, 1]
    assert scores[:, 0].tolist() == [2] * 6
    assert scores[:, 1].tolist() == [0.5, 1.5, 2.5, 3.5, 4.5, 5.5]
    assert scores[:, 2].tolist() == [-9.5, -4.5, 0.5, 5.5, 2.5, -0.5]
    assert load_model("gap_trap").direction.norm().item() == pytest.approx(1)


def test_simple_net_clips_no_score():
    """The last ReLU lets all scores of random pictures through, so that each has a gradient."""
    assert load_model("simple")(images_for("simple", count=200)).min() > 0


@pytest.mark.slow
def test_trained_networks_know_the_scenes(trained):
    """More than 97 of 100 unseen scenes are recognised: broken weights show, 240 scenes can't tell 99 % from 99.7 %."""
    name, model = trained
    scenes = draw_scenes(240, size=PICTURE_SIZES[name], seed=SEED)
    with torch.inference_mode():
        predicted = model(torch.from_numpy(normalise(scenes.images))).argmax(dim=1).numpy()
    assert (predicted == scenes.labels).mean() > 0.97


def test_scores_are_centred_over_the_classes(trained):
    """The last layer's weights have mean 0 over the classes: no score rises with all others."""
    name, model = trained
    weight = model.get_parameter("classifier.1.weight" if name == "squeezenet" else "fc_out.weight")
    assert weight.mean(dim=0).abs().max() < 1e-3 * weight.abs().max()


def test_squeezenets_last_relu_clips_no_scene():
    """Before the last ReLU no value of any scene is below 0: every score has a gradient everywhere."""
    model, smallest = load_model("squeezenet"), []
    model.classifier[1].register_forward_hook(lambda *call: smallest.append(call[2].min().item()))
    scenes = draw_scenes(120, size=PICTURE_SIZES["squeezenet"], seed=SEED)
    with torch.inference_mode():
        model(torch.from_numpy(normalise(scenes.images)))
    assert smallest[0] > 0


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["normalised", "plain", "accumulated"])
def test_gradient_ascent_fools_the_trained_networks(trained, rule):
    """At least six of eight scenes reach another class within 100 steps, by each of the usual rules."""
    name, model = trained
    scenes = draw_scenes(8, size=PICTURE_SIZES[name], seed=SEED)
    fooled = 0
    for image, label in zip(torch.from_numpy(normalise(scenes.images)), scenes.labels.tolist(), strict=True):
        image, target = image[None].requires_grad_(), (label + 5) % 12
        for _ in range(100):
            scores = model(image)
            if scores.argmax() == target:
                fooled += 1
                break
            if rule != "accumulated":
                image.grad = None
            scores[0, target].backward()
            image.data += image.grad / image.grad.norm() if rule == "normalised" else image.grad
    assert fooled >= 6


def test_grad_cam_tells_two_objects_apart():
    """VGG's Grad-CAM of a class is stronger on the object of that class than on the other one."""
    model, kept = load_model("vgg"), []
    model.backbone.bn5_2.register_forward_hook(lambda *call: kept.append(call[2]))
    scenes = draw_two_object_scenes(6, size=PICTURE_SIZES["vgg"], seed=SEED)
    images = torch.from_numpy(normalise(scenes.images))
    for image, labels, masks in zip(images, scenes.labels, scenes.masks, strict=True):
        for asked in (0, 1):
            scores = model(image[None])
            features = kept.pop()
            (gradient,) = torch.autograd.grad(scores[0, int(labels[asked])], features)
            small = functional.relu((gradient.mean(dim=(2, 3), keepdim=True) * features).sum(1, keepdim=True))
            cam = functional.interpolate(small, size=image.shape[1:], mode="bilinear")[0, 0].detach().numpy()
            assert cam[masks[asked]].mean() > cam[masks[1 - asked]].mean()
