"""What someone at a terminal gets for a submission: points, words, files, the exit code; the same by every way."""

from __future__ import annotations

import pytest

from grader.result import SCHEMA
from tests.command_line import SUBMISSIONS, read_prints, read_result, read_verdicts, run_grader

HALF_DONE = SUBMISSIONS / "half_done"


@pytest.fixture(scope="module")
def half_done_run(tmp_path_factory):
    """A student's folder, graded in full on all cores: the ended process and its files."""
    out = tmp_path_factory.mktemp("half_done")
    return run_grader(HALF_DONE, "--format", "json,terminal", "--out", out), out


@pytest.fixture(scope="module")
def half_done(half_done_run):
    """What it got, by check."""
    return read_verdicts(half_done_run[1])


def test_the_reference_earns_every_point(tmp_path):
    """100 of 100, exit code 0, and not a word on stderr."""
    ended = run_grader("reference", "--format", "terminal,json", "--out", tmp_path)
    result = read_result(tmp_path)

    assert (result["score"], result["max_score"], result["complete"]) == (100, 100, True)
    assert "total 100 of 100" in ended.stdout
    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_handout_earns_nothing_and_says_why(tmp_path):
    """It is the default: 0 of 100, exit code 1, and each check says which function is not written."""
    ended = run_grader("--format", "terminal,json", "--out", tmp_path)
    result = read_result(tmp_path)

    assert (ended.returncode, ended.stderr) == (1, "")
    assert (result["submission"], result["score"], result["max_score"]) == ("assignment", 0, 100)
    assert all(check["message"].startswith("not written yet: ") for check in result["checks"])
    assert "total 0 of 100" in ended.stdout
    assert "Traceback" not in ended.stdout


def test_result_json_holds_what_its_readers_rely_on(half_done_run):
    """The schema's keys are there with their types; more may come."""
    ended, out = half_done_run
    result = read_result(out)

    assert ended.returncode == 1
    assert result["schema"] == SCHEMA == "inside-cnns/result/v1"
    kinds = {"submission": str, "score": float, "max_score": float, "seconds": float, "isolation": str}
    assert {key: type(result[key]) for key in kinds} == kinds
    kinds = {"id": str, "exercise": str, "title": str, "status": str, "message": str, "seconds": float}
    for check in result["checks"]:
        assert {key: type(check[key]) for key in kinds} == kinds
        assert 0 <= check["points"] <= check["max_points"]
        assert check["hint"] is None or type(check["hint"]) is str
        assert check["id"].startswith(check["exercise"] + "/")
    assert result["score"] == pytest.approx(sum(check["points"] for check in result["checks"]))
    assert result["max_score"] == pytest.approx(sum(check["max_points"] for check in result["checks"]))


def test_the_report_is_plain_text_when_piped(half_done_run):
    """No colour codes, no progress line, no traceback; failing checks come with their hints."""
    ended, _ = half_done_run

    assert "\x1b" not in ended.stdout
    assert ended.stderr == ""
    assert "Traceback" not in ended.stdout
    assert "hint: It looks like the absolute value is missing" in " ".join(ended.stdout.split())
    assert "next: work on saliency," in ended.stdout


def test_pictures_of_what_was_drawn_lie_beside_the_result(half_done_run):
    """One PNG for each check that asked for one and got one."""
    pictures = sorted((half_done_run[1] / "pictures").rglob("*.png"))

    assert {picture.parent.name for picture in pictures} == {"filters", "gradcam", "activations"}
    assert all(picture.read_bytes().startswith(b"\x89PNG") for picture in pictures)


def test_one_exercise_after_the_other_gives_the_same(half_done, tmp_path):
    """A single job and as many as there are cores come to the same verdicts; -q shows the total alone."""
    ended = run_grader(HALF_DONE, "--jobs", "1", "-q", "--format", "terminal,json", "--out", tmp_path)

    assert read_verdicts(tmp_path) == half_done
    assert "total " in ended.stdout
    assert "hint" not in ended.stdout


def test_the_environment_of_the_caller_does_not_matter(half_done, tmp_path):
    """Threads, pytest's options and plugins, matplotlib's backend: all as if they were not set; -v shows everything."""
    environment = {
        "OMP_NUM_THREADS": "4",
        "MKL_NUM_THREADS": "4",
        "PYTEST_ADDOPTS": "--collect-only",
        "PYTEST_PLUGINS": "no_such_plugin",
        "MPLBACKEND": "no_such_backend",
        "PYTHONWARNINGS": "error",
    }
    wanted = ("filters", "saliency", "gradcam", "activations")
    selected = [option for name in wanted for option in ("-e", name)]
    ended = run_grader(
        HALF_DONE, *selected, "-v", "--format", "terminal,json", "--out", tmp_path, environment=environment
    )

    assert read_verdicts(tmp_path) == {id: half_done[id] for id in half_done if id.startswith(wanted)}
    assert "✓    3 of 3 Each filter of the first layer" in ended.stdout
    assert "printed: drawing 16 tiles" in ended.stdout


def test_spawned_workers_come_to_the_same_verdicts(half_done, half_done_run, tmp_path):
    """The way without fork differs in speed only: exercises side by side, and what was printed is shown."""
    chosen = ("filters", "activations")
    ended = run_grader(
        HALF_DONE,
        "-e",
        chosen[0],
        "-e",
        chosen[1],
        "--workers",
        "spawn",
        "--format",
        "json",
        "--out",
        tmp_path,
    )

    assert (ended.returncode, ended.stderr) == (1, "")
    assert read_verdicts(tmp_path) == {id: half_done[id] for id in half_done if id.startswith(chosen)}
    assert read_prints(tmp_path).items() <= read_prints(half_done_run[1]).items()
    assert any("drawing 16 tiles" in printed for printed in read_prints(tmp_path).values())
    assert "spawned workers" in read_result(tmp_path)["isolation"]


def test_odd_text_of_a_student_does_nothing_to_the_terminal():
    """Escapes, lone surrogates and markup come out as plain text or not at all."""
    ended = run_grader(SUBMISSIONS / "odd_text", "-e", "saliency", "-v")

    assert (ended.returncode, ended.stderr) == (1, "")
    assert "\x1b" not in ended.stdout
    assert "raised ValueError: all checks passed" in " ".join(ended.stdout.split())


def test_a_submission_that_is_incomplete_says_so_on_stderr(tmp_path):
    """Whoever looks at the exit code and stderr only learns what is missing; what is there was graded."""
    ended = run_grader(
        SUBMISSIONS / "missing_function", "-e", "saliency", "--format", "json", "--out", tmp_path
    )

    assert ended.returncode == 2
    assert ended.stderr == (
        "grader: saliency.py has no function compute_gradient_score; "
        "functions keep the names that the handout gives them.\n"
    )
    assert read_result(tmp_path)["score"] == 15
