import warnings

import pytest
import torch

from fixtures.models import load_model
from reference.gradcam import class_activation_map, grad_cam
from tests.left_as_found import STATES, describe, prepare

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # captum's own imports are not ours to judge
    from captum.attr import LayerGradCam


@pytest.fixture
def image():
    return torch.randn(3, 64, 96, generator=torch.Generator().manual_seed(0))


@pytest.mark.parametrize("target", [0, 3, 7])
def test_cam_and_bias_add_up_to_the_score(image, target):
    """The score is the mean of the map, plus the bias: nothing of it is lost or added."""
    vgg = load_model("gap_vgg")
    total = class_activation_map(vgg, image, target).mean() + vgg.fc_out.bias[target]
    torch.testing.assert_close(total, vgg(image[None])[0, target])


def test_cam_is_grad_cam_before_the_relu(image):
    """On a net with global pooling the gradient of a score at the last map is weight / (h * w) everywhere."""
    trained = load_model("vgg")
    cam = class_activation_map(trained, image, 2)
    torch.testing.assert_close(grad_cam(trained, "backbone.pool5", image, 2), cam.clamp(min=0) / cam.numel())


def test_cams_of_two_classes_differ_as_their_weights_do(image):
    """The map is linear in the class's weights: their difference has the map of the difference."""
    vgg = load_model("gap_vgg")
    first, second = (class_activation_map(vgg, image, target) for target in (1, 4))
    with torch.no_grad():
        vgg.fc_out.weight[6] = vgg.fc_out.weight[1] - vgg.fc_out.weight[4]
    torch.testing.assert_close(class_activation_map(vgg, image, 6), first - second)


@pytest.mark.parametrize(
    ("name", "layer"),
    [
        ("flat_vgg", "backbone.bn5_2"),
        ("flat_vgg", "backbone.conv4_1"),
        ("vgg", "backbone.relu5_1"),
        ("relu_head", "backbone.3"),
    ],
)
def test_grad_cam_agrees_with_captum(image, name, layer):
    """Its LayerGradCam with the ReLU on is the same small map, where no ReLU works in place behind the layer."""
    model = load_model(name)
    scene = image[:, :16, :24] if name == "relu_head" else image
    for module in model.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    oracle = LayerGradCam(model, model.get_submodule(layer)).attribute(scene[None], 4, relu_attributions=True)
    torch.testing.assert_close(grad_cam(model, layer, scene, 4), oracle[0, 0].detach())


@pytest.mark.parametrize("layer", ["conv1", "conv2"])
def test_an_in_place_relu_behind_the_layer_changes_nothing(image, layer):
    """The activations are the layer's own, not what the ReLU makes of them."""
    model, expected = load_model("tiny"), []
    for inplace in (True, False):
        model.relu.inplace = inplace
        expected.append(grad_cam(model, layer, image, 3))
    torch.testing.assert_close(*expected)


def test_channel_weights_agree_with_finite_differences(image):
    """w_k is the slope of the score when all of channel k rises, measured here without autograd."""
    model, scene = load_model("tiny").double(), image[:, :10, :14].double()
    shift, kept = torch.zeros(8, dtype=torch.float64), []

    def move(module, inputs, output):
        kept.append(output.detach().clone())
        return output + shift.view(1, -1, 1, 1)

    with model.conv2.register_forward_hook(move), torch.no_grad():
        slopes = []
        for k in range(8):
            scores = []
            for step in (1e-6, -1e-6):
                shift[k] = step
                scores.append(model(scene[None])[0, 5])
            shift[k] = 0
            slopes.append((scores[0] - scores[1]) / 2e-6)
    # the slope is the sum of the gradient over positions, their mean times h * w
    expected = torch.relu(torch.einsum("k,kij->ij", torch.stack(slopes), kept[0][0])) / kept[0][0, 0].numel()
    torch.testing.assert_close(grad_cam(model, "conv2", scene, 5), expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("function", ["class_activation_map", "grad_cam"])
def test_any_model_is_explained_and_left_as_found(image, function, state):
    """Train mode, frozen parameters and gradients of the caller's change nothing and are not changed."""

    def explain(model):
        if function == "grad_cam":
            return grad_cam(model, "backbone.bn4_2", image, 1)
        return class_activation_map(model, image, 1)

    expected = explain(load_model("gap_vgg"))
    model = prepare(load_model("gap_vgg"), state)
    before, given = describe(model), image.clone()
    with torch.no_grad() if state == "no_grad" else torch.enable_grad():
        found = explain(model)
    torch.testing.assert_close(found, expected)
    assert not found.requires_grad
    assert torch.equal(given, image)
    assert describe(model) == before


def test_a_model_that_raises_is_left_as_found(image):
    """Its hook is gone and its mode set back."""
    model = load_model("raises").train()
    before = describe(model)
    with pytest.raises(RuntimeError, match="on purpose"):
        grad_cam(model, "conv1", image, 0)
    assert describe(model) == before
