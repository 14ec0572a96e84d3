"""The file of grades: what is written stays, whatever happens around it; what cannot be used is said."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest

from grader.batch.lock import hold
from grader.batch.parcel import pack_outcome, unpack_outcome
from grader.batch.store import GradedSubmission, Outcome, open_grades
from grader.errors import Unusable
from tests.command_line import ROOT

OUTCOME = Outcome(
    {"score": 3.0, "max_score": 10.0, "checks": []}, {"a.py": "x"}, 1.5, evidence={"a/b": b"\0\n{"}
)


def row(student, key="k", **more):
    return GradedSubmission(student, f"{student}.py", "digest", {}, key=key, **more)


def test_what_was_kept_is_read_again(tmp_path):
    """Also by another connection, while this one is open."""
    with open_grades(tmp_path, create=True) as grades:
        grades.keep("k", OUTCOME, [row("ben"), row("ann", remark="late")])
        grades.adjust("ann", 2.0, "was ill")
        grades.adjust("ann", -0.5, "was not")
        with open_grades(tmp_path) as reader:
            ann, ben = reader.rows()

    assert (ann.student, ann.score, ann.adjustments) == ("ann", 4.5, ((2.0, "was ill"), (-0.5, "was not")))
    assert (ann.result["score"], ann.result["submission"], ben.result["submission"]) == (
        3.0,
        "ann.py",
        "ben.py",
    )
    assert (ben.adjustments, ben.sources, ben.seconds, ben.times, ann.remark) == (
        (),
        {"a.py": "x"},
        1.5,
        1,
        "late",
    )


def test_adjustments_survive_another_result(tmp_path):
    """A new submission and a regraded one keep what was given by hand."""
    with open_grades(tmp_path, create=True) as grades:
        grades.keep("k", OUTCOME, [row("ann")])
        grades.adjust("ann", 2.0, "was ill")
        grades.keep("k", OUTCOME, [row("ann")])
        assert [(one.score, one.times) for one in grades.rows()] == [(5.0, 2)]
        grades.keep("other", Outcome({"score": 7.0, "max_score": 10.0, "checks": []}), [row("ann", "other")])
        assert [(one.score, one.times) for one in grades.rows()] == [(9.0, 1)]


def test_pictures_of_results_that_are_nobodys_are_forgotten(tmp_path):
    """The results themselves stay, in case the same files come again."""
    with open_grades(tmp_path, create=True) as grades:
        grades.keep("k", OUTCOME, [row("ann")])
        grades.keep("other", OUTCOME, [row("ann", "other")])
        grades.tidy()

        assert (grades.evidence("k"), grades.evidence("other")) == ({}, {"a/b": b"\0\n{"})
        assert grades.known() == {"k": True, "other": True}


def test_a_result_is_kept_whole_or_not_at_all(tmp_path):
    """Where writing fails in its middle, the earlier one is still there with all that belongs to it."""
    with open_grades(tmp_path, create=True) as grades:
        grades.keep("k", OUTCOME, [row("ann")])
        broken = Outcome({"score": 9.0, "max_score": 10.0, "checks": []}, evidence={"a/b": object()})
        with pytest.raises(Unusable):
            grades.keep("k", broken, [row("ann")])
        assert [one.score for one in grades.rows()] == [3.0]
        assert grades.evidence("k") == {"a/b": b"\0\n{"}


def test_a_full_disk_is_said_and_loses_nothing(tmp_path):
    """And when there is room again, writing goes on."""
    with open_grades(tmp_path, create=True) as grades:
        grades.keep("k", OUTCOME, [row("ann")])
        connection = grades._connection
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        large = Outcome({}, evidence={"a/b": bytes(100_000)}, problem="none")
        with pytest.raises(Unusable, match="make room and give the same command again"):
            grades.keep("big", large, [row("ben", "big")])
        assert [one.student for one in grades.rows()] == ["ann"]
        connection.execute("PRAGMA max_page_count = 100000")
        grades.keep("big", large, [row("ben", "big")])
        assert [one.student for one in grades.rows()] == ["ann", "ben"]


def test_grades_of_another_version_are_left_alone(tmp_path):
    """The sentence names both versions."""
    open_grades(tmp_path, create=True).close()
    with sqlite3.connect(tmp_path / "grades.sqlite") as connection:
        connection.execute("PRAGMA user_version = 7")
    connection.close()
    with pytest.raises(Unusable, match="version 7, and this grader reads version 1"):
        open_grades(tmp_path, create=True)


@pytest.mark.parametrize("create", [True, False])
def test_what_is_no_file_of_grades_is_left_alone(tmp_path, create):
    """Be it another program's database or no database at all."""
    file = tmp_path / "grades.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    with pytest.raises(Unusable, match=r"grades\.sqlite"):
        open_grades(tmp_path, create=create)
    file.write_bytes(b"not a database" * 100)
    with pytest.raises(Unusable, match="cannot be used"):
        open_grades(tmp_path, create=create)
    assert file.read_bytes() == b"not a database" * 100


def test_where_there_are_no_grades_it_is_said(tmp_path):
    """And nothing is made."""
    with pytest.raises(Unusable, match="holds no grades"):
        open_grades(tmp_path / "typo")
    assert not (tmp_path / "typo").exists()


def test_a_second_batch_is_refused_until_the_first_has_ended(tmp_path):
    """However the first one ends."""
    program = f"import os, time; from pathlib import Path; from grader.batch.lock import hold\nwith hold(Path({str(tmp_path)!r})):\n    print('has it', flush=True)\n    time.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "has it\n"
        with (
            pytest.raises(Unusable, match=rf"another batch \(process {other.pid}\) is writing"),
            hold(tmp_path),
        ):
            pass
        other.kill()
        other.wait()
    with hold(tmp_path):
        pass


def test_an_outcome_crosses_as_bytes():
    """With spaces before it, which say that a grader is alive; what was cut off is noticed."""
    outcome = Outcome({"score": 1.0}, {"a.py": "\ud800é"}, 2.0, None, False, {"a/b": b"\n\n", "a/c": b""})
    parcel = pack_outcome(outcome)

    assert unpack_outcome(b"   " + parcel) == outcome
    for cut in (b"", b"  ", parcel[:-1], parcel[:20]):
        with pytest.raises(ValueError):
            unpack_outcome(cut)
