"""What someone at a terminal sees when a call cannot be used, or when the grader itself fails."""

from __future__ import annotations

import shutil

import pytest

from fixtures.store import DATA_FOLDER
from tests.command_line import ROOT, read_result, read_verdicts, run_grader

BAD_CALLS = {
    "no such path": (["nowhere"], "there is no nowhere; give the folder that holds your files"),
    "another kind of file": (["README.md"], "README.md is neither a folder nor a .py, .ipynb or .zip file"),
    "unknown course": (["--course", "cs1"], "there is no course 'cs1'; there are ours, boostcamp, cs231n"),
    "an exercise that the course has not": (
        ["--course", "cs231n", "-e", "gradcam"],
        "CS231n, Network Visualization (module) does not ask for gradcam; it asks for saliency, fooling",
    ),
    "an empty folder": (["EMPTY"], "holds none of the files that are graded (filters.py, saliency.py"),
    "misspelt exercise": (["-e", "salency"], "there is no exercise 'salency'; did you mean saliency?"),
    "unknown exercise": (["-e", "xyz"], "there is no exercise 'xyz'; there are filters, saliency"),
    "unknown format": (["--format", "pdf"], "there is no format 'pdf'; there are terminal"),
    "one file, two formats": (
        ["--format", "gradescope,prairielearn"],
        "gradescope and prairielearn both write results.json; ask for one of them",
    ),
    "no format": (["--format", ","], "--format takes at least one of terminal"),
    "no jobs": (["--jobs", "0"], "--jobs takes a whole number above 0, not '0'"),
    "jobs in words": (["--jobs", "many"], "--jobs takes a whole number above 0, not 'many'"),
    "no time": (["--timeout", "0"], "--timeout takes a number of seconds above 0 and up to 3600, not '0'"),
    "time in words": (["--timeout", "soon"], "--timeout takes a number of seconds above 0"),
    "not a time": (["--timeout", "nan"], "--timeout takes a number of seconds above 0"),
    "endless time": (["--timeout", "inf"], "--timeout takes a number of seconds above 0"),
    "unknown option": (
        ["--fast"],
        "unrecognized arguments: --fast; python -m grader --help shows all options",
    ),
    "no fixtures": (["--fixtures", "EMPTY"], "the fixtures cannot be used"),
}


@pytest.mark.parametrize("name", BAD_CALLS)
def test_a_call_that_cannot_be_used_is_told_in_a_sentence(name, tmp_path):
    """Exit code 2, one sentence that says what to do, no traceback, and nothing graded."""
    arguments, sentence = BAD_CALLS[name]
    ended = run_grader(*[tmp_path if argument == "EMPTY" else argument for argument in arguments])

    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert ended.stderr.startswith("grader: ")
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_an_out_folder_that_cannot_be_written_to_is_told(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    ended = run_grader("reference", "-e", "filters", "--format", "json", "--out", tmp_path / "file")

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"grader: {tmp_path / 'file'} cannot be written to (")
    assert ended.stderr.endswith("); give another --out\n")


@pytest.mark.parametrize("file", ["manifest.json", "inputs.safetensors", "weights/vgg.safetensors"])
def test_a_damaged_fixture_is_named(file, tmp_path):
    """One flipped bit anywhere stops the run before anything is judged with it."""
    folder = shutil.copytree(DATA_FOLDER, tmp_path / "data")
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(content)
    ended = run_grader("reference", "-e", "filters", "--fixtures", folder)

    assert ended.returncode == 2
    assert ended.stderr.startswith("grader: the fixtures cannot be used: ")
    assert file in ended.stderr
    assert ended.stderr.count("\n") == 1


WITH_CHECKS = """
import sys
from pathlib import Path
import grader.checking.collected
grader.checking.collected.CHECKS = Path(sys.argv.pop(1))
from grader.__main__ import main
sys.exit(main())
"""


@pytest.fixture
def grade_with(tmp_path):
    """Grade two exercises of the reference with other checks of filters: the ended process and its folder."""

    def grade(change):
        checks = shutil.copytree(ROOT / "grader" / "checks", tmp_path / "checks")
        file = checks / "test_filters.py"
        file.write_text(change(file.read_text("utf-8")), "utf-8")
        arguments = ["-e", "filters", "-e", "activations", "--format", "json,terminal", "--out", tmp_path]
        return run_grader(checks, "reference", *arguments, program=("-c", WITH_CHECKS))

    return grade


FAULTS = {
    "a check raises": ("    raise KeyError('lost')\n", "KeyError: 'lost'"),
    "a check ends the judge": ("    import os\n    os._exit(3)\n", "ended early"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_grader_costs_no_point_elsewhere(fault, grade_with, tmp_path):
    """The check that failed has the status "error", the other exercise keeps its points, the exit code is 3."""
    line, words = FAULTS[fault]
    name = "def test_keeps_height_and_width_apart(student, shows_tiles, sentence):\n"
    ended = grade_with(lambda text: text.replace(name, name + '    """Broken."""\n' + line))
    found = read_verdicts(tmp_path)
    faulty = {id for id, (status, *_) in found.items() if status == "error"}

    assert ended.returncode == 3
    assert "filters/keeps_height_and_width_apart" in faulty
    assert len(faulty) == 1 or fault == "a check ends the judge"
    assert all(id.startswith("filters/") and words in found[id][2] for id in faulty)
    assert all(status == "passed" for id, (status, *_) in found.items() if id not in faulty)
    assert "the grader itself failed in the checks marked !" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_checks_that_cannot_be_collected_are_a_fault_of_the_grader(grade_with, tmp_path):
    """An exercise whose checks never ran must not look like one that is worth nothing."""
    ended = grade_with(lambda text: "import no_such_module\n" + text)
    result = read_result(tmp_path)
    statuses = {check["exercise"]: check["status"] for check in result["checks"]}

    assert ended.returncode == 3
    assert (result["score"], result["max_score"]) == (10, 20)
    assert statuses == {"filters": "error", "activations": "passed"}


ABSURD = """
import torch

def compute_gradient_score(scores, image, class_idx):
    return torch.full(image.shape[1:], 1e300, dtype=torch.float64)
"""


def test_absurd_numbers_are_told_of_in_words(tmp_path):
    """Their squares overflow in the grader: no warning of it, and no file of it, reaches who reads the result."""
    (tmp_path / "saliency.py").write_text(ABSURD)
    ended = run_grader(tmp_path, "-e", "saliency", "-v")

    assert ended.returncode == 2
    assert ">1,000,000,000 % of its norm" in " ".join(ended.stdout.split())
    assert "Warning" not in ended.stdout + ended.stderr
    assert str(ROOT / "grader") not in ended.stdout + ended.stderr
