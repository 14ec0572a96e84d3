"""What instructors take from a batch: gradebooks, pages, adjustments, and what changed between two runs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from grader.batch.command import main
from grader.batch.options import parse_batch_options
from grader.batch.pages import page_name
from grader.batch.store import GradedSubmission, Outcome, open_grades
from grader.errors import Unusable

ROSTER = [
    ["Student", "ID", "SIS Login ID", "Section"],
    [
        {"Student": "Lee, Ann", "ID": "7", "SIS Login ID": "al7", "Section": "A"},
        {"Student": "Ray, Cy", "ID": "9", "SIS Login ID": "cr9", "Section": "B"},
    ],
]


def check(name, points, most):
    status = "passed" if points == most else "failed"
    words = {
        "message": "Wrong.",
        "hint": None,
        "seconds": 0.1,
        "prints": "",
        "file": None,
        "line": None,
        "visibility": "visible",
    }
    exercise = name.partition("/")[0]
    return {
        "id": name,
        "exercise": exercise,
        "title": "It is right.",
        "status": status,
        "points": points,
        "max_points": most,
    } | words


def result(**points):
    """Return a result of two checks, worth 4 and 6 points."""
    checks = [check("saliency/first", points["first"], 4.0), check("fooling/second", points["second"], 6.0)]
    return {
        "schema": "inside-cnns/result/v1", "submission": "x", "score": sum(points.values()), "max_score": 10.0,
        "seconds": 1.0, "isolation": "separate process", "protections": [], "notices": [], "complete": True,
        "checks": checks,
    }  # fmt: skip


def write_grades(folder, roster=True, **results):
    """Write grades: a result or the sentence of a problem, by student."""
    with open_grades(folder, create=True) as grades:
        for student, told in results.items():
            outcome = Outcome({}, problem=told) if isinstance(told, str) else Outcome(told, {"a.py": "x"})
            grades.keep(student, outcome, [GradedSubmission(student, f"in/{student}", "d", {}, key=student)])
        if roster:
            grades.note("roster", json.dumps(ROSTER))
    return folder


@pytest.fixture
def grades(tmp_path):
    """Grades of a student of the roster, of one who is not in it, and of one who cannot be graded."""
    told = {
        "Lee, Ann": result(first=4.0, second=0.0),
        "=stranger": result(first=4.0, second=6.0),
        "bo": "it is empty",
    }
    return write_grades(tmp_path / "grades", **told)


def export(grades, *formats):
    assert main(["export", str(grades), "--format", ",".join(formats), "--title", "Sheet 1 (42)"]) == 0
    return grades / "export"


def read_csv(file):
    return list(csv.DictReader(io.StringIO(file.read_text("utf-8-sig"), newline="")))


def test_the_gradebook_has_everybody(grades):
    """In the order of the roster, those without a submission too; nothing becomes a formula."""
    assert (
        main(["adjust", str(grades), "--student", "Lee, Ann", "--points", "+3", "--reason", "was ill"]) == 0
    )
    rows = read_csv(export(grades, "csv") / "gradebook.csv")

    assert [(row["student"], row["score"], row["automatic"], row["adjusted"]) for row in rows] == [
        ("Lee, Ann", "7", "4", "3"),
        ("Ray, Cy", "", "", ""),
        ("'=stranger", "10", "10", "0"),
        ("bo", "0", "0", "0"),
    ]
    assert (rows[0]["saliency"], rows[0]["fooling"], rows[0]["Section"]) == ("4", "0", "A")
    assert rows[0]["reasons"] == "was ill (+3)"
    assert [row["problem"] for row in rows[1:]] == ["nothing was handed in", "", "it is empty"]


def test_canvas_gets_its_own_columns(grades):
    """With the points possible, and no grade where nothing was handed in."""
    rows = read_csv(export(grades, "canvas") / "canvas.csv")
    assert list(rows[0]) == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "Sheet 1 (42)"]
    assert (rows[0]["Student"], rows[0]["Sheet 1 (42)"]) == ("Points Possible", "10")
    assert [(row["ID"], row["Sheet 1 (42)"]) for row in rows[1:3]] == [("7", "4"), ("9", "")]


def test_moodle_gets_participants(tmp_path):
    """Their numbers come from the names of a download."""
    folder = write_grades(tmp_path, roster=False, **{"Jane Doe_1234": result(first=4.0, second=0.0)})
    (row,) = read_csv(export(folder, "moodle") / "moodle.csv")
    assert (row["Identifier"], row["Full name"], row["Grade"], row["Maximum Grade"]) == (
        "Participant 1234", "Jane Doe", "4", "10",
    )  # fmt: skip


def test_lines_of_json_hold_the_results(grades):
    """As the json report writes them."""
    lines = [
        json.loads(line)
        for line in (export(grades, "jsonl") / "results.jsonl").read_text("utf-8").splitlines()
    ]
    assert [(line["student"], line.get("score")) for line in lines] == [
        ("Lee, Ann", 4.0), ("Ray, Cy", None), ("=stranger", 10.0), ("bo", 0.0),
    ]  # fmt: skip
    assert lines[0]["result"] == result(first=4.0, second=0.0) | {"submission": "in/Lee, Ann"}


def test_each_student_has_a_page(grades):
    """Which says what was given by hand; names that are no names of files are no trouble."""
    main(["adjust", str(grades), "--student", "=stranger", "--points=-1", "--reason", "late <b>"])
    folder = export(grades, "pages") / "pages"
    assert sorted(page.name for page in folder.iterdir()) == sorted(map(page_name, ("Lee, Ann", "=stranger")))
    page = (folder / page_name("=stranger")).read_text("utf-8")
    assert "-1 points by hand: late &lt;b&gt;; 9 points count." in page


@pytest.mark.parametrize(
    "names", [("a/b", "a b"), ("..", "."), ("", "ü"), ("x" * 300, "x" * 301), ("CON", "con")]
)
def test_pages_of_two_students_never_have_one_name(names):
    """Nor do they leave their folder."""
    pages = {page_name(name).lower() for name in names}
    assert len(pages) == 2
    assert all("/" not in page and not page.startswith(".") and len(page) < 100 for page in pages)


def test_two_runs_are_compared(tmp_path, capsys):
    """Whose score changed, and through which checks; the largest change first."""
    before = write_grades(
        tmp_path / "a",
        ann=result(first=4.0, second=0.0),
        bo=result(first=0.0, second=6.0),
        cy="it is empty",
        dee=result(first=4.0, second=6.0),
    )
    after = write_grades(
        tmp_path / "b",
        ann=result(first=4.0, second=0.0),
        bo=result(first=4.0, second=6.0),
        cy=result(first=4.0, second=6.0),
        ed="no file",
    )
    assert main(["diff", str(before), str(before)]) == 0
    assert capsys.readouterr().out == "no students with another grade\n"
    assert main(["diff", str(before), str(after)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "cy: 0 -> 10 (+10): it is empty -> can be graded",
        "bo: 6 -> 10 (+4): saliency/first failed 0/4 -> passed 4/4",
        "dee: only before, 10",
        "ed: only after, 0",
        "4 students with another grade",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["adjust", "{}", "--student", "lee", "--points", "3", "--reason", "x"], "did you mean 'Lee, Ann'"),
        (["adjust", "{}", "--student", "bo", "--points", "3", "--reason", " "], "needs a reason"),
        (["export", "{}", "--format", "excel"], "there is no export 'excel'"),
        (["export", "{}/nowhere"], "holds no grades"),
        (["diff", "{}", "{}/nowhere"], "holds no grades"),
        (["{}"], "needs both folders"),
        (["{}", "--out", "x", "--format", "html"], "takes no --format"),
    ],
)
def test_what_cannot_be_done_is_said(grades, arguments, says):
    """In one sentence, and nothing changes."""
    with pytest.raises(Unusable, match=says):
        main([argument.format(grades) for argument in arguments])


@pytest.mark.parametrize("points", ["x", "nan", "inf", "0"])
def test_points_by_hand_are_a_number(grades, points, capsys):
    """Not everything that Python takes for one."""
    with pytest.raises(SystemExit, match="2"):
        main(["adjust", str(grades), "--student", "bo", f"--points={points}", "--reason", "x"])
    assert "takes a number of points such as" in capsys.readouterr().err


def test_options_of_one_submission_count_for_all():
    """Whatever their order is."""
    options = parse_batch_options(
        ["-e", "filters", "in", "--regrade", "ann", "--out", "grades", "--jobs", "3"]
    )
    assert (str(options.submissions), str(options.out), options.regrade) == ("in", "grades", ("ann",))
    assert (options.grading.exercises, options.grading.jobs, options.grading.formats) == (
        ("filters",),
        3,
        ("terminal", "html"),
    )


def test_the_score_after_the_policies_counts(tmp_path):
    """In gradebooks and beneath what is adjusted by hand."""
    told = result(first=4.0, second=6.0) | {"final": {"score": 7.5, "max_score": 10.0, "effects": []}}
    folder = write_grades(tmp_path / "grades", ann=told, roster=False)
    assert main(["adjust", str(folder), "--student", "ann", "--points", "-1", "--reason", "a copy"]) == 0
    [row] = read_csv(export(folder, "csv") / "gradebook.csv")
    assert (row["score"], row["automatic"], row["adjusted"]) == ("6.5", "7.5", "-1")


def test_a_page_shows_what_policies_did(tmp_path):
    """As the page of a single run does."""
    effect = {"policy": "drop_lowest", "points": 1.5, "says": "the lowest exercise does not count"}
    final = {"score": 5.5, "max_score": 10.0, "effects": [effect]}
    folder = write_grades(
        tmp_path / "grades", ann=result(first=4.0, second=0.0) | {"final": final}, roster=False
    )
    page = (export(folder, "pages") / "pages" / page_name("ann")).read_text("utf-8")
    assert "The lowest exercise does not count" in page
    assert "Final score" in page


def test_a_page_keeps_hidden_checks_back(tmp_path):
    """Neither what they found nor the points that they count for, nor sums with these in them."""
    told = result(first=4.0, second=2.5)
    told["checks"][1] |= {"title": "It is a secret.", "message": "Secretly wrong.", "visibility": "hidden"}
    told["final"] = {
        "score": 6.5,
        "max_score": 10.0,
        "effects": [{"policy": "late", "points": -0.0, "says": "a secret number, 6.5"}],
    }
    folder = write_grades(tmp_path / "grades", ann=told, roster=False)
    page = (export(folder, "pages") / "pages" / page_name("ann")).read_text("utf-8")
    assert "It is right." in page
    assert "ecret" not in page
    assert "6.5" not in page
