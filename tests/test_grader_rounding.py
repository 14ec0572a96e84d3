"""How a machine rounds decides nothing: as many threads as one likes, with and without oneDNN, the verdicts are the same.

A student may choose both in a file that is handed in; the caller chooses threads by an environment variable.
"""

from __future__ import annotations

import shutil
from itertools import product

import pytest

from tests.command_line import SUBMISSIONS, read_verdicts, run_grader
from tests.harness import Job

HALF_DONE = SUBMISSIONS / "half_done"
EXERCISES = ("saliency", "gradcam")  # those whose numbers are compared with stored ones
SETTINGS = list(product((1, 4), (True, False)))
CHOICE = """import torch
torch.set_num_threads({threads})
torch.backends.mkldnn.enabled = {mkldnn}
assert torch.get_num_threads() == {threads}
"""
SECONDS = 120.0  # four threads on a busy core are slow, which is not what is asked here


@pytest.fixture(scope="module")
def verdicts(grade_many, tmp_path_factory):
    """What a half-done submission gets with each setting in all of its files: status, points and hint by check."""
    jobs = []
    for threads, mkldnn in SETTINGS:
        folder = tmp_path_factory.mktemp("submission") / "files"
        shutil.copytree(HALF_DONE, folder)
        for file in folder.glob("*.py"):
            file.write_text(CHOICE.format(threads=threads, mkldnn=mkldnn) + file.read_text("utf-8"), "utf-8")
        jobs.append(Job(str(folder), EXERCISES, seconds=SECONDS))
    return {
        setting: {
            check["id"]: (check["status"], check["points"], check["hint"])
            for check in answer["result"]["checks"]
        }
        for setting, answer in zip(SETTINGS, grade_many(jobs), strict=True)
    }


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: "{} threads, oneDNN {}".format(*setting))
def test_what_a_submission_sets_decides_nothing(verdicts, setting):
    """Each check ends as it does with one thread and oneDNN, and some pass and some fail."""
    assert verdicts[setting] == verdicts[1, True]
    assert {status for status, *_ in verdicts[setting].values()} == {"passed", "failed"}


def test_the_threads_of_the_caller_decide_nothing(tmp_path):
    """OMP_NUM_THREADS 1 and 4 give the same points, words and hints, digit by digit."""
    found = []
    for threads in ("1", "4"):
        environment = {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads}
        out = tmp_path / threads
        chosen = [option for name in EXERCISES for option in ("-e", name)]
        ended = run_grader(HALF_DONE, *chosen, "--format", "json", "--out", out, environment=environment)
        assert (ended.returncode, ended.stderr) == (1, "")
        found.append(read_verdicts(out))
    assert found[0] == found[1]
