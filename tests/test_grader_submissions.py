"""Whatever a submission does, it gets the points, the words and the exit code of its expected.json.

The rules of expected.json stand in tests/README.md.
"""

from __future__ import annotations

import fnmatch
import json
from dataclasses import fields
from pathlib import Path

import pytest

from grader.result import CheckResult, SubmissionResult
from tests.format_readers import READERS
from tests.harness import job_of

FOLDERS = sorted(path.parent for path in (Path(__file__).parent / "submissions").glob("*/expected.json"))


def read_expected(folder):
    return json.loads((folder / "expected.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def graded(grade_many, needed):
    """The answers of the grader, by folder."""
    folders = needed("folder")
    jobs = [job_of(folder) for folder in folders]
    return dict(zip(folders, grade_many(jobs), strict=True))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_submission_gets_what_it_deserves(graded, folder):
    """Each check ends as expected, and none is the grader's fault."""
    expected, answer = read_expected(folder), graded[folder]
    unused = set(expected["checks"])
    faults = []
    for check in answer["result"]["checks"]:
        pattern = next((name for name in expected["checks"] if fnmatch.fnmatch(check["id"], name)), None)
        unused.discard(pattern)
        faults += [f"{check['id']}: {fault}" for fault in find_faults(check, expected["checks"].get(pattern))]

    assert faults == []
    assert unused == set()
    assert answer["exit_code"] == expected["exit_code"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_notices_come_before_any_check(graded, folder):
    """What keeps a file from being graded is said once, for the submission as a whole."""
    notices = [
        notice
        for notice in graded[folder]["result"]["notices"]
        if not notice.endswith("which was close.")  # on a busy machine
    ]
    expected = read_expected(folder)["notices"]

    assert len(notices) == len(expected)
    assert all(text in notice for text, notice in zip(expected, notices, strict=True))


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_what_a_student_reads_is_short_printable_text(graded, folder):
    """No terminal escapes, nothing endless, no traceback, no path of the grader."""
    for check in graded[folder]["result"]["checks"]:
        for text in (check["message"], check["hint"] or "", check["prints"]):
            assert all(letter.isprintable() or letter in "\n\t" for letter in text), check["id"]
            assert len(text) < 20_000, check["id"]
        assert len(check["message"]) < 1_000, check["id"]
        assert "Traceback" not in check["message"], check["id"]
        assert "/grader/" not in check["message"], check["id"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("name", READERS)
def test_every_platform_reads_the_report(graded, folder, name, tmp_path):
    """Whatever a submission prints and raises: see tests/format_readers.py."""
    READERS[name](result_from(graded[folder]["result"]), tmp_path)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_a_failure_lies_on_a_line_of_the_submission(graded, folder):
    """Where the file is there at all."""
    for check in graded[folder]["result"]["checks"]:
        if check["line"] is not None:
            assert check["status"] == "failed"
            lines = (folder / check["file"]).read_bytes().count(b"\n") + 1
            assert 0 < check["line"] <= lines, check["id"]


def result_from(data):
    """Return a result as it was before it was JSON, without figures."""
    kept = {field.name for field in fields(SubmissionResult)} - {"checks", "protections"}
    checks = tuple(CheckResult(**check) for check in data["checks"])
    return SubmissionResult(checks=checks, **{key: data[key] for key in kept & set(data)})


def find_faults(check, expected):
    """Return how the outcome of a check differs from what is expected of it."""
    if expected is None:
        return ["nothing is expected of it"]
    points = check["max_points"] if expected["status"] == "passed" else 0
    faults = [] if check["status"] == expected["status"] else [f"{check['status']}: {check['message']}"]
    faults += [] if check["points"] == points else [f"{check['points']} points"]
    for key, text in expected.items():
        field = key.removesuffix("_contains")
        if key.endswith("_contains") and text not in (check[field] or ""):
            faults.append(f"{field} is {check[field]!r}")
    if "hint" in expected and check["hint"] != expected["hint"]:
        faults.append(f"the hint is {check['hint']!r}")
    return faults
