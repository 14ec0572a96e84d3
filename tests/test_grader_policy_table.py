"""The table of policies is read as it is written, and so is what Gradescope tells of a submission."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from types import SimpleNamespace

import pytest

from grader.checking.plan import plan_checks
from grader.errors import Unusable
from grader.exercises import read_exercises
from grader.options import parse_options
from grader.policies.course import open_policies, warn_of_hidden
from grader.policies.facts import Attempt, read_facts
from grader.policies.policy import Late, Policy, read_policy

NOW = datetime(2026, 12, 24, tzinfo=timezone.utc)
PACIFIC = timezone(timedelta(hours=-8))
METADATA = {
    "id": 123456,
    "created_at": "2026-12-01T14:22:32.365935-08:00",
    "assignment": {
        "due_date": "2026-11-30T23:59:00.000000-08:00",
        "late_due_date": "2026-12-05T23:59:00.000000-08:00",
        "total_points": "100.0",
    },
    "submission_method": "upload",
    "users": [{"email": "student@example.org", "id": 1, "name": "A Student"}],
    "previous_submissions": [
        {"submission_time": "2026-12-01T10:00:00.000000-08:00", "score": 40.5, "autograder_error": False},
        {"submission_time": "2026-12-01T11:00:00.000000-08:00", "score": "70.0", "autograder_error": False},
        {"submission_time": "2026-12-01T12:00:00.000000-08:00", "score": None, "autograder_error": True},
    ],
}


@pytest.fixture
def metadata(tmp_path):
    def write(**changes):
        path = tmp_path / "submission_metadata.json"
        path.write_text(json.dumps(METADATA | changes), "utf-8")
        return path

    return write


def test_a_table_without_policies_has_none(table):
    """As the one that ships."""
    assert read_policy(table("[exercises]")) == read_policy() == Policy()
    assert all(not row.extra and not row.bonus for row in read_exercises())


def test_policies_are_read(table):
    """Those that are named; the others are none."""
    text = (
        "[policies]\nattempts_per_day = 3\ndrop_lowest = 1\n"
        "[policies.late]\npercent_per_day = 10\nof = 'possible'\ngrace_minutes = 15\nmost_percent = 50\n"
    )
    assert read_policy(table(text)) == Policy(Late(10.0, "possible", 15.0, 50.0), 3, 1)
    assert read_policy(table("policies.late.percent_per_day = 2.5")) == Policy(Late(2.5))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("policies = 3", "policies is 3, which is no table"),
        ("[policies]\nlate = 10", "policies.late is 10, which is no table"),
        ("[policies.late]\ngrace_minutes = 5", "policies.late lacks percent_per_day"),
        ("[policies.late]\npercent_per_day = 'ten'", "policies.late.percent_per_day is 'ten', which is no number from 0 to 100"),
        ("[policies.late]\npercent_per_day = true", "policies.late.percent_per_day is True"),
        ("[policies.late]\npercent_per_day = 101", "policies.late.percent_per_day is 101"),
        ("[policies.late]\npercent_per_day = nan", "policies.late.percent_per_day is nan"),
        ("[policies.late]\npercent_per_day = 1\ngrace_minutes = inf", "policies.late.grace_minutes is inf"),
        ("[policies.late]\npercent_per_day = 1\nmost_percent = -1", "policies.late.most_percent is -1"),
        ("[policies.late]\npercent_per_day = 1\nof = 'all'", "policies.late.of is 'all'; there are earned, possible"),
        ("[policies.late]\nper_day = 1", "policies.late.per_day means nothing; there are percent_per_day, of,"),
        ("[policies]\nattempts_per_day = 0", "policies.attempts_per_day is 0, which is no whole number from 1 up"),
        ("[policies]\ndrop_lowest = 1.5", "policies.drop_lowest is 1.5, which is no whole number from 0 up"),
        ("[policies]\ndrop_lowest = true", "policies.drop_lowest is True"),
        ("[policies]\nbonus = 1", "policies.bonus means nothing; there are late, attempts_per_day, drop_lowest"),
        ("[policy]\ndrop_lowest = 1", "[policy] means nothing; is [policies] meant?"),
    ],
)  # fmt: skip
def test_a_policy_that_cannot_be_used_is_told(table, text, reason):
    """With the file and the key."""
    with pytest.raises(Unusable) as caught:
        read_policy(table(text))
    assert str(caught.value).startswith(f"the table of exercises {table(text)} cannot be used: {reason}")


class Item:
    get_closest_marker = staticmethod(lambda _: SimpleNamespace(args=(1,)))

    def __init__(self, name):
        self.name = self.nodeid = name


def planned(table, bonus):
    rows = f"[exercises.cam]\npoints = 6\nfunctions.f = 'x'\n{bonus}\n"
    (exercise,) = read_exercises(table(rows))
    checks = plan_checks(exercise, [Item("test_a"), Item("test_b"), Item("test_c")], "a seed")
    assert all(check.title.endswith("(bonus)") == check.bonus for check in checks.values())
    return [(check.max_points, check.bonus) for check in checks.values()]


def test_bonus_checks_do_not_share_in_the_points_of_their_exercise(table):
    """They are worth what the table says, beyond; of a bonus exercise all are."""
    assert planned(table, "") == [(2, False)] * 3
    assert planned(table, "bonus = true") == [(2, True)] * 3
    assert planned(table, "bonus = false") == [(2, False)] * 3
    assert planned(table, "bonus.b = 1.5") == [(3, False), (1.5, True), (3, False)]
    assert planned(table, "bonus = {a = 1, b = 1, c = 1}") == [(1, True)] * 3


@pytest.mark.parametrize(
    ("bonus", "reason"),
    [
        ("bonus = 3", "cam.bonus is 3, which is neither true nor a table of checks and points"),
        ("bonus.b = 0", "cam.bonus.b is 0, which is no number of points above 0 and up to 1000"),
        ("bonus.b = true", "cam.bonus.b is True"),
        ("bonus.b = inf", "cam.bonus.b is inf"),
    ],
)
def test_a_bonus_that_cannot_be_used_is_told(table, bonus, reason):
    """With its key."""
    with pytest.raises(Unusable, match=reason):
        planned(table, bonus)


def test_a_bonus_for_a_check_that_is_not_there_is_told(table):
    """It would go to nobody."""
    with pytest.raises(ValueError, match="the table gives a bonus to z: no such check"):
        planned(table, "bonus.z = 1")


def test_gradescope_tells_what_policies_ask_for(metadata):
    """When it was due, until when it is taken, when it came, and what came before."""
    known = read_facts(metadata(), None, None, NOW)

    assert known.due == datetime(2026, 11, 30, 23, 59, tzinfo=PACIFIC)
    assert known.submitted == datetime(2026, 12, 1, 14, 22, 32, 365935, tzinfo=PACIFIC)
    assert [(attempt.score, attempt.faulty) for attempt in known.before] == [
        (40.5, False),
        (70, False),
        (0, True),
    ]
    assert known.before[0] == Attempt(datetime(2026, 12, 1, 10, tzinfo=PACIFIC), 40.5)
    assert known.due_passed


def test_what_waits_for_the_due_date_waits_for_the_late_one(metadata):
    """As long as somebody may hand in; where no date is known, for ever."""
    between = datetime(2026, 12, 3, tzinfo=timezone.utc)
    assert not read_facts(metadata(), None, None, between).due_passed
    assert not read_facts(metadata(assignment={}), None, None, NOW).due_passed
    assert read_facts(None, between, None, between).due_passed
    assert not read_facts(None, between, None, between - timedelta(seconds=1)).due_passed


def test_what_is_given_by_hand_holds(metadata):
    """Against what the file says."""
    known = read_facts(metadata(), NOW, NOW, NOW)
    assert (known.due, known.late_due, known.submitted, len(known.before)) == (NOW, None, NOW, 3)


@pytest.mark.parametrize(
    "changes",
    [
        {"created_at": "yesterday"},
        {"assignment": 3},
        {"previous_submissions": [{}]},
        {"previous_submissions": [{"submission_time": "2026-12-01", "score": "many"}]},
        {"previous_submissions": 3},
    ],
    ids=str,
)
def test_metadata_that_gradescope_would_not_write_is_told(metadata, changes):
    """No grade comes of a date that was misread."""
    with pytest.raises(Unusable, match=r"submission_metadata\.json is not what Gradescope writes"):
        read_facts(metadata(**changes), None, None, NOW)


def test_metadata_lie_beside_the_folder_of_results(metadata, table, tmp_path):
    """On Gradescope: /autograder/results and /autograder/submission_metadata.json. Without a policy nobody looks."""
    metadata(created_at="no time")
    options = parse_options(["--format", "gradescope", "--out", str(tmp_path / "results")])

    assert open_policies(options, table("[exercises]")).facts.submitted is None
    with pytest.raises(Unusable, match="no time"):
        open_policies(options, table("[policies]\nattempts_per_day = 1"))
    metadata()
    assert open_policies(options, table("[policies]\nattempts_per_day = 3")).refusal is None
    assert "number 3" in open_policies(options, table("[policies]\nattempts_per_day = 2")).refusal


def test_times_are_given_on_the_command_line(capsys):
    """And one that is none is told."""
    options = parse_options(["--due", "2026-12-01T12:00Z", "--submitted", "2026-12-02T12:00Z"])
    assert options.submitted - options.due == timedelta(days=1)
    with pytest.raises(SystemExit) as ended:
        parse_options(["--due", "soon"])
    assert ended.value.code == 2
    assert "--due 'soon' is no time such as 2026-12-01T23:59+01:00" in capsys.readouterr().err


def test_instructors_are_warned_where_checks_are_kept_back(table):
    """Gradescope then shows no total."""
    rows = "[exercises.cam]\npoints = 6\nfunctions.f = 'x'\n"
    (plain,) = read_exercises(table(rows))
    (hidden,) = read_exercises(table(rows + "visibility.a = 'hidden'\n"))

    assert warn_of_hidden([plain]) is None
    assert "checks of cam are kept from students: Gradescope shows them no total" in warn_of_hidden(
        [plain, hidden]
    )
