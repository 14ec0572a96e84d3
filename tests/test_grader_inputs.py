"""The inputs that hypothesis draws for a check are the same in every process that judges it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.command_line import ROOT

PROGRAM = """
import json, sys
import hypothesis, hypothesis.strategies as st
import grader.checking.collected
{more}
drawn = []

@hypothesis.settings(max_examples=300, derandomize=True, database=None)
@hypothesis.given(st.floats(0, 1e6), st.integers(0, 2**32 - 1))
def draw(a, b):
    drawn.append([a, b])

draw()
print(json.dumps(drawn))
"""


def drawn_with(more):
    program = PROGRAM.replace("{more}", more)
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return json.loads(ended.stdout)


@pytest.mark.parametrize(
    "more", ["import grader.batch.command, grader.class_page.command", "import tests.stub_batch"]
)
def test_what_else_is_loaded_does_not_matter(more):
    """A batch has loaded more modules than a single run, and hypothesis would try the numbers that it finds in them."""
    assert drawn_with(more) == drawn_with("")
