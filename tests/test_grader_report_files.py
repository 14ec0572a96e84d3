"""Files of reports are whole at any time, also while the run lasts."""

from __future__ import annotations

import dataclasses
import json

import pytest

from grader.errors import Unusable
from grader.reports import csv_file, gradescope, json_file, junit, prairielearn
from grader.reports.partial import PartialResults
from tests.format_readers import PLATFORMS
from tests.test_grader_reports import RIGHT, STUB, WRONG, result_of


def test_checks_that_have_ended_are_written_while_others_run(tmp_path):
    """In the order of the table; those that have not ended are worth nothing yet and say so."""
    partial = PartialResults("assignment", ["filters", "saliency"], tmp_path, least_seconds=0)
    for check in (STUB, RIGHT):
        partial.tell("announced", dataclasses.replace(check, status="not_run", points=0.0))
    assert not (tmp_path / "results.json").exists()
    partial.tell("finished", RIGHT)
    data = json.loads((tmp_path / "results.json").read_text("utf-8"))

    PLATFORMS["gradescope"].validate(data)
    assert [(test["number"], test["score"]) for test in data["tests"]] == [("1.1", 3.0), ("2.1", 0.0)]
    assert "had not ended" in data["tests"][1]["output"]
    assert "was stopped before it ended" in data["output"]


def test_partial_results_are_not_written_more_often_than_asked(tmp_path):
    """A file that is written for each of a hundred checks would cost more than some of them."""
    written = []
    partial = PartialResults(
        "a", ["filters"], tmp_path, least_seconds=60, write=lambda result, _: written.append(result)
    )
    for _ in range(5):
        partial.tell("finished", RIGHT)
    assert len(written) == 1


@pytest.mark.parametrize("module", [csv_file, json_file, junit, gradescope, prairielearn])
def test_a_report_is_written_whole_or_not_at_all(module, tmp_path, monkeypatch):
    """A full disk leaves the file of the earlier run, and no half of the new one."""
    module.write(result_of(RIGHT), tmp_path)
    (file,) = tmp_path.iterdir()
    before = file.read_bytes()

    def full(self, _target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full)
    with pytest.raises(Unusable, match="No space left on device"):
        module.write(result_of(WRONG), tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    assert file.read_bytes() == before
