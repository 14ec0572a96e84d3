import pytest
import torch

from fixtures.models import load_model
from reference.class_visualization import class_visualization, class_visualization_update_step
from reference.imaging import clamp_to_colours
from tests.small_nets import make_curved_net

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@DTYPES
@pytest.mark.parametrize("l2_reg", [0.0, 1e-3, 0.5])
def test_one_step_on_a_linear_model_is_known(l2_reg, dtype):
    """For scores W x + b the gradient is w - 2 * l2_reg * img, and the step has length learning_rate."""
    model = load_model("linear").to(dtype)
    img = torch.randn(1, 3, 6, 9, dtype=dtype, generator=torch.Generator().manual_seed(0))
    direction = model.weight.detach()[2] - 2 * l2_reg * img
    expected = img + 5 * direction / direction.norm()
    img.requires_grad_()
    assert class_visualization_update_step(img, model, 2, l2_reg, 5.0) is None
    torch.testing.assert_close(img.detach(), expected)
    assert img.is_leaf
    assert img.requires_grad


def test_a_second_step_knows_nothing_of_the_first():
    """Stepping on equals starting anew from where the first step led."""
    model = load_model("tiny").double()
    img = torch.randn(1, 3, 6, 9, generator=torch.Generator().manual_seed(0)).double().requires_grad_()
    class_visualization_update_step(img, model, 2, 1e-2, 5.0)
    anew = img.detach().clone().requires_grad_()
    class_visualization_update_step(img, model, 2, 1e-2, 5.0)
    class_visualization_update_step(anew, model, 2, 1e-2, 5.0)
    assert torch.equal(img, anew)


@DTYPES
@pytest.mark.parametrize("target", [0, 3, 6])
def test_the_class_is_reached(target, dtype):
    """The image is taken for its class and scores higher for it than any of 200 images of noise."""
    model = make_curved_net(16, 24).to(dtype)
    torch.manual_seed(0)
    img = class_visualization(target, model, num_iterations=30, max_jitter=1, shape=(16, 24))
    assert img.shape == (1, 3, 16, 24)
    assert img.dtype == dtype
    assert not img.requires_grad
    noise = clamp_to_colours(torch.randn(200, 3, 16, 24, dtype=dtype))
    assert model(img).argmax() == target
    assert model(img)[0, target] > model(noise)[:, target].max()


def test_the_same_seed_gives_the_same_image():
    """All that is left to chance comes from torch's generator."""
    model = load_model("tiny")
    images = []
    for _ in range(2):
        torch.manual_seed(3)
        images.append(class_visualization(1, model, num_iterations=3, shape=(16, 24)))
    assert torch.equal(*images)


def test_a_picture_comes_out():
    """Whatever the step, every value is a real colour."""
    img = class_visualization(1, load_model("tiny"), num_iterations=3, learning_rate=1e3, shape=(16, 24))
    torch.testing.assert_close(clamp_to_colours(img), img)


def test_a_stronger_penalty_gives_a_smaller_image():
    """The squared norm holds the image back."""
    model = load_model("linear").double()
    norms = []
    for l2_reg in (0.0, 0.02, 1.0):
        img = torch.zeros(1, 3, 6, 9).double().requires_grad_()
        for _ in range(50):
            class_visualization_update_step(img, model, 2, l2_reg, 0.2)
        norms.append(img.norm().item())
    assert norms == sorted(norms, reverse=True)
    assert norms[0] > 2 * norms[2]


def test_leaves_the_model_as_it_was():
    """No weight moves, no gradient stays behind, for model or image."""
    model = load_model("tiny")
    before = {name: value.clone() for name, value in model.state_dict().items()}
    img = torch.randn(1, 3, 6, 9).requires_grad_()
    class_visualization_update_step(img, model, 2, 1e-2, 5.0)
    assert img.grad is None
    class_visualization(0, model, num_iterations=2, shape=(16, 24))
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
