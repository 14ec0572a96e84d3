"""A student's function is found, called with the arguments that it takes, and what it imports is there."""

from __future__ import annotations

import subprocess
import sys
import types
from pathlib import Path

import numpy as np
import pytest

from grader.courses import course_names, read_course, support_sources
from grader.reading.support import offered_support
from grader.sandbox.adapt import WrongSignature, adapt, find_attribute

ROOT = Path(__file__).parents[1]
OURS = {"parameters": ("img", "model", "rate"), "positional": None, "keywords": None}


def test_a_method_is_found_in_its_class_which_is_built_once():
    """State that it keeps lasts as long as a check."""

    class Counter:
        def __init__(self):
            self.calls = 0

        def count(self):
            self.calls += 1
            return self.calls

    module, instances = types.ModuleType("m"), {}
    module.Counter, module.f = Counter, len

    assert [find_attribute(module, "Counter.count", instances)() for _ in range(3)] == [1, 2, 3]
    assert find_attribute(module, "f", instances) is len
    assert find_attribute(module, "g", instances) is None


@pytest.mark.parametrize(
    ("place", "function", "seen"),
    [
        (OURS, lambda img, model, rate: (img, model, rate), (1, 2, 3)),
        ({**OURS, "parameters": ()}, lambda *some, **more: (*some, *more.values()), (1, 2, 3)),
        (
            {**OURS, "positional": ("model", "rate", "img"), "keywords": {}},
            lambda a, b, c: (a, b, c),
            (2, 3, 1),
        ),
        (
            {**OURS, "positional": ("img",), "keywords": {"net": "model", "lr": "rate", "verbose": (False,)}},
            lambda img, **more: (img, more),
            (1, {"net": 2, "lr": 3, "verbose": False}),
        ),
    ],
)
def test_arguments_come_as_the_function_takes_them(place, function, seen):
    """The very same objects, so that a change in place is seen."""
    assert adapt(function, place)(1, 2, 3) == seen
    assert adapt(function, place)(1, 2, rate=3) == seen


def test_arguments_that_do_not_fit_are_told():
    """Those that it takes and those that were passed."""
    with pytest.raises(
        WrongSignature, match=r"^takes \(img, rate\) and is called with \(img, model, rate\)$"
    ):
        adapt(lambda img, rate: 1, OURS)(1, 2, 3)
    with pytest.raises(TypeError, match="from inside"):
        adapt(lambda img, model, rate: exec("raise TypeError('from inside')"), OURS)(1, 2, 3)


def run(program):
    """Return what a program prints in a fresh interpreter that warns of nothing."""
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.parametrize("name", course_names())
def test_everything_that_a_course_hands_out_can_be_imported(name):
    """Absolutely, and from inside the submission's package."""
    modules = sorted(support_sources(read_course(name)))
    program = (
        "import importlib, sys, types\n"
        "from grader.sandbox.libraries import import_libraries\n"
        "import_libraries(compiler=False)\n"
        "from grader.courses import read_course, support_sources\n"
        "from grader.sandbox.support import offer_support\n"
        f"offer_support(support_sources(read_course({name!r})), ['mine'])\n"
        "package = types.ModuleType('mine'); package.__path__ = []; sys.modules['mine'] = package\n"
        f"for name in {modules!r}:\n    importlib.import_module(name)\n    importlib.import_module('mine.' + name)\n"
        "print('done')"
    )
    assert run(program) == "done"


def test_a_module_of_the_student_s_own_comes_first():
    """Only what is missing is offered."""
    offered = offered_support(read_course("cs231n"), [Path("cs231n/image_utils.py")], [])

    assert "cs231n.image_utils" not in offered
    assert "cs231n.data_utils" in offered  # found in their package too
    assert "google.colab" in offered


@pytest.mark.parametrize(
    ("text", "is_offered"),
    [
        ("from scipy.ndimage.filters import gaussian_filter1d", True),
        ("from scipy.ndimage import gaussian_filter as blur, gaussian_filter1d\n", True),
        ("import scipy.ndimage\nscipy.ndimage.gaussian_filter(X, 1)", True),
        ("from scipy import ndimage\nndimage.zoom(X, 2)", False),
        ("from scipy.ndimage import zoom", False),
        ("import scipy.stats", False),
        ("import scipy", False),
        ("from scipy import optimize", False),
    ],
)
def test_whoever_uses_more_of_scipy_gets_the_real_one(text, is_offered):
    """A stand-in that is too small would be worse than none."""
    assert ("scipy.ndimage" in offered_support(read_course("cs231n"), [], [text])) is is_offered


def test_our_gaussian_is_scipy_s():
    """On odd shapes, at every border, along every axis."""
    ndimage = pytest.importorskip("scipy.ndimage")
    sys.path.insert(0, str(ROOT / "grader" / "sandbox" / "stand_ins"))
    try:
        import ndimage as ours
    finally:
        sys.path.pop(0)
    values = np.random.default_rng(0).normal(size=(2, 3, 7, 11)).astype(np.float32)
    for sigma in (0.5, 1.0, 2.0):
        for axis in (2, 3):
            for mode in ("reflect", "nearest", "wrap", "constant", "mirror"):
                right = ndimage.gaussian_filter1d(values, sigma, axis=axis, mode=mode)
                if mode in ("reflect", "nearest", "constant") or 4 * sigma < 5:
                    assert np.allclose(
                        ours.gaussian_filter1d(values, sigma, axis=axis, mode=mode), right, atol=1e-5
                    )
    assert np.allclose(ours.gaussian_filter(values, 1), ndimage.gaussian_filter(values, 1), atol=1e-5)


CUDA = {
    "torch.ones(2).cuda()": "cpu",
    "torch.ones(2).to('cuda:0')": "cpu",
    "torch.zeros(2, device='cuda')": "cpu",
    "torch.zeros(2, device=torch.device('cuda'))": "cpu",
    "torch.ones(2).type(torch.cuda.FloatTensor)": "cpu",
    "torch.nn.Linear(2, 2).cuda().weight": "cpu",
    "torch.nn.Linear(2, 2).to('cuda').weight": "cpu",
}


def test_a_template_that_asks_for_a_gpu_runs_without_one():
    """In every way in which the templates ask; whoever asks whether there is one hears the truth."""
    program = (
        "import torch\nfrom grader.sandbox.no_gpu import CudaOnCpu\nCudaOnCpu().__enter__()\n"
        f"print([eval(words).device.type for words in {list(CUDA)!r}], torch.cuda.is_available())"
    )
    assert run(program) == f"{list(CUDA.values())} {run('import torch; print(torch.cuda.is_available())')}"
