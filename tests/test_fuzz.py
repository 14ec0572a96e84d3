"""A few seconds of fuzzing for each target; `make fuzz` takes ten minutes."""

from __future__ import annotations

import shutil

import pytest

from fixtures.store import DATA_FOLDER
from tests.fuzz.__main__ import run_batch
from tests.fuzz.targets import TARGETS


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", TARGETS)
def test_whatever_comes_is_answered_in_a_sentence(name, tmp_path):
    """No exception but the grader's own, each of them one sentence."""
    folder = shutil.copytree(DATA_FOLDER, tmp_path / "data")
    assert run_batch(name, 1, folder, count=60) > 0
