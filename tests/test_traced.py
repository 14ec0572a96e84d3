"""A tensor with a graph: described without torch, made real, and judged by the names of its operations."""

import numpy as np
import pytest
import torch

from fixtures.arguments import Traced
from fixtures.models import load_model
from fixtures.realise import Stage
from grader.checking.operations import demand_operations
from grader.errors import StudentFault
from reference.autograd import operation_names
from tests.stub_answers import make_answer

X = np.array([0.5, -2.0], np.float32)
STEPS = (("triple", (0,)), ("sin", (1,)), ("halve", (0,)), ("exp", (3,)), ("add", (2, 4)))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_operations_are_carried_out_in_their_order(dtype):
    """Each takes the tensors that it names; the last one is the argument."""
    found = Stage(load_model, dtype).realise(Traced(X, STEPS))
    x = torch.tensor(X, dtype=dtype)
    assert torch.equal(found, (3 * x).sin() + (x / 2).exp())
    names = ["AddBackward0", "SinBackward0", "MulBackward0", "ExpBackward0", "DivBackward0"]
    assert operation_names(found) == names


def test_without_operations_it_is_a_leaf():
    """And without requires_grad it has no graph."""
    stage = Stage(load_model)
    leaf, plain = stage.realise(Traced(X)), stage.realise(Traced(X, STEPS, requires_grad=False))
    assert leaf.is_leaf
    assert leaf.requires_grad
    assert plain.grad_fn is None


def names_answer(*names):
    return make_answer(
        {"kind": "list", "type": "list", "items": [{"kind": "text", "value": name} for name in names]}
    )


@pytest.mark.parametrize("ending", ["Backward0", "Backward1", "Backward", ""])
def test_the_number_at_the_end_of_a_name_does_not_count(ending):
    """Versions of torch number the same operation differently."""
    demand_operations(names_answer(f"Add{ending}", f"Mul{ending}"), "Add Mul", str, {})


@pytest.mark.parametrize(
    ("names", "hint"),
    [
        (["AddBackward0"], "only_last"),
        (["AddBackward0", "AccumulateGrad"], "leaves_listed"),
        (["<AddBackward0 object at 0x7f>"], "objects_as_text"),
        (["MulBackward0", "AddBackward0"], None),
        ([], None),
    ],
)
def test_wrong_names_are_refused_with_the_hint_for_them(names, hint):
    """Known mistakes are named, others are only said."""
    with pytest.raises(StudentFault) as caught:
        demand_operations(names_answer(*names), "Add Mul", str, {"Add": "only_last"})
    assert caught.value.hint == hint
