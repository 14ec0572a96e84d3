"""The same files give the same result; the whole run is `make determinism`."""

import itertools

import pytest

from tests import determinism


@pytest.mark.slow
def test_two_rounds_agree(capsys):
    """Each round with a warm process and workers of its own."""
    assert determinism.main(["--times", "2", "half_done", "mistake_10_not_a_leaf"]) == 0
    assert "round 2 of 2: 0 of 2 differ" in capsys.readouterr().out


def test_a_difference_is_named(capsys, monkeypatch):
    """With the submission and both values; a time is none."""
    count = itertools.count(1)
    monkeypatch.setattr(
        determinism,
        "grade_all",
        lambda jobs: [{"result": {"score": 1.0, "seconds": next(count), "notices": []}} for _ in jobs],
    )
    assert determinism.main(["--times", "2", "half_done"]) == 0

    scores = iter([1.0, 2.0])
    monkeypatch.setattr(
        determinism, "grade_all", lambda jobs: [{"result": {"score": next(scores)}} for _ in jobs]
    )
    assert determinism.main(["--times", "2", "half_done"]) == 1
    said = capsys.readouterr().out
    assert "round 2: half_done" in said
    assert 'now "score": 2.0' in said


def test_a_close_call_is_about_time():
    """Its seconds stand in a sentence."""
    close = "make_fooling_image took 11.2 of the 20 seconds that a call may take, which was close."
    assert determinism.without_times({"notices": [close, "conflict markers"], "seconds": 2}) == {
        "notices": ["conflict markers"]
    }
