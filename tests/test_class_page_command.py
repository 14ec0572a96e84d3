"""`python -m grader class GRADES`: from what a batch has kept to the page and its tables."""

from __future__ import annotations

import csv
import json

import pytest

from grader.batch.graded import Outcome
from grader.batch.pages import page_name
from grader.batch.store import open_grades
from grader.class_page.command import main
from grader.errors import Unusable
from tests.command_line import run_grader
from tests.graded_class import HANDOUT, SOLVED, check, failed, graded


@pytest.fixture
def grades(tmp_path):
    """A folder with the grades of three students, one of whom has a page, and one a problem."""
    folder = tmp_path / "homework 3"
    with open_grades(folder, create=True) as kept:
        for number, (student, checks) in enumerate(
            {"김민준": [check()], "ada": [failed()], "../eve": []}.items()
        ):
            whose = graded(student, *checks, key=f"k{number}")
            problem = None if checks else "the archive is damaged"
            kept.keep(f"k{number}", Outcome(whose.result, {"maps.py": SOLVED}, 1.5, problem), [whose])
        kept.adjust("ada", 1.5, "explained it at the desk")
    pages = folder / "export" / "pages"
    pages.mkdir(parents=True)
    (pages / page_name("ada")).write_text("")
    return folder


def test_the_page_is_written_where_the_export_is(grades, capsys):
    """With points, adjustments, problems, groups, and links to the pages that are there."""
    assert main([str(grades)]) == 0
    text = (grades / "export" / "class.html").read_text("utf-8")
    with (grades / "export" / "scores.csv").open(encoding="utf-8-sig", newline="") as file:
        scores = {row["student"]: row for row in csv.DictReader(file)}

    assert (
        capsys.readouterr().err == f"grader: the page on 3 students is {grades / 'export' / 'class.html'}\n"
    )
    assert "<title>homework 3</title>" in text
    assert f'href="pages/{page_name("ada")}"' in text
    assert (scores["ada"]["score"], scores["../eve"]["problem"]) == ("1.5", "the archive is damaged")
    assert "This proves nothing." in text


def test_the_page_may_go_elsewhere_and_have_a_title(grades, tmp_path):
    """Links follow; nothing is written to the grades."""
    before = sorted(grades.rglob("*.*"))
    assert main([str(grades), "--out", str(tmp_path / "out"), "--title", "<CV> 2026"]) == 0
    text = (tmp_path / "out" / "class.html").read_text("utf-8")

    assert "<title>&lt;CV&gt; 2026</title>" in text
    assert f'href="../homework%203/export/pages/{page_name("ada")}"' in text
    assert sorted(path for path in grades.rglob("*.*") if "sqlite-" not in path.name) == before


def test_what_was_handed_out_can_be_named(grades, tmp_path):
    """Three students with the same file are a group, unless they were given it."""
    (tmp_path / "given").mkdir()
    (tmp_path / "given" / "maps.py").write_text(HANDOUT)
    main([str(grades)])
    assert "maps.py" in (grades / "export" / "lookalikes.csv").read_text("utf-8")
    (tmp_path / "given" / "solved.py").write_text(SOLVED)
    main([str(grades), "--handout", str(tmp_path / "given")])
    assert "maps.py" not in (grades / "export" / "lookalikes.csv").read_text("utf-8")
    with pytest.raises(Unusable, match="is not there; give the folder or file that students received"):
        main([str(grades), "--handout", str(tmp_path / "nowhere")])


def test_who_handed_in_nothing_is_told(grades):
    """Where the batch was given a roster."""
    with open_grades(grades) as kept:
        kept.note("roster", json.dumps([["name"], [{"name": "ada"}, {"name": "<i>Bo</i>"}, {"name": "Cy"}]]))
    main([str(grades)])
    text = (grades / "export" / "class.html").read_text("utf-8")
    assert "2 students of the roster handed in nothing: &lt;i&gt;Bo&lt;/i&gt;; Cy<" in text


def test_a_wrong_option_is_told_in_one_line(capsys):
    """As everywhere else."""
    with pytest.raises(SystemExit) as ended:
        main(["grades", "--bogus"])
    assert ended.value.code == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_no_grades_are_a_sentence(tmp_path):
    """Whether the folder holds none, or none of anybody."""
    ended = run_grader("class", tmp_path)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "holds no grades; make them: python -m grader batch" in ended.stderr
    open_grades(tmp_path, create=True).close()
    with pytest.raises(Unusable, match="holds no student's grade yet"):
        main([str(tmp_path)])
