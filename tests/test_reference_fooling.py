import pytest
import torch

from fixtures.models import load_model
from reference.fooling import make_fooling_image
from tests.small_nets import make_curved_net

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


@pytest.fixture
def image() -> torch.Tensor:
    return torch.randn(1, 3, 6, 9, generator=torch.Generator().manual_seed(0))


@DTYPES
@pytest.mark.parametrize("target", range(5))
def test_takes_the_fewest_steps_that_a_linear_model_allows(image, target, dtype):
    """On scores W x + b each step lifts the margin over class j by ||w_t|| - w_t.w_j / ||w_t||, so T is known."""
    model, X = load_model("linear").to(dtype), image.to(dtype)
    weights = model.weight.detach().flatten(1)
    scores = model(X)[0].detach()
    length = weights[target].norm()
    lifts = length - weights @ weights[target] / length
    needed = ((scores - scores[target]) / lifts)[torch.arange(5) != target].max().clamp(min=0)
    steps = int(needed.ceil())
    expected = X + steps * model.weight.detach()[target] / length
    fooled = make_fooling_image(X, target, model)
    assert fooled.dtype == dtype
    torch.testing.assert_close(fooled, expected)
    assert model(fooled).argmax() == target


def test_returns_the_image_that_passed_the_test():
    """Here class 1 is followed by a gap: one step after the test has passed, another class wins."""
    model = load_model("gap_trap").double()
    X = 0.5 * model.direction[None].double()
    fooled = make_fooling_image(X, 1, model)
    assert model(fooled).argmax() == 1
    assert (fooled * model.direction).sum().item() == pytest.approx(2.5)


@pytest.mark.parametrize("target", range(8))
def test_fools_a_net_within_reach(image, target):
    """Every class is reached in a few steps of length 1, and the image asked about stays as it was."""
    model, X = make_curved_net(6, 9), image.clone()
    fooled = make_fooling_image(X, target, model)
    assert model(fooled).argmax() == target
    assert (fooled - image).norm() <= 8
    assert torch.equal(X, image)
    assert not X.requires_grad
    assert not fooled.requires_grad


def test_an_image_that_is_the_target_comes_back_as_a_copy(image):
    """No step is taken, and changing the result leaves the image alone."""
    model = make_curved_net(6, 9)
    predicted = int(model(image).argmax())
    fooled = make_fooling_image(image, predicted, model)
    assert torch.equal(fooled, image)
    assert fooled.data_ptr() != image.data_ptr()


def test_says_when_the_model_is_not_fooled(image):
    """A class that never wins is an error that says so, not an image that looks like an answer."""
    model = load_model("linear")
    with torch.no_grad():
        model.weight[2] = 1e-6 * model.weight[2]
    with pytest.raises(RuntimeError, match="class 2 was not reached in 100 steps"):
        make_fooling_image(image, 2, model)


def test_leaves_the_model_as_it_was(image):
    """No weight moves, no gradient stays behind."""
    model = make_curved_net(6, 9)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    make_fooling_image(image, 3, model)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert not any(module.training for module in model.modules())
