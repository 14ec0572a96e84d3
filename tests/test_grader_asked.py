"""Which functions a check calls is read off its code, so that no check asks for what a course leaves out."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from grader.exercises import read_exercises

ROOT = Path(__file__).parents[1]

# In a process of its own: checks have marks that these tests do not know.
PROGRAM = """
import importlib.util, json, warnings
warnings.simplefilter("ignore")
from fixtures.store import open_store
from grader.checking.asked import functions_called
from grader.exercises import read_exercises
cases = {name: entry.function for name, entry in open_store().manifest.cases.items()}
called = {}
for exercise in read_exercises():
    spec = importlib.util.spec_from_file_location(exercise.name, f"grader/checks/test_{exercise.name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    called[exercise.name] = {
        name.removeprefix("test_"): sorted(functions_called(value, exercise.functions, cases))
        for name, value in vars(module).items() if name.startswith("test_")
    }
print(json.dumps(called))
"""


@pytest.fixture(scope="module")
def called():
    """The functions that each check calls, by exercise and check."""
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.mark.parametrize("exercise", read_exercises(), ids=lambda exercise: exercise.name)
def test_every_check_calls_something(called, exercise):
    """And every function is called by some check."""
    checks = called[exercise.name]

    assert [name for name, functions in checks.items() if not functions] == []
    assert {name for functions in checks.values() for name in functions} == set(exercise.functions)


def test_what_a_helper_calls_counts_and_so_does_a_stored_case(called):
    """Checks of fooling ask a helper, some of saliency perform stored cases, and hypothesis wraps others."""
    assert called["fooling"]["fools_a_vgg"] == ["make_fooling_image"]
    assert called["saliency"]["follows_the_prediction"] == ["visualize_saliency"]
    assert called["saliency"]["gives_the_weights_of_a_linear_model"] == ["compute_saliency_maps"]
    assert called["class_visualization"]["takes_a_second_step"] == ["class_visualization_update_step"]
