"""Whatever a student prints, raises or names: every report is read by its platform, and nothing in it is forged."""

from __future__ import annotations

import dataclasses
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from grader.result import SubmissionResult
from tests.format_readers import READERS
from tests.odd_results import FORGERIES, results
from tests.test_grader_reports import FAULTY, RIGHT, STUB, WRONG, result_of

FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def read(name, result):
    """Return what a platform takes from a report."""
    with tempfile.TemporaryDirectory() as folder:
        return READERS[name](result, Path(folder))


@pytest.mark.parametrize("name", READERS)
@given(result=results())
@FEW
def test_odd_text_anywhere_is_read_and_forges_nothing(name, result):
    """The readers demand it: each is a platform's rule."""
    read(name, result)


@pytest.mark.parametrize("name", READERS)
def test_each_known_forgery_is_harmless_wherever_it_stands(name):
    """In all fields at once, alone and after a word."""
    for forgery in FORGERIES:
        for text in (forgery, f"a{forgery}b"):
            odd = [
                dataclasses.replace(
                    check, exercise=text, title=text, message=text, hint=text, prints=text, file=text, line=3
                )
                for check in (RIGHT, WRONG, FAULTY)
            ]
            read(name, SubmissionResult(text, tuple(odd), 1.0, text, notices=(text,)))


def without(data, *keys):
    """Return data without the fields that a student may fill."""
    if isinstance(data, dict):
        return {key: without(value, *keys) for key, value in data.items() if key not in keys}
    return [without(value, *keys) for value in data] if isinstance(data, list) else data


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "forgeries", [FORGERIES, ["".join(FORGERIES), "x" * 10_000_000]], ids=["each", "many"]
)
def test_what_is_printed_changes_its_own_field_only(name, forgeries):
    """All else that a platform takes from the report is the same as with a plain word."""
    silent = taken(name, "a word")

    for forgery in forgeries:
        loud = taken(name, forgery)
        assert without(loud, "output", "prints") == without(silent, "output", "prints"), ascii(forgery)[:50]
        assert len(str(loud)) < 1_000_000 or name == "json"


def taken(name, prints):
    """Return what a platform takes from four checks that print something."""
    data = read(
        name,
        result_of(*(dataclasses.replace(check, prints=prints) for check in (RIGHT, WRONG, STUB, FAULTY))),
    )
    if (
        name == "github"
    ):  # the fence ends with a word that nobody can guess, and is not there for unseen letters
        ours = (("group", {}, "What the submission printed"), ("endgroup", {}, ""))
        return [entry for entry in data if entry[0] != "stop-commands" and entry not in ours]
    return data
