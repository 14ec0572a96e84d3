"""What a call leaves behind in its worker: on a model that is run once more, or in a result that is looked at again."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.arguments import Model
from grader.checking.oracle import Oracle
from grader.checking.student import Student
from grader.checking.submission import Submission
from grader.errors import StudentFault

IMAGES = np.random.default_rng(0).standard_normal((2, 3, 6, 9)).astype(np.float32)
PROGRAM = """
def keeps_clean(model, images):
    kept = {}
    handle = model.conv1.register_forward_hook(lambda module, inputs, output: kept.update(conv1=output.sum()))
    model(images)
    handle.remove()
    return kept

def leaves_a_hook(model, images):
    kept = {}
    model.conv1.register_forward_hook(lambda module, inputs, output: kept.update(conv1=output.sum()))
    model(images)
    return kept

def doubles(model, images):
    model.fc.register_forward_hook(lambda module, inputs, output: 2 * output)
    return model(images)

def breaks(model, images):
    def hook(module, inputs, output):
        raise ValueError("left behind")
    model.fc.register_forward_hook(hook)

def state(model, images):
    return model.training, any(parameter.requires_grad for parameter in model.parameters())
"""
FUNCTIONS = ("keeps_clean", "leaves_a_hook", "doubles", "breaks", "state")


@pytest.fixture
def student(warm, tmp_path):
    (tmp_path / "autograd.py").write_text(PROGRAM)
    student = Student(Submission(tmp_path, {name: f"autograd.{name}" for name in FUNCTIONS}), warm, set())
    yield student
    student.close()


@pytest.fixture
def oracle(warm):
    oracle = Oracle(warm)
    yield oracle
    oracle.close()


@pytest.mark.parametrize(("function", "stays"), [("keeps_clean", True), ("leaves_a_hook", False)])
def test_a_hook_that_stays_shows_in_an_earlier_result(student, function, stays):
    """The dict that was returned changes when the model runs again, since the hook still writes into it."""
    answer = getattr(student, function)(Model("tiny"), IMAGES)
    student.run_model("tiny", -IMAGES)
    again = student.recall(answer)

    assert (again.part("conv1").number == answer.part("conv1").number) is stays


def test_a_changed_model_shows_in_its_scores(student, oracle):
    """The scores are those of the same object that the call was given."""
    right = oracle.scores("tiny", IMAGES)

    clean = student.run_model("tiny", IMAGES, ["conv1"])
    assert np.allclose(clean.part("scores").values, right, rtol=1e-6)
    assert clean.part("outputs", 0).values.shape == (2, 8, 6, 9)
    student.doubles(Model("tiny"), IMAGES)
    assert np.allclose(student.run_model("tiny", IMAGES).part("scores").values, 2 * right, rtol=1e-6)


def test_a_model_that_no_longer_runs_is_said(student):
    """A hook that raises was left behind by the student's function, and the sentence says where it lies."""
    student.breaks(Model("tiny"), IMAGES)
    with pytest.raises(
        StudentFault, match=r"^the model, run once more, raised ValueError: left behind \(autograd.py, line 2"
    ):
        student.run_model("tiny", IMAGES)


@pytest.mark.parametrize("train", [False, True])
@pytest.mark.parametrize("frozen", [False, True])
def test_models_come_in_the_state_that_is_described(student, train, frozen):
    """Train mode and frozen parameters, and the plain model beside them stays as it is."""
    described = Model("tiny", train=train, frozen=frozen)

    assert [item.number for item in student.state(described, IMAGES).items] == [train, not frozen]
    assert [item.number for item in student.state(Model("tiny"), IMAGES).items] == [False, True]


def test_the_oracle_tells_what_a_model_is_made_of(oracle):
    """Parameters and buffers by name, as torch counts them."""
    entries = {entry.name: entry for entry in oracle.parameters("flat_vgg")}

    assert entries["fc_out.weight"].shape == (8, 48)
    assert entries["fc_out.weight"].trained
    assert not entries["fc_out.weight"].buffer
    assert entries["backbone.bn1.running_mean"].buffer
