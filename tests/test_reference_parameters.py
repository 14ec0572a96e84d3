"""What a model is made of, against its layers' kernels and against torch's own vector of parameters."""

import pytest
import torch
from torch import nn

from fixtures.models import MODEL_NAMES, load_model
from reference.filters import count_parameters, parameters_by_module


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_counts_as_many_as_one_long_vector_holds(name):
    """Torch lines up the parameters of a model in one vector."""
    model = load_model(name)
    vector = nn.utils.parameters_to_vector(model.parameters()) if list(model.parameters()) else []
    assert count_parameters(model) == len(vector)


def test_follows_the_formula_of_a_convolution():
    """F filters of C x k x k weights and a bias each."""
    assert count_parameters(nn.Conv2d(3, 16, 5)) == 16 * (3 * 5 * 5 + 1)
    assert count_parameters(nn.Conv2d(6, 4, (3, 1), groups=2, bias=False)) == 4 * (3 * 3 * 1)
    assert count_parameters(nn.ReLU()) == 0


@pytest.mark.parametrize("name", MODEL_NAMES)
def test_modules_add_up(name):
    """Each parameter is in one entry, also where two modules share it."""
    model = load_model(name)
    assert sum(parameters_by_module(model).values()) == count_parameters(model)


def test_names_the_modules_of_the_net():
    """In the order of the net, worked out by hand; what has no parameters is left out."""
    assert parameters_by_module(load_model("simple")) == {
        "conv1": 10 * 26,
        "conv2": 20 * 251,
        "fc": 50 * 321,
        "out": 10 * 51,
    }
    names = list(parameters_by_module(load_model("vgg")))
    assert names[:3] == ["backbone.conv1", "backbone.bn1", "backbone.conv2"]
    assert names[-1] == "fc_out"
    assert "gap" not in names


def test_buffers_are_not_parameters():
    """A batch normalisation learns a scale and a shift; its means and variances are counted up, not learned."""
    assert parameters_by_module(nn.Sequential(nn.BatchNorm2d(7))) == {"0": 14}


def test_a_shared_parameter_counts_for_one_module():
    """The second convolution has the weight, the third only its own bias."""
    counts = parameters_by_module(load_model("tied"))
    assert counts["conv2"] == 8 * (8 * 9 + 1)
    assert counts["conv3"] == 8


def test_parameters_of_the_model_itself_have_the_empty_name():
    """They lie in no module inside it."""
    assert parameters_by_module(load_model("linear")) == {"": 5 * 3 * 6 * 9 + 5}


@pytest.mark.parametrize("function", [count_parameters, parameters_by_module])
def test_any_state_of_the_model_gives_the_same_and_stays(function):
    """Train mode, frozen parameters and double precision make no difference."""
    expected, model = function(load_model("flat_vgg")), load_model("flat_vgg").train().double()
    model.backbone.requires_grad_(False)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    assert function(model) == expected
    assert all(module.training for module in model.modules())
    assert [p.requires_grad for p in model.fc_out.parameters()] == [True, True]
    assert not any(p.requires_grad for p in model.backbone.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_the_numbers_are_plain():
    """Integers of Python, which print as such."""
    assert type(count_parameters(load_model("tiny"))) is int
    assert {type(count) for count in parameters_by_module(load_model("tiny")).values()} == {int}
