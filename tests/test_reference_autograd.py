"""The gradient part of the solved autograd exercise against closed forms."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from reference.autograd import accumulate_gradient, operation_names, second_backward

DTYPES = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
NUMBERS = st.floats(-100, 100, width=32)
ONE_INPUT = {"sin": torch.sin, "exp": torch.exp, "neg": torch.neg, "tanh": torch.tanh}
NODES = {"sin": "SinBackward0", "exp": "ExpBackward0", "neg": "NegBackward0", "tanh": "TanhBackward0"}


@DTYPES
def test_three_hundred_then_six_hundred(dtype):
    """The lecture's own numbers."""
    x, weights = torch.randn(2, dtype=dtype), torch.tensor([100, 0.1], dtype=dtype)
    once, twice = (accumulate_gradient(x, weights, times) for times in (1, 2))
    torch.testing.assert_close(once, torch.tensor([300, 0.3], dtype=dtype))
    torch.testing.assert_close(twice, torch.tensor([600, 0.6], dtype=dtype))


@given(weights=st.lists(NUMBERS, min_size=1, max_size=5), times=st.integers(1, 6))
def test_gradients_add_up(weights, times):
    """Each pass adds 3 * weights, whatever x is."""
    given_weights = torch.tensor(weights, dtype=torch.float64)
    found = accumulate_gradient(torch.zeros_like(given_weights), given_weights, times)
    torch.testing.assert_close(found, 3 * times * given_weights)


@given(values=st.lists(NUMBERS, min_size=1, max_size=5))
def test_a_kept_graph_gives_the_gradient_twice(values):
    """d(sum x**2)/dx is 2 * x: once before the graph is freed, twice if it is kept."""
    x = torch.tensor(values, dtype=torch.float64)
    freed, message, kept = second_backward(x)
    torch.testing.assert_close(freed, 2 * x)
    torch.testing.assert_close(kept, 4 * x)
    assert "backward through the graph a second time" in message


@DTYPES
@pytest.mark.parametrize("requires_grad", [False, True])
def test_the_given_tensor_is_left_alone(dtype, requires_grad):
    """Neither its values nor its flag nor its gradient change, and a second call gives the same."""
    x = torch.ones(2, dtype=dtype, requires_grad=requires_grad)
    for _ in range(2):
        assert torch.equal(accumulate_gradient(x, torch.ones(2, dtype=dtype), 2), torch.full_like(x, 6))
        assert torch.equal(second_backward(x)[2], torch.full_like(x, 4))
    assert x.grad is None
    assert x.requires_grad is requires_grad
    assert torch.equal(x.detach(), torch.ones(2, dtype=dtype))


def test_three_results_do_not_share_memory():
    """A gradient that goes on growing would change what was returned before."""
    x = torch.ones(2)
    freed, _, kept = second_backward(x)
    assert freed.data_ptr() != kept.data_ptr()
    assert torch.equal(x, torch.ones(2))


@given(chain=st.lists(st.sampled_from(sorted(ONE_INPUT)), max_size=12))
def test_a_chain_is_named_backwards(chain):
    """Operations with one input each leave no choice of order."""
    t = torch.ones(2, requires_grad=True)
    for name in chain:
        t = ONE_INPUT[name](t)
    assert operation_names(t) == [NODES[name] for name in reversed(chain)]


def test_names_of_the_lecture():
    """w = x + y and y = x * 3."""
    x = torch.randn(2, requires_grad=True)
    y, z = x * 3, x / 2
    assert operation_names(x + y) == ["AddBackward0", "MulBackward0"]
    assert operation_names(z) == ["DivBackward0"]


def test_one_input_is_followed_to_its_end_before_the_next():
    """The graph is a tree, so the order is that of reading its formula from outside in."""
    x = torch.ones(2, requires_grad=True)
    assert operation_names((3 * x).sin() + (x / 2).exp()) == [
        "AddBackward0",
        "SinBackward0",
        "MulBackward0",
        "ExpBackward0",
        "DivBackward0",
    ]


def test_an_operation_is_named_once_however_often_it_is_reached():
    """Doubling by y + y reaches every operation in 2**20 ways."""
    t = torch.ones(2, requires_grad=True)
    for _ in range(20):
        t = t + t
    assert operation_names(t) == ["AddBackward0"] * 20


def test_a_graph_may_be_deeper_than_functions_nest():
    """A recursive walk would stop at a thousand."""
    t = torch.ones(1, requires_grad=True)
    for _ in range(5000):
        t = -t
    assert len(operation_names(t)) == 5000


def test_without_requires_grad_there_is_no_history():
    """A leaf, a detached tensor and a result of plain numbers have none."""
    x = torch.ones(2, requires_grad=True)
    with torch.no_grad():
        unseen = 3 * x
    for t in (x, (3 * x).detach(), torch.ones(2) * 3, unseen):
        assert operation_names(t) == []
