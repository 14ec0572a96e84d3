"""The record that GitHub Classroom's reporter reads: the step output `result`, in base64.

The reporter counts twice: its table multiplies the share of tests that passed by the highest score, and Classroom is
sent the sum of the tests' scores. Both agree only where all tests are worth the same, so a check of three points
becomes three tests of one point each.
Source: https://github.com/classroom-resources/autograding-grading-reporter
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from grader.language import later, phrase
from grader.reports.files import append_line, write_whole
from grader.reports.shown import conceal, show_line, show_message, show_points, show_prints, show_remarks
from grader.result import CheckResult, SubmissionResult

MOST_TESTS = 400
_MOST_BYTES = 100_000  # the reporter gets it in an environment variable, of which Linux allows 128 KiB
_GIVEN = later("Given by the course's policies.")
_TAKEN = later("Taken off by the course's policies.")
_LENGTHS = ((500, 300), (100, 200), (0, 100), (0, 0))  # of output and message, tried in turn


@dataclass(frozen=True, slots=True)
class _Share:
    """A check as tests of equal worth.

    Attributes:
        passed: how many of them pass.
        earned: how many did before the course's policies.
    """

    check: CheckResult
    tests: int
    passed: int
    earned: int


def write(result: SubmissionResult, folder: Path, environment: Mapping[str, str]) -> None:
    """Write `classroom.txt`, whole or not at all, and the step output where GitHub Actions names its file.

    Raises:
        Unusable: if a file cannot be written.
    """
    record = encode(result)
    write_whole(folder, "classroom.txt", record + "\n")
    if output := environment.get("GITHUB_OUTPUT"):
        append_line(Path(output), f"result={record}\n")


def encode(result: SubmissionResult) -> str:
    """Return the record as the step output holds it, with shorter texts where it would not fit."""
    for output, message in _LENGTHS:
        data = json.dumps(render(result, output, message), separators=(",", ":"), allow_nan=False)
        record = base64.b64encode(data.encode("ascii")).decode()
        if len(record) <= _MOST_BYTES:
            break
    return record


def render(result: SubmissionResult, output: int = 500, message: int = 300) -> dict[str, Any]:
    """Return the record.

    Args:
        result: of the submission.
        output, message: letters of what was printed and what is wrong that each test may hold.
    """
    shown, (score, max_score) = conceal(result, counted=True), result.graded
    shares = _share(shown)
    number_of_tests = sum(share.tests for share in shares)
    worth = max_score / (number_of_tests or 1)
    if result.final is not None and max_score:
        shares = _settle(shares, min(round(number_of_tests * score / max_score), number_of_tests))
    tests = [
        _test(share, number, worth, output, message) for share in shares for number in range(share.tests)
    ]
    status = "error" if shown.faulty or not tests else "pass"
    if status == "pass" and any(test["status"] != "pass" for test in tests):
        status = "fail"
    said = [*show_remarks(shown), phrase("{points} points", points=show_points(score, max_score))]
    return {
        "version": 3,
        "status": status,
        "max_score": max_score,
        "message": " ".join(said)[:1000],
        "tests": tests or [_nothing()],  # the reporter fails where there are no tests
    }


def _share(result: SubmissionResult) -> list[_Share]:
    """Return how many tests stand for each check: exactly where points have a common measure, else nearly.

    Bonus points have none of their own: what they give is settled on the others.
    """
    checks = [check for check in result.checks if not check.bonus]
    hundredths = [
        (min(round(check.points * 100), round(check.max_points * 100)), round(check.max_points * 100))
        for check in checks
    ]
    total = sum(most for _, most in hundredths)
    measure = math.gcd(*(number for pair in hundredths for number in pair))
    tests = min(total // measure, MOST_TESTS) if measure else 0
    shares, given, seen = [], 0, 0
    for check, (earned, most) in zip(checks, hundredths, strict=True):
        seen += most
        upto = round(tests * seen / total) if total else 0  # so that rounding does not add up
        count, given = upto - given, upto
        if count:
            passed = count if earned == most else count * earned // most
            shares.append(_Share(check, count, passed, earned=passed))
    return shares


def _settle(shares: list[_Share], passed: int) -> list[_Share]:
    """Return the shares with as many passed tests in all as the final score asks for, changed from the last one on."""
    missing = passed - sum(share.passed for share in shares)
    settled = []
    for share in reversed(shares):
        now = min(max(share.passed + missing, 0), share.tests)
        missing -= now - share.passed
        settled.append(replace(share, passed=now))
    return settled[::-1]


def _test(share: _Share, number: int, worth: float, output: int, message: int) -> dict[str, Any]:
    check = share.check
    passed = number < share.passed
    failure = "error" if check.status in ("error", "not_run") else "fail"
    title = show_line(check.title, 200) or check.id
    test = {
        "name": title
        if number == 0
        else f"{show_line(check.id, 100)} ({show_points(number + 1, share.tests)})",
        "status": "pass" if passed else failure,
        "score": worth if passed else 0,
        "test_code": "",
        "filename": show_line(check.file or "", 100),
        "line_no": check.line or 0,
        "duration": round(check.seconds / share.tests, 3),
    }
    if number == 0:
        hint = [phrase("Hint: {hint}", hint=show_line(check.hint))] if check.hint else []
        said = " ".join([show_message(check), *hint])
        if message and said.strip():
            test["message"] = show_line(said, message)
        if output and (printed := show_prints(check, output)):
            test["output"] = printed
    if message and passed != (number < share.earned):
        settled = phrase(_GIVEN if passed else _TAKEN)
        test["message"] = show_line(f"{settled} {test.get('message', '')}", message)
    return test


def _nothing() -> dict[str, Any]:
    return {
        "name": phrase("the submission is graded"),
        "status": "error",
        "score": 0,
        "message": phrase("there was no check that gives points"),
        "test_code": "",
        "filename": "",
        "line_no": 0,
        "duration": 0,
    }
