"""Each report says to its platform what the result says, in the words of that platform."""

from __future__ import annotations

import dataclasses
import io

import pytest

from grader.reports import classroom, github, gradescope
from grader.reports.commands import fenced
from grader.reports.summary import render_summary
from grader.result import Effect, FinalScore, from_json, to_json
from tests.format_readers import (
    PLATFORMS,
    READERS,
    RESULT,
    demand_plain_html,
    obeyed,
    read_classroom,
    read_csv,
    read_github,
    read_gradescope,
    read_junit,
    read_prairielearn,
)
from tests.test_grader_reports import FAULTY, PICTURE, RIGHT, STUB, WRONG, result_of

PLACED = dataclasses.replace(WRONG, file="filters.py", line=7)


def many(count, **changes):
    """Return checks that fail for a reason of their own each."""
    return [
        dataclasses.replace(PLACED, id=f"filters/{n}", message=f"reason {n}", **changes) for n in range(count)
    ]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("checks", [(), (RIGHT,), (RIGHT, PLACED, STUB), (RIGHT, FAULTY)], ids=len)
def test_every_report_is_what_its_platform_accepts(name, checks, tmp_path):
    """Nothing graded, all right, something wrong, the grader's fault."""
    READERS[name](result_of(*checks, notices=("a file is missing",)), tmp_path)


def test_the_schema_describes_every_key_that_is_written():
    """Whoever reads the schema knows the file."""
    effect = Effect("late", -1.0, "late", "late")
    final = FinalScore(1.0, 2.5, (effect,))
    data = to_json(result_of(dataclasses.replace(PLACED, bonus=True), final=final))
    schema = RESULT.schema

    assert set(data) == set(schema["properties"])
    assert set(data["checks"][0]) == set(schema["$defs"]["check"]["properties"])
    assert set(data["final"]) == set(schema["properties"]["final"]["properties"])
    plain = to_json(result_of(PLACED))
    assert (set(data) - set(plain), set(data["checks"][0]) - set(plain["checks"][0])) == (
        {"final"},
        {"bonus"},
    )


def test_a_wrong_record_is_seen_by_each_schema():
    """A schema that accepts everything would show nothing."""
    assert not RESULT.is_valid(to_json(result_of(RIGHT)) | {"score": "3"})
    assert not PLATFORMS["gradescope"].is_valid({"tests": [{"visibility": "never"}]})
    assert not PLATFORMS["classroom"].is_valid({"version": 1, "status": "error", "max_score": 1})
    assert not PLATFORMS["prairielearn"].is_valid({"gradable": True})


def test_gradescope_shows_each_check_with_its_reason(tmp_path):
    """Numbered by exercise, with the hint, the line, what was printed and what was drawn."""
    drawn = dataclasses.replace(PLACED, picture=PICTURE)
    tests = read_gradescope(result_of(RIGHT, drawn, STUB), tmp_path)["tests"]

    assert [test["number"] for test in tests] == ["1.1", "1.2", "2.1"]
    assert [(test["score"], test["max_score"], test["status"]) for test in tests] == [
        (3.0, 3.0, "passed"), (0.0, 2.5, "failed"), (0.0, 1.0, "failed"),
    ]  # fmt: skip
    said = demand_plain_html(tests[1]["output"])
    for words in (WRONG.message, f"hint: {WRONG.hint}", "at filters.py, line 7", WRONG.prints.strip()):
        assert words in said
    assert 'src="data:image/png;base64,' in tests[1]["output"]


def test_a_result_is_read_back():
    """All of it that the report holds, with what pages show of its checks."""
    effect = Effect("late", -1.5, "", "handed in late")
    final = FinalScore(2.5, 5.5, (effect,))
    bonus = dataclasses.replace(PLACED, bonus=True, evidence=b"evidence", picture=None)
    result = result_of(RIGHT, bonus, final=final, notices=("a file is missing",), complete=False)
    found = from_json(to_json(result), {bonus.id: b"evidence"})
    assert to_json(found) == to_json(result)
    assert [check.evidence for check in found.checks] == [None, b"evidence"]
    assert from_json(to_json(result_of(RIGHT)), {}).final is None


def test_a_check_to_be_shown_later_says_nothing_elsewhere(tmp_path):
    """Gradescope waits with it; a platform that cannot wait gets its points alone."""
    secret = dataclasses.replace(
        PLACED, message="secret", hint="secret", prints="secret", visibility="hidden", picture=b"secret"
    )
    result = result_of(RIGHT, secret)

    assert [test["visibility"] for test in read_gradescope(result, tmp_path)["tests"]] == [
        "visible",
        "hidden",
    ]
    assert "3 of 5.5" not in gradescope.render(result)["output"]
    assert "3 of 5.5" in gradescope.render(result_of(RIGHT, PLACED))["output"]
    for reader in (read_prairielearn, read_classroom, read_junit, read_github):
        assert "secret" not in str(reader(result, tmp_path))
    assert "secret" not in render_summary(result_of(RIGHT), 10**6)
    assert "secret" not in (tmp_path / "summary.md").read_text("utf-8")
    assert not (tmp_path / "pictures").exists()


@pytest.mark.parametrize(
    ("points", "sent"),
    [
        ([(3, 3), (0, 2.5)], 3),
        ([(1.25, 2.5), (0.1, 0.3)], 1.35),
        ([(2, 2), (4, 4)], 6),
        ([(0, 2), (0, 4)], 0),
        ([(0, 0), (1, 3)], 1),
    ],
)
def test_classroom_counts_the_points_that_were_earned(points, sent, tmp_path):
    """In both of its ways, to the hundredth, also where a check is partly right."""
    checks = [
        dataclasses.replace(RIGHT, id=f"filters/{n}", points=earned, max_points=most,
                            status="passed" if earned == most else "failed")
        for n, (earned, most) in enumerate(points)
    ]  # fmt: skip
    record = read_classroom(result_of(*checks), tmp_path)

    assert record["sent"] == pytest.approx(sent, abs=1e-9)
    assert record["status"] == ("pass" if sent == record["max_score"] else "fail")


def test_points_without_a_common_measure_are_counted_nearly(tmp_path):
    """Thousands of tests would not fit: both sums still agree, near the points; full points stay full."""
    checks = [
        dataclasses.replace(RIGHT, id=f"filters/{n}", points=0.97 + n, max_points=0.97 + n) for n in range(13)
    ]
    full = read_classroom(result_of(*checks), tmp_path)
    half = read_classroom(
        result_of(
            *checks[:6], *(dataclasses.replace(check, points=0, status="failed") for check in checks[6:])
        ),
        tmp_path,
    )

    assert full["sent"] == pytest.approx(full["max_score"])
    assert half["sent"] == pytest.approx(sum(0.97 + n for n in range(6)), abs=full["max_score"] / 200)
    assert len(full["tests"]) == classroom.MOST_TESTS


def test_classroom_always_has_a_test(tmp_path):
    """Its reporter fails without one; where nothing was graded, that test is an error."""
    record = read_classroom(result_of(), tmp_path)
    assert (record["status"], [test["status"] for test in record["tests"]]) == ("error", ["error"])


def test_the_record_fits_an_environment_variable(tmp_path):
    """Texts are cut before tests are."""
    long = dataclasses.replace(PLACED, message="m" * 900, hint="h" * 900, prints="日" * 9000, max_points=1.0)
    record = read_classroom(
        result_of(*(dataclasses.replace(long, id=f"filters/{n}") for n in range(300))), tmp_path
    )
    assert len(record["tests"]) == 300


def test_a_fault_of_the_grader_costs_no_attempt(tmp_path):
    """PrairieLearn does not count what cannot be graded; elsewhere it is no failure of the student's."""
    result = result_of(RIGHT, FAULTY)

    assert read_prairielearn(result, tmp_path)["gradable"] is False
    assert read_prairielearn(result_of(RIGHT, WRONG), tmp_path)["score"] == pytest.approx(3 / 5.5)
    assert read_classroom(result, tmp_path)["status"] == "error"
    assert [kind for *_, ends in read_junit(result, tmp_path) for kind, *_ in ends] == ["Error"]
    assert {name for name, *_ in read_github(result, tmp_path)} >= {"warning"}
    assert "error" not in {name for name, *_ in read_github(result, tmp_path)}


def test_prairielearn_is_sent_less_where_it_would_be_too_much(tmp_path):
    """Figures go first, then what was printed."""
    drawn = dataclasses.replace(WRONG, picture=bytes(600_000))
    loud = [dataclasses.replace(check, prints="日" * 4000) for check in many(150)]

    assert "images" in read_prairielearn(result_of(drawn), tmp_path)["tests"][0]
    assert "images" not in read_prairielearn(result_of(drawn, drawn), tmp_path)["tests"][0]
    assert len(read_prairielearn(result_of(*loud), tmp_path)["tests"]) == 150


def test_annotations_stand_on_the_students_lines(tmp_path):
    """As the repository names the file, with the reason and the hint; one for checks that share them."""
    again = dataclasses.replace(PLACED, id="filters/c")
    (_, properties, said), *rest = (
        entry for entry in read_github(result_of(RIGHT, PLACED, again, STUB), tmp_path) if entry[0] == "error"
    )

    assert properties == {"file": "assignment/filters.py", "line": "7", "title": "filters: 0 of 5"}
    assert said.startswith(f"{WRONG.message}\nhint: {WRONG.hint}")
    assert "2 checks" in said
    assert [said.split("\n")[0] for *_, said in rest] == [STUB.message]


@pytest.mark.parametrize(("count", "last"), [(10, "reason 9"), (11, "and 2 more"), (40, "and 31 more")])
def test_at_most_ten_annotations_are_written(count, last, tmp_path):
    """GitHub would drop the rest without a word."""
    errors = [said for name, _, said in read_github(result_of(*many(count)), tmp_path) if name == "error"]
    assert len(errors) == 10
    assert errors[-1].startswith(last)


def test_what_is_printed_within_a_fence_is_not_obeyed():
    """And what comes after it is, also where the last line of the fence was left open."""
    out = io.StringIO()
    with fenced(out, "token"):
        out.write("::error::a\n  ::set-env name=a::b\n##[error]c\n::wrong-token::\n::error::no newline")
    out.write("::warning::after\n")

    assert [name for name, *_ in obeyed(out.getvalue())] == ["stop-commands", "warning"]


def test_the_summary_is_appended_and_keeps_within_its_room(tmp_path):
    """What other steps wrote stays; a page that is too long is cut at a check, and says so."""
    page = render_summary(result_of(*many(200, prints="x" * 3000)), 50_000)

    assert len(page.encode()) <= 50_000
    assert page.rstrip().endswith("more")
    assert render_summary(result_of(RIGHT), 10) == ""
    path = tmp_path / "summary"
    path.write_text("before\n")
    github.write(result_of(RIGHT), tmp_path, {"GITHUB_STEP_SUMMARY": str(path)}, io.StringIO())
    assert path.read_text("utf-8").startswith("before\n## 3 of 3 points")


def test_figures_lie_beside_the_page_that_may_show_them(tmp_path):
    """The summary of a step may not: GitHub shows nothing that is not on the web."""
    result = result_of(dataclasses.replace(RIGHT, picture=PICTURE))
    read_github(result, tmp_path)

    assert "](pictures/filters/a.png)" in (tmp_path / "summary.md").read_text("utf-8")
    assert (tmp_path / "pictures" / "filters" / "a.png").read_bytes() == PICTURE
    assert "](pictures/" not in (tmp_path / "step_summary.md").read_text("utf-8")


def test_spreadsheets_get_a_row_per_check(tmp_path):
    """With the numbers as numbers and the line that failed."""
    rows = read_csv(result_of(RIGHT, PLACED), tmp_path)
    assert [(row["check"], float(row["points"]), row["line"]) for row in rows] == [
        ("filters/a", 3.0, ""),
        ("filters/b", 0.0, "7"),
    ]
