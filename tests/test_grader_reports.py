"""Each report says what the result says, and nothing else."""

from __future__ import annotations

import dataclasses
import io
import json

import pytest
from rich.console import Console

from grader.errors import Unusable
from grader.reports import json_file, terminal
from grader.reports.progress import Progress
from grader.result import CheckResult, SubmissionResult, to_json

RIGHT = CheckResult("filters/a", "filters", "It draws each filter.", "passed", 3.0, 3.0, seconds=0.51234)
WRONG = CheckResult(
    "filters/b",
    "filters",
    "It keeps height and width apart, whatever the filters look like and however many there are of them.",
    "failed",
    0.0,
    2.5,
    message="3 of 7 tiles do not show what they should; the first is tile 1",
    hint="It looks like height and width were swapped: the order for imshow is permute(0, 2, 3, 1).",
    prints="drawing [bold]7[/bold] tiles\n",
)
STUB = CheckResult(
    "saliency/a", "saliency", "It is right.", "failed", 0.0, 1.0, "not written yet: f in saliency.py"
)
FAULTY = CheckResult(
    "saliency/b", "saliency", "It is fair.", "error", 0.0, 2.0, "the grader failed in this check"
)
PICTURE = b"\x89PNG and so on"


def result_of(*checks, **changes):
    return SubmissionResult("assignment", checks, 1.23456, "separate process", **changes)


def shown(result, verbosity=0, width=80):
    """Return what the terminal shows."""
    console = Console(file=io.StringIO(), width=width, highlight=False)
    terminal.write(result, verbosity=verbosity, console=console)
    return console.file.getvalue()


def squeezed(text):
    """Return text as one line, whatever the lines it was broken into."""
    return " ".join(text.split())


@pytest.mark.parametrize("width", [60, 100])
def test_everything_fits_the_terminal(width):
    """Lines are broken, never cut: all words are there."""
    text = shown(result_of(RIGHT, WRONG, STUB, FAULTY), width=width)

    assert all(len(line) <= width for line in text.splitlines())
    for words in (WRONG.title, WRONG.message, f"hint: {WRONG.hint}", STUB.message, FAULTY.message):
        assert words in squeezed(text)
    assert "\x1b" not in text
    assert "Traceback" not in text


def test_colours_are_for_terminals_only():
    """The same text, with and without."""
    console = Console(
        file=io.StringIO(), width=80, force_terminal=True, color_system="standard", highlight=False
    )
    terminal.write(result_of(RIGHT, WRONG), console=console)

    assert "\x1b[32m" in console.file.getvalue()
    assert "\x1b[31m" in console.file.getvalue()


def test_points_are_shown_by_exercise_and_in_total():
    """Rounded to what can be read."""
    text = shown(result_of(RIGHT, dataclasses.replace(WRONG, max_points=1 / 3), FAULTY))

    assert "3 of 3.33" in text
    assert "0 of 2" in text
    assert "total 3 of 5.33   in 1.2 s" in text


def test_what_passed_is_counted_and_what_failed_is_explained():
    """Unless more is asked for."""
    usual, loud, quiet = (shown(result_of(RIGHT, WRONG), verbosity) for verbosity in (0, 1, -1))

    assert "✓ 1 more passed" in usual
    assert RIGHT.title not in usual
    assert "printed" not in usual
    assert "It draws each filter.  (0.5 s)" in loud
    assert "printed: drawing [bold]7[/bold] tiles" in squeezed(loud)
    assert "more passed" not in loud
    assert "total 3 of 5.5" in quiet
    assert WRONG.message not in squeezed(quiet)
    assert "✓ every check passed" in shown(result_of(RIGHT))


def test_an_exercise_that_is_not_written_takes_one_line():
    """For each function that is missing, not for each check."""
    second = dataclasses.replace(STUB, id="saliency/c", message="not written yet: g in saliency.py")
    text = shown(result_of(STUB, dataclasses.replace(STUB, id="saliency/d"), second))

    assert text.count("not written yet: f in saliency.py") == 1
    assert text.count("not written yet: g in saliency.py") == 1
    assert STUB.title not in text


def test_what_fails_every_check_is_said_once():
    """A missing file, or an endless loop, is one thing to mend; -v shows what it cost."""
    other = dataclasses.replace(WRONG, id="saliency/other", title="It does another thing.")
    usual, loud = (squeezed(shown(result_of(WRONG, other), verbosity)) for verbosity in (0, 1))

    assert usual.count(WRONG.message) == usual.count(WRONG.hint) == 1
    assert f"every check: {WRONG.message}" in usual
    assert other.title in loud
    assert loud.count(WRONG.message) == 2


def test_one_reason_without_a_hint_is_said_once():
    """A function that is missing fails several checks; where there is a hint, each check is told."""
    missing = dataclasses.replace(WRONG, message="f is not there", hint=None)
    again = dataclasses.replace(missing, id="filters/c", title="It does another thing.", max_points=1.0)
    usual, loud = (squeezed(shown(result_of(missing, again, RIGHT), verbosity)) for verbosity in (0, 1))

    assert "0 of 3.5 f is not there (2 checks)" in usual
    assert usual.count("f is not there") == 1
    assert loud.count("f is not there") == 2
    hinted = squeezed(
        shown(result_of(WRONG, dataclasses.replace(WRONG, id=again.id, title=again.title), RIGHT))
    )
    assert WRONG.title in hinted
    assert again.title in hinted


def test_the_next_step_is_an_exercise_that_was_begun():
    """Wrong code comes before unwritten code, and nothing after full points."""
    stub_first = (STUB, dataclasses.replace(WRONG, exercise="gradcam"))

    assert "next: work on gradcam, then run python -m grader -e gradcam" in squeezed(
        shown(result_of(*stub_first))
    )
    assert "next: work on saliency," in shown(result_of(RIGHT, STUB))
    assert "next:" not in shown(result_of(RIGHT))
    assert "next:" not in shown(result_of(RIGHT, FAULTY))


def test_a_fault_of_the_grader_is_marked_and_owned():
    """The student is told whom to turn to."""
    text = shown(result_of(RIGHT, FAULTY))

    assert "!" in text
    assert "the grader itself failed in the checks marked !" in text
    assert "the grader itself failed" not in shown(result_of(RIGHT, WRONG))


@pytest.mark.parametrize("text", ["[red]markup[/red]", "[/]", "a [link=http://x]link[/link]", ":smile:"])
def test_text_is_never_read_as_markup(text):
    """A student's words come out as they are."""
    odd = dataclasses.replace(WRONG, title=text, message=text, hint=text, prints=text)
    assert shown(result_of(odd), verbosity=1).count(text) == 4


def test_json_holds_what_the_result_holds():
    """Rounded times, no pictures, the rest as it is; readable as JSON."""
    drawn = dataclasses.replace(RIGHT, picture=PICTURE)
    result = result_of(drawn, WRONG, notices=("a file is missing",), complete=False)
    data = json.loads(json.dumps(to_json(result)))

    assert data["schema"] == "inside-cnns/result/v1"
    assert (data["submission"], data["score"], data["max_score"]) == ("assignment", 3.0, 5.5)
    assert (data["seconds"], data["isolation"]) == (1.235, "separate process")
    assert (data["notices"], data["complete"]) == (["a file is missing"], False)
    assert data["checks"][0] == {
        "id": "filters/a", "exercise": "filters", "title": "It draws each filter.", "status": "passed",
        "points": 3.0, "max_points": 3.0, "message": "", "hint": None, "seconds": 0.512, "prints": "",
        "file": None, "line": None, "visibility": "visible",
    }  # fmt: skip
    assert data["checks"][1]["hint"] == WRONG.hint


def test_points_add_up_without_rounding_noise():
    """Three thirds are one."""
    thirds = [dataclasses.replace(RIGHT, points=0.1, max_points=0.1)] * 3
    assert (result_of(*thirds).score, result_of(*thirds).max_score) == (0.3, 0.3)


@pytest.mark.parametrize(
    ("status", "faulty"), [("passed", False), ("failed", False), ("error", True), ("not_run", True)]
)
def test_a_check_that_never_ended_is_a_fault_of_the_grader(status, faulty):
    """So that the exit code can say so."""
    assert result_of(RIGHT, dataclasses.replace(WRONG, status=status)).faulty is faulty


def test_files_are_written_whole(tmp_path):
    """result.json, a picture for each check that has one, and nothing half done."""
    json_file.write(result_of(dataclasses.replace(RIGHT, picture=PICTURE), WRONG), tmp_path / "a" / "b")
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.*"))

    assert files == ["a/b/pictures/filters/a.png", "a/b/result.json"]
    assert (tmp_path / files[0]).read_bytes() == PICTURE
    assert json.loads((tmp_path / files[1]).read_text("utf-8"))["score"] == 3.0


def test_files_of_an_earlier_run_are_replaced(tmp_path):
    """The last run counts."""
    json_file.write(result_of(WRONG), tmp_path)
    json_file.write(result_of(RIGHT), tmp_path)
    assert json.loads((tmp_path / "result.json").read_text("utf-8"))["score"] == 3.0


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path):
    """With what to do about it."""
    (tmp_path / "out").write_text("")
    with pytest.raises(Unusable, match=r"out cannot be written to \(File exists\); give another --out"):
        json_file.write(result_of(RIGHT), tmp_path / "out")


def test_progress_is_silent_where_nobody_looks(capsys):
    """Stderr is no terminal here."""
    with Progress(shown=True) as progress:
        progress.tell("announced", STUB)
        progress.tell("finished", RIGHT)
    assert capsys.readouterr() == ("", "")
