"""What was handed in, and by whom: folders, the names that platforms give, an export, a roster."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from grader.batch.download_names import read_name
from grader.batch.handed_in import find_handed_in
from grader.batch.roster import Roster, read_roster
from grader.batch.task import digest_of
from grader.errors import Unusable

CODE = "def f():\n    return 1\n"

EXPORT = """---
submission_101:
  :submitters:
  - :name: Ann Lee
    :sid: '0101'
    :email: ann@school.edu
  :created_at: 2026-09-10 05:31:16.283529000 Z
  :score: 10.0
  :results:
    tests:
    - name: Nobody Here
      output: |
        submission_999:
          :submitters:
  :history:
  - :id: 99
    :created_at: 2027-01-01 00:00:00.000000000 Z
submission_102:
  :submitters:
  - :name: "Zo\\u00eb O'Neil"
    :sid:
    :email: zoe@school.edu
  - :name: 'Ben O''Neil'
    :sid: '0103'
    :email: ben@school.edu
  :created_at: 2026-09-11 05:31:16.283529000 Z
submission_103:
  :submitters:
  - :name: Ann Lee
    :sid: '0101'
    :email: ann@school.edu
  :created_at: 2026-09-12 05:31:16.283529000 Z
submission_104:
  :submitters:
  - :name: Gone Away
    :sid: '0104'
    :email: gone@school.edu
  :created_at: 2026-09-12 05:31:16.283529000 Z
"""


def write(path, text=CODE, when=None):
    """Write a file, its folders too, at a second of its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    if when is not None:
        os.utime(path, (when, when))


def find(folder, private, roster=None):
    """Return submissions by student, and the notices."""
    private.mkdir()
    found, notices = find_handed_in(folder, private, roster or Roster())
    return {one.student: one for one in found}, notices


@pytest.mark.parametrize(
    ("name", "student", "file", "late"),
    [
        ("doejane_12345_678901_saliency.py", "doejane_12345", "saliency.py", False),
        ("doejane_LATE_12345_678901_saliency-3.py", "doejane_12345", "saliency.py", True),
        ("doejane_12345_678901_my_net_2.ipynb", "doejane_12345", "my_net_2.ipynb", False),
        ("Jane Doe_1234567_assignsubmission_file_saliency.py", "Jane Doe_1234567", "saliency.py", False),
        ("Jane von_der Doe_7_assignsubmission_file_", "Jane von_der Doe_7", "", False),
        ("Jane Doe_1234567_assignsubmission_file", "Jane Doe_1234567", "", False),
    ],
)
def test_names_of_platforms_are_read(name, student, file, late):
    """Canvas and Moodle say in the name of a file whose it is."""
    named = read_name(name)
    assert (named.student, named.file, named.late) == (student, file, late)


@pytest.mark.parametrize("name", ["ann", "ann_lee", "saliency.py", "group_1_final", "2026_submission.zip"])
def test_other_names_are_taken_as_they_are(name):
    """A folder may be called anything."""
    assert read_name(name) is None


def test_folders_files_and_archives_are_found(tmp_path):
    """One student each; what is none of these is told of, what tools leave is not."""
    write(tmp_path / "in" / "ann" / "saliency.py")
    write(tmp_path / "in" / "ben.py")
    (tmp_path / "in" / "empty").mkdir()
    (tmp_path / "in" / "__MACOSX").mkdir()
    with zipfile.ZipFile(tmp_path / "in" / "cy.zip", "w") as archive:
        archive.writestr("saliency.py", CODE)
    write(tmp_path / "in" / "notes.txt")

    found, notices = find(tmp_path / "in", tmp_path / "private")

    assert list(found) == ["ann", "ben", "cy", "empty"]
    assert notices == ["notes.txt is neither a folder nor a .py, .ipynb or .zip file; it was left out."]


def test_the_latest_of_one_student_counts_and_that_is_said(tmp_path):
    """By the time of its newest file, not by its name."""
    write(tmp_path / "in" / "ann" / "saliency.py", when=2_000_000)
    write(tmp_path / "in" / "ann.py", when=1_000_000)

    found, notices = find(tmp_path / "in", tmp_path / "private")

    assert found["ann"].submission == "ann"
    assert "the latest" in found["ann"].remark
    assert notices == ["ann handed in 2 times; ann, the latest, counts, not ann.py."]


def test_files_of_a_canvas_download_are_put_together(tmp_path):
    """All files of one student are one submission; of a file that came twice, the last upload counts."""
    for name in (
        "leeann_7_1_saliency.py",
        "leeann_7_2_saliency-1.py",
        "leeann_7_3_fooling.py",
        "bo_LATE_8_4_x.zip",
    ):
        write(tmp_path / "in" / name)

    found, notices = find(tmp_path / "in", tmp_path / "private")

    ann, bo = found["leeann_7"], found["bo_8"]
    assert sorted((path.name, name) for path, name in ann.files) == [
        ("leeann_7_2_saliency-1.py", "saliency.py"),
        ("leeann_7_3_fooling.py", "fooling.py"),
    ]
    assert [(path.name, name) for path, name in bo.files] == [("bo_LATE_8_4_x.zip", "")]
    assert bo.remark == "late"
    assert len(notices) == 1
    assert "saliency.py again" in notices[0]


def test_an_export_says_whose_its_folders_are(tmp_path):
    """Groups, quotes, two attempts, a folder that is missing; what students printed into results is no submission."""
    export = tmp_path / "in" / "assignment_1_export"
    write(export / "submission_metadata.yml", EXPORT)
    for folder in ("submission_101", "submission_102", "submission_103"):
        write(export / folder / "saliency.py")

    found, notices = find(tmp_path / "in", tmp_path / "private")

    assert {name: one.submission for name, one in found.items()} == {
        "Ann Lee": "submission_103",
        "Ben O'Neil": "submission_102",
        "Gone Away": "submission_104",
        "Zoë O'Neil": "submission_102",
    }
    assert "not there" in found["Gone Away"].remark
    assert notices == ["Ann Lee handed in 2 times; submission_103, the latest, counts, not submission_101."]


def test_a_roster_names_students_whatever_the_platform_calls_them(tmp_path):
    """By number, address or name; whom it does not know is graded and told of, so is who handed in nothing."""
    write(
        tmp_path / "roster.csv",
        "\ufeffStudent,ID,SIS Login ID,Email\n    Points Possible,,,\n"
        '"Lee, Ann",7,al7,ann.lee@school.edu\n"Doe, Bo",8,bd8,bo@school.edu\n"Ray, Cy",9,cr9,cy@school.edu\n',
    )
    for name in ("leeann_7_1_saliency.py", "bd8.py", "stranger.py"):
        write(tmp_path / "in" / name)

    found, notices = find(tmp_path / "in", tmp_path / "private", read_roster(tmp_path / "roster.csv"))

    assert {name: one.submission for name, one in found.items()} == {
        "Doe, Bo": "bd8.py",
        "Lee, Ann": "leeann_7_1_saliency.py",
        "stranger": "stranger.py",
    }
    assert notices == [
        "stranger is not in the roster; graded all the same.",
        "Ray, Cy has handed in nothing.",
    ]


def test_two_of_one_name_are_told_apart(tmp_path):
    """By their numbers; a name alone then means nobody."""
    write(tmp_path / "roster.csv", "Name;ID\nAnn Lee;1\nAnn Lee;2\n")
    roster = read_roster(tmp_path / "roster.csv")

    assert roster.names() == ("Ann Lee (1)", "Ann Lee (2)")
    assert roster.find(("Ann Lee",)) is None
    assert roster.find(("2", "Ann Lee")) == 1


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda folder: folder.mkdir(), "holds no submissions"),
        (
            lambda folder: [write(folder / f"{name}.py") for name in ("saliency", "fooling", "gradcam")],
            "looks like one",
        ),
        (lambda folder: write(folder / "submission_metadata.yml", "nothing: here\n"), "names no submission"),
        (lambda folder: None, "there is no folder"),
    ],
)
def test_what_cannot_be_a_class_is_said(tmp_path, make, says):
    """In one sentence."""
    make(tmp_path / "in")
    with pytest.raises(Unusable, match=says):
        find(tmp_path / "in", tmp_path / "private")


def test_a_roster_without_names_is_refused(tmp_path):
    """It says what is missing."""
    write(tmp_path / "roster.csv", "a,b\n1,2\n")
    with pytest.raises(Unusable, match="no column that names students"):
        read_roster(tmp_path / "roster.csv")


def test_a_digest_sees_every_change_and_no_debris(tmp_path):
    """Names and contents count; where it lies, its times and what tools leave do not."""
    for place in ("a", "b"):
        write(tmp_path / place / "saliency.py")
        write(tmp_path / place / "inside" / "more.py", "x = 1\n")
    write(tmp_path / "b" / "__pycache__" / "saliency.pyc", "made by a tool")
    digests = [digest_of(((tmp_path / place, ""),)) for place in ("a", "b")]
    assert digests[0] == digests[1]

    write(tmp_path / "b" / "inside" / "more.py", "x = 2\n")
    changed = digest_of(((tmp_path / "b", ""),))
    Path(tmp_path / "b" / "inside" / "more.py").rename(tmp_path / "b" / "inside" / "other.py")

    assert len({digests[0], changed, digest_of(((tmp_path / "b", ""),))}) == 3
