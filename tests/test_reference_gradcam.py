import warnings
from collections.abc import Iterator

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.gradcam import vis_gradcam

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # captum's own imports are not ours to judge
    from captum.attr import LayerAttribution, LayerGradCam

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@pytest.fixture(autouse=True)
def figures() -> Iterator[None]:
    yield
    plt.close("all")


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(3, 3, 64, 96, generator=torch.Generator().manual_seed(0))


@DTYPES
def test_agrees_with_captum(images, dtype):
    """With the ReLU on, its LayerGradCam is the same small map; enlarged the same way it is the same picture."""
    vgg = load_model("flat_vgg").to(dtype)
    for img in images.to(dtype):
        target = int(vgg(img[None]).argmax())
        small = LayerGradCam(vgg, vgg.backbone.bn5_2).attribute(img[None], target, relu_attributions=True)
        oracle = LayerAttribution.interpolate(small, (64, 96), "bilinear")[0, 0].detach()
        cam = vis_gradcam(vgg, img)
        assert cam.dtype == dtype
        torch.testing.assert_close(cam, oracle / oracle.max())


def test_channel_weights_agree_with_finite_differences(images):
    """w_k is the slope of the score when all of channel k rises, measured here without autograd."""
    vgg, img = load_model("flat_vgg").double(), images[0].double()
    shift = torch.zeros(8, dtype=torch.float64)
    kept: list[torch.Tensor] = []

    def move(module, inputs, output):
        kept.append(output.detach().clone())
        return output + shift.view(1, -1, 1, 1)

    with vgg.backbone.bn5_2.register_forward_hook(move), torch.no_grad():
        target = int(vgg(img[None]).argmax())
        slopes = []
        for k in range(8):
            scores = []
            for step in (1e-6, -1e-6):
                shift[k] = step
                scores.append(vgg(img[None])[0, target].item())
                shift[k] = 0
            slopes.append((scores[0] - scores[1]) / 2e-6)
    small = torch.relu((torch.tensor(slopes).view(-1, 1, 1) * kept[0][0]).sum(0))
    expected = nn.functional.interpolate(small[None, None], (64, 96), mode="bilinear")[0, 0]
    torch.testing.assert_close(vis_gradcam(vgg, img), expected / expected.max(), rtol=1e-5, atol=1e-6)


def test_draws_what_it_returns(images):
    """The picture on the axes is the map."""
    cam = vis_gradcam(load_model("flat_vgg"), images[0])
    (drawn,) = plt.gca().get_images()
    assert np.array_equal(drawn.get_array(), cam.numpy())
    assert plt.get_fignums() == [1]


@DTYPES
def test_a_map_of_zeros_stays_zero(images, dtype):
    """Scores that depend on nothing give a map of zeros, not of NaN."""
    vgg = load_model("flat_vgg").to(dtype)
    nn.init.zeros_(vgg.fc_out.weight)
    assert torch.equal(vis_gradcam(vgg, images[0].to(dtype)), torch.zeros(64, 96, dtype=dtype))


def test_the_second_call_explains_the_second_image(images):
    """Nothing is kept from call to call."""
    vgg = load_model("flat_vgg")
    vis_gradcam(vgg, images[0])
    assert torch.equal(vis_gradcam(vgg, images[1]), vis_gradcam(load_model("flat_vgg"), images[1]))


def test_an_in_place_relu_behind_the_layer_changes_nothing(images):
    """What the layer put out is kept before the ReLU overwrites it."""
    vgg = load_model("flat_vgg")
    expected = vis_gradcam(vgg, images[0])
    vgg.backbone.relu = nn.ReLU(inplace=True)
    assert torch.equal(vis_gradcam(vgg, images[0]), expected)


def test_works_with_frozen_weights(images):
    """A model that needs no gradient itself still gives a map."""
    vgg = load_model("flat_vgg")
    expected = vis_gradcam(vgg, images[0])
    for parameter in vgg.parameters():
        parameter.requires_grad_(False)
    assert torch.equal(vis_gradcam(vgg, images[0]), expected)


def test_leaves_no_trace(images):
    """Image, weights, modes, gradients and hooks are as before."""
    vgg, img = load_model("flat_vgg"), images[0].clone()
    before = {name: value.clone() for name, value in vgg.state_dict().items()}
    cam = vis_gradcam(vgg, img)
    assert torch.equal(img, images[0])
    assert not img.requires_grad
    assert not cam.requires_grad
    assert all(torch.equal(value, before[name]) for name, value in vgg.state_dict().items())
    assert all(parameter.grad is None for parameter in vgg.parameters())
    assert not any(module.training or module._forward_hooks for module in vgg.modules())


def test_takes_its_hook_off_when_the_model_fails(images):
    """An image of the wrong size raises, and leaves no hook."""
    vgg = load_model("flat_vgg")
    with pytest.raises(RuntimeError):
        vis_gradcam(vgg, images[0, :, :32])
    assert not vgg.backbone.bn5_2._forward_hooks
