import warnings

import pytest
import torch
from torch import nn

from fixtures.models import load_model
from reference.saliency import compute_gradient_score, compute_saliency_maps, visualize_saliency

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # captum's own imports are not ours to judge
    from captum.attr import Saliency

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(5, 3, 6, 9, generator=torch.Generator().manual_seed(0))


@pytest.fixture
def labels() -> torch.Tensor:
    return torch.tensor([4, 0, 2, 2, 1])


@DTYPES
@pytest.mark.parametrize("count", [1, 4, 5])
def test_of_a_linear_model_is_the_largest_absolute_weight(images, labels, count, dtype):
    """A model s = W x + b has the gradient W_y everywhere, whatever x is."""
    model = load_model("linear").to(dtype)
    maps = compute_saliency_maps(images[:count].to(dtype), labels[:count], model)
    assert maps.dtype == dtype
    assert torch.equal(maps, model.weight.detach()[labels[:count]].abs().amax(1))


@DTYPES
def test_agrees_with_captum(images, labels, dtype):
    """The library's Saliency takes the same absolute gradient and leaves the channels."""
    model, X = load_model("tiny").to(dtype), images.to(dtype)
    maps = compute_saliency_maps(X, labels, model)
    oracle = Saliency(model).attribute(X.clone().requires_grad_(), target=labels, abs=True).amax(1)
    torch.testing.assert_close(maps, oracle)


def test_agrees_with_finite_differences(images, labels):
    """Moving one value of one pixel a little moves the score by the gradient."""
    model, X = load_model("tiny").double(), images.double()
    step = 1e-6
    image = X[:1].clone().requires_grad_()
    gradient = compute_gradient_score(model(image)[0], image, 3)
    for channel, row, column in [(0, 0, 0), (1, 3, 4), (2, 5, 8)]:
        up, down = X[:1].clone(), X[:1].clone()
        up[0, channel, row, column] += step
        down[0, channel, row, column] -= step
        slope = (model(up)[0, 3] - model(down)[0, 3]) / (2 * step)
        assert gradient[channel, row, column].item() == pytest.approx(slope.item(), rel=1e-6, abs=1e-9)


def test_each_image_stands_alone(images, labels):
    """The maps of a batch are the maps of its images."""
    model = load_model("tiny").double()
    X = images.double()
    together = compute_saliency_maps(X, labels, model)
    alone = torch.cat([compute_saliency_maps(X[n : n + 1], labels[n : n + 1], model) for n in range(5)])
    torch.testing.assert_close(together, alone)


def test_refuses_a_wrong_number_of_labels(images, labels):
    """One label for many images would be broadcast without a word."""
    with pytest.raises(ValueError, match="expected one class for each of the 5 images, got 1"):
        compute_saliency_maps(images, labels[:1], load_model("tiny"))


def test_gradient_score_refuses_a_class_that_is_none(images):
    """Class 8 of 8 does not exist."""
    image = images[:1].clone().requires_grad_()
    with pytest.raises(IndexError):
        compute_gradient_score(load_model("tiny")(image)[0], image, 8)


@DTYPES
def test_gradient_score_keeps_its_sign(images, dtype):
    """Of a linear model it is the weight of the class, negative where that is."""
    model = load_model("linear").to(dtype)
    image = images[:1].to(dtype).requires_grad_()
    gradient = compute_gradient_score(model(image)[0], image, torch.tensor(2))
    assert torch.equal(gradient, model.weight.detach()[2])
    assert gradient.min() < 0


@DTYPES
def test_visualize_squares_the_saliency_of_the_predicted_class(images, dtype):
    """max(g^2) is max(|g|)^2."""
    model, X = load_model("tiny").to(dtype), images.to(dtype)
    predicted = model(X).argmax(1)
    maps = compute_saliency_maps(X, predicted, model)
    for image, of_predicted in zip(X, maps, strict=True):
        torch.testing.assert_close(visualize_saliency(image, model), of_predicted**2)


def test_leaves_no_trace(images, labels):
    """Neither the images nor the model show that they were used."""
    model = load_model("tiny")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    X = images.clone()
    maps = [compute_saliency_maps(X, labels, model), visualize_saliency(X[0], model)]
    assert torch.equal(X, images)
    assert not X.requires_grad
    assert not any(result.requires_grad for result in maps)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())
    assert not any(module.training or module._forward_hooks for module in model.modules())


def test_works_with_frozen_weights(images, labels):
    """A model that needs no gradient itself still passes it on to the image."""
    model = load_model("tiny")
    expected = compute_saliency_maps(images, labels, model)
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    assert torch.equal(compute_saliency_maps(images, labels, model), expected)


def test_follows_a_shift_of_the_image():
    """A net that is the same everywhere, in a circle, has a saliency that moves along with the image."""
    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1, padding_mode="circular"),
        nn.Softplus(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    ).double()
    X, y = torch.randn(1, 3, 8, 11).double(), torch.tensor([2])
    moved = compute_saliency_maps(X.roll((3, 4), (2, 3)), y, net)
    torch.testing.assert_close(moved, compute_saliency_maps(X, y, net).roll((3, 4), (1, 2)))
