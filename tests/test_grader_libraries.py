"""The warm process leaves torch's compiler out, and whoever needs it gets the real one."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from grader.exercises import read_exercises
from grader.sandbox.environment import ONE_THREAD, ROOT
from grader.submissions import open_submission, wants_compiler

IMPORT = (
    "import sys; from grader.sandbox.libraries import import_libraries; import_libraries(compiler=False); "
)


def run(program):
    """Return what a program prints after the libraries were imported without the compiler."""
    ended = subprocess.run(
        [sys.executable, "-c", IMPORT + program],
        cwd=ROOT,
        env=os.environ | ONE_THREAD,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    return ended.stdout.split()


def test_the_compiler_is_left_out():
    """Nothing of torch's compiler is imported, nor does a stand-in for it stay behind."""
    program = "print(*(name for name in sys.modules if name.startswith('torch._dynamo')))"
    assert run(program) == []


def test_an_optimiser_brings_the_real_compiler():
    """An optimiser works, and torch.compile and torchvision's operators find the real compiler."""
    program = (
        "import torch, torchvision.ops; "
        "sys.modules['torchvision.ops.roi_align'].is_compile_supported('cpu'); "
        "weight = torch.nn.Parameter(torch.ones(2)); adam = torch.optim.Adam([weight], lr=1.0); "
        "weight.sum().backward(); adam.step(); adam.zero_grad(); "
        "double = torch.compile(lambda x: 2 * x, backend='eager'); "
        "print(*weight.tolist(), *double(torch.ones(1)).tolist(), sys.modules['torch._dynamo'].__file__)"
    )
    *numbers, file = run(program)
    assert [round(float(number), 3) for number in numbers] == [0.0, 0.0, 2.0]
    assert Path(file).parts[-3:] == ("torch", "_dynamo", "__init__.py")


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("from torch import nn, optim", True),
        ("optimiser = torch.optim.Adam([img], lr=0.1)", True),
        ("gradient = torch.func.grad(score)(image)", True),
        ("net = torch.compile(net)", True),
        ("pattern = re.compile('optimum')", False),
        ("image += learning_rate * image.grad", False),
    ],
)
def test_a_submission_that_uses_the_compiler_is_known_by_its_words(tmp_path, line, wanted):
    """The compiler is imported ahead of time where a file names what needs it."""
    (tmp_path / "filters.py").write_text(line)
    with open_submission(str(tmp_path), read_exercises()) as found:
        assert wants_compiler(found) is wanted
