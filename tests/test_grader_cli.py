"""What someone at a terminal sees: `python -m grader` as a process, from the call to the exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fixtures.store import DATA_FOLDER
from grader.result import SCHEMA

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "tests" / "submissions"


def run(*arguments, environment=(), program=("-m", "grader"), folder=ROOT):
    """Return the ended process of `python -m grader ARGUMENTS`."""
    command = [sys.executable, *program, *map(str, arguments)]
    if "GRADER_TEST_FIXTURES" in os.environ and "--fixtures" not in arguments:
        command += ["--fixtures", os.environ["GRADER_TEST_FIXTURES"]]
    around = {**os.environ, "PYTHONPATH": str(ROOT), **dict(environment)}
    return subprocess.run(
        command, cwd=folder, env=around, capture_output=True, text=True, timeout=300, check=False
    )


def verdicts(out):
    """Return what result.json in a folder says of each check, without times."""
    checks = json.loads((out / "result.json").read_text("utf-8"))["checks"]
    return {
        check["id"]: (check["status"], check["points"], check["message"], check["hint"]) for check in checks
    }


@pytest.fixture(scope="module")
def reference_run(tmp_path_factory):
    """The reference, graded in full, with its report and its files."""
    out = tmp_path_factory.mktemp("reference")
    return run("reference", "--format", "terminal,json", "--out", out), out


@pytest.fixture(scope="module")
def half_done_run(tmp_path_factory):
    """A student's folder, graded in full on all cores."""
    out = tmp_path_factory.mktemp("half_done")
    return run(SUBMISSIONS / "half_done", "--format", "json,terminal", "--out", out), out


def test_the_reference_earns_every_point(reference_run):
    """100 of 100 and exit code 0."""
    ended, out = reference_run
    result = json.loads((out / "result.json").read_text("utf-8"))

    assert (result["score"], result["max_score"]) == (100, 100)
    assert "total 100 of 100" in ended.stdout
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_handout_earns_nothing_and_says_why(tmp_path):
    """0 of 100, exit code 1, and each check says which function is not written."""
    ended = run(folder=ROOT)  # the default path is the handout
    again = run("assignment", "--format", "json", "--out", tmp_path)
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))

    assert ended.returncode == again.returncode == 1
    assert (result["score"], result["max_score"]) == (0, 100)
    assert all(check["message"].startswith("not written yet: ") for check in result["checks"])
    assert "total 0 of 100" in ended.stdout
    assert "Traceback" not in ended.stdout + ended.stderr


def test_result_json_holds_what_its_readers_rely_on(half_done_run):
    """The schema's keys are there with their types; more may come."""
    ended, out = half_done_run
    result = json.loads((out / "result.json").read_text("utf-8"))

    assert ended.returncode == 1
    assert result["schema"] == SCHEMA == "inside-cnns/result/v1"
    kinds = {
        "submission": str,
        "score": float,
        "max_score": float,
        "seconds": float,
        "isolation": str,
        "checks": list,
    }
    assert all(type(result[key]) is kind for key, kind in kinds.items())
    of_check = {"id": str, "exercise": str, "title": str, "status": str, "message": str, "seconds": float}
    for check in result["checks"]:
        assert all(type(check[key]) is kind for key, kind in of_check.items())
        assert 0 <= check["points"] <= check["max_points"]
        assert check["hint"] is None or type(check["hint"]) is str
        assert check["id"].startswith(check["exercise"] + "/")
    assert result["score"] == pytest.approx(sum(check["points"] for check in result["checks"]))
    assert result["max_score"] == pytest.approx(sum(check["max_points"] for check in result["checks"]))


def test_the_report_is_plain_text_when_piped(half_done_run):
    """No colour codes, no progress line, no traceback; failing checks come with their hints."""
    ended, _ = half_done_run

    assert "\x1b" not in ended.stdout + ended.stderr
    assert ended.stderr == ""
    assert "Traceback" not in ended.stdout
    assert "hint: It looks like the absolute value is missing" in " ".join(ended.stdout.split())
    assert "next: work on" in ended.stdout


def test_pictures_of_what_was_drawn_lie_beside_the_result(half_done_run):
    """One PNG for each check that asked for one and got one."""
    pictures = sorted((half_done_run[1] / "pictures").rglob("*.png"))

    assert {picture.parent.name for picture in pictures} == {"filters", "gradcam", "activations"}
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_one_exercise_after_the_other_gives_the_same(half_done_run, tmp_path):
    """A single job and as many as there are cores come to the same verdicts."""
    assert (
        run(SUBMISSIONS / "half_done", "--jobs", "1", "--format", "json", "--out", tmp_path).returncode == 1
    )
    assert verdicts(tmp_path) == verdicts(half_done_run[1])


def test_the_environment_of_the_caller_does_not_matter(half_done_run, tmp_path):
    """Threads, pytest's options and plugins, matplotlib's backend: all as if they were not set."""
    environment = {
        "OMP_NUM_THREADS": "4",
        "MKL_NUM_THREADS": "4",
        "PYTEST_ADDOPTS": "--collect-only",
        "PYTEST_PLUGINS": "no_such_plugin",
        "MPLBACKEND": "no_such_backend",
        "HYPOTHESIS_PROFILE": "no_such_profile",
    }
    wanted = ("saliency", "gradcam", "activations")
    selected = [option for name in wanted for option in ("-e", name)]
    run(SUBMISSIONS / "half_done", *selected, "--format", "json", "--out", tmp_path, environment=environment)
    expected = {
        name: verdict for name, verdict in verdicts(half_done_run[1]).items() if name.startswith(wanted)
    }

    assert verdicts(tmp_path) == expected


@pytest.mark.slow
def test_spawned_workers_come_to_the_same_verdicts(half_done_run, tmp_path):
    """The way without fork differs in speed only."""
    ended = run(
        SUBMISSIONS / "half_done",
        "-e",
        "activations",
        "--workers",
        "spawn",
        "--format",
        "json",
        "--out",
        tmp_path,
    )
    expected = verdicts(half_done_run[1])

    assert ended.returncode == 1
    assert verdicts(tmp_path) == {
        name: expected[name] for name in expected if name.startswith("activations/")
    }
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))
    assert "spawned worker per check" in result["isolation"]


@pytest.mark.parametrize(
    ("verbosity", "shown", "hidden"),
    [
        ("-q", "total ", "plot_filters"),
        ("-v", "✓    3 of 3 Each filter of the first layer", "more passed"),
    ],
)
def test_more_or_less_is_shown_on_demand(verbosity, shown, hidden):
    """-q is the total, -v is every check and what was printed."""
    ended = run(SUBMISSIONS / "half_done", "-e", "filters", verbosity)

    assert shown in ended.stdout
    assert hidden not in ended.stdout
    assert ("printed: drawing 16 tiles" in ended.stdout) == (verbosity == "-v")
    assert ended.returncode == 0


BAD_CALLS = {
    "no such path": (["nowhere"], "there is no nowhere; give the folder that holds your files"),
    "a file": (
        ["assignment/saliency.py"],
        "is a file; give the folder that holds it: python -m grader assignment",
    ),
    "an empty folder": (["EMPTY"], "holds none of the files that are graded (filters.py, saliency.py"),
    "misspelt exercise": (["-e", "salency"], "there is no exercise 'salency'; did you mean saliency?"),
    "unknown exercise": (["-e", "xyz"], "there is no exercise 'xyz'; there are filters, saliency"),
    "unknown format": (["--format", "pdf"], "there is no format 'pdf'; there are terminal"),
    "no jobs": (["--jobs", "0"], "at least 1"),
    "jobs in words": (["--jobs", "many"], "--jobs"),
    "no time": (["--timeout", "0"], "--timeout takes a positive number of seconds"),
    "not a time": (["--timeout", "nan"], "--timeout takes a positive number of seconds"),
    "endless time": (["--timeout", "inf"], "--timeout takes a positive number of seconds"),
    "unknown option": (["--fast"], "unrecognized arguments: --fast"),
    "no fixtures": (["--fixtures", "EMPTY"], "the fixtures cannot be used"),
}


@pytest.mark.parametrize("name", BAD_CALLS)
def test_a_call_that_cannot_be_used_is_told_in_a_sentence(name, tmp_path):
    """Exit code 2, one sentence that says what to do, no traceback, and nothing graded."""
    arguments, sentence = BAD_CALLS[name]
    ended = run(*[str(tmp_path) if argument == "EMPTY" else argument for argument in arguments])

    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert len([line for line in ended.stderr.splitlines() if "grader: " in line]) == 1
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""


def test_an_out_folder_that_cannot_be_written_to_is_told(tmp_path):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    ended = run("reference", "-e", "filters", "--format", "json", "--out", tmp_path / "file")

    assert ended.returncode == 2
    assert ended.stderr.startswith(f"grader: {tmp_path / 'file'} cannot be written to (")
    assert ended.stderr.endswith("); give another --out\n")


@pytest.mark.parametrize("file", ["manifest.json", "inputs.safetensors", "expected/saliency.safetensors"])
def test_a_damaged_fixture_is_named(file, tmp_path):
    """One flipped byte anywhere stops the run before anything is judged with it."""
    folder = shutil.copytree(os.environ.get("GRADER_TEST_FIXTURES", DATA_FOLDER), tmp_path / "data")
    content = bytearray((folder / file).read_bytes())
    content[len(content) // 2] ^= 1
    (folder / file).write_bytes(content)
    ended = run("reference", "-e", "filters", "--fixtures", folder)

    assert ended.returncode == 2
    assert ended.stderr.startswith("grader: the fixtures cannot be used: ")
    assert file in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("situation", "sentence"),
    [
        ("not_utf8", "saliency.py is not UTF-8 text (line 3); save it again with the encoding UTF-8."),
        ("missing_function", "saliency.py has no function compute_gradient_score"),
        ("empty_file", "saliency.py has no function visualize_saliency"),
    ],
)
def test_a_submission_that_is_incomplete_says_so_on_stderr(situation, sentence, tmp_path):
    """Whoever only looks at the exit code and stderr learns what is missing."""
    ended = run(SUBMISSIONS / situation, "-e", "saliency", "--format", "json", "--out", tmp_path)

    assert ended.returncode == 2
    assert sentence in ended.stderr
    assert "Traceback" not in ended.stderr


def test_odd_text_of_a_student_does_nothing_to_the_terminal():
    """Escapes, lone surrogates and markup come out as plain text or not at all."""
    ended = run(SUBMISSIONS / "odd_text", "-e", "saliency", "-v")

    assert ended.returncode == 1
    assert "\x1b" not in ended.stdout
    assert "raised ValueError: all checks passed" in " ".join(ended.stdout.split())
    assert ended.stderr == ""


FAULTS = {
    "a check raises": ("    raise KeyError('lost')\n", "KeyError: 'lost'"),
    "a check ends the judge": ("    import os\n    os._exit(3)\n", "ended early"),
}
WITH_CHECKS = """
import sys
from pathlib import Path
import grader.checking.run
grader.checking.run.CHECKS = Path(sys.argv.pop(1))
from grader.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_of_the_grader_costs_no_point_elsewhere(fault, tmp_path):
    """The check that failed has the status "error", the other exercise keeps its points, the exit code is 3."""
    line, words = FAULTS[fault]
    checks = shutil.copytree(ROOT / "grader" / "checks", tmp_path / "checks")
    file = checks / "test_filters.py"
    name = "def test_keeps_height_and_width_apart(student, shows_tiles, sentence):\n"
    file.write_text(file.read_text("utf-8").replace(name, name + '    """Broken."""\n' + line), "utf-8")
    ended = run(
        checks, "reference", "-e", "filters", "-e", "activations", "--format", "json,terminal", "--out", tmp_path,
        program=("-c", WITH_CHECKS),
    )  # fmt: skip
    found = verdicts(tmp_path)
    faulty = {name for name, (status, *_) in found.items() if status == "error"}

    assert ended.returncode == 3
    assert "filters/keeps_height_and_width_apart" in faulty
    assert len(faulty) == 1 or fault == "a check ends the judge"
    assert all(name.startswith("filters/") and words in found[name][2] for name in faulty)
    assert all(status == "passed" for name, (status, *_) in found.items() if name not in faulty)
    assert "the grader itself failed in the checks marked !" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_checks_that_cannot_be_collected_are_a_fault_of_the_grader(tmp_path):
    """An exercise whose checks never ran must not look like one that is worth nothing."""
    checks = shutil.copytree(ROOT / "grader" / "checks", tmp_path / "checks")
    (checks / "test_filters.py").write_text("import no_such_module\n")
    ended = run(
        checks, "reference", "-e", "filters", "-e", "activations", "--format", "json", "--out", tmp_path,
        program=("-c", WITH_CHECKS),
    )  # fmt: skip
    result = json.loads((tmp_path / "result.json").read_text("utf-8"))

    assert ended.returncode == 3
    assert result["max_score"] == 20
    assert {check["status"] for check in result["checks"] if check["exercise"] == "filters"} == {"error"}
    assert {check["status"] for check in result["checks"] if check["exercise"] == "activations"} == {"passed"}


def test_ctrl_c_ends_everything_at_once(tmp_path):
    """The terminal interrupts every process of the group; one word is said and none is left behind."""
    command = [
        sys.executable,
        "-m",
        "grader",
        str(SUBMISSIONS / "infinite_loop"),
        "-e",
        "saliency",
        "--timeout",
        "60",
    ]
    if "GRADER_TEST_FIXTURES" in os.environ:
        command += ["--fixtures", os.environ["GRADER_TEST_FIXTURES"]]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        time.sleep(6)  # long enough for the loop to have begun, where the machine is not very slow
        os.killpg(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=30)

    assert process.returncode == 2
    assert told == "grader: stopped\n"
    assert not re.search("Traceback", told)
    deadline = time.monotonic() + 5
    while _is_there(process.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_there(process.pid)


def _is_there(group):
    """Return whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
