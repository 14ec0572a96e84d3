"""`results.json` for Gradescope: /autograder/results/results.json, written anew as checks end.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

import base64
import dataclasses
import json
from html import escape
from pathlib import Path
from typing import Any

from grader.language import phrase
from grader.reports.files import write_whole
from grader.reports.shown import (
    DRAWN,
    HINT,
    PRINTED,
    by_exercise,
    conceal,
    show_isolation,
    show_line,
    show_message,
    show_points,
    show_prints,
    show_remarks,
)
from grader.result import SCHEMA, CheckResult, SubmissionResult

FILE = "results.json"
_PICTURE_BYTES = 3 << 20  # of all figures together; Gradescope loads the page with all of them


def write(result: SubmissionResult, folder: Path) -> None:
    """Write `results.json`, whole or not at all.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    write_whole(folder, FILE, json.dumps(render(result), indent=1, allow_nan=False) + "\n")


def render(result: SubmissionResult) -> dict[str, Any]:
    """Return the result as Gradescope reads it."""
    tests, pictures = [], _PICTURE_BYTES
    for number, checks in enumerate(by_exercise(result.checks).values(), 1):
        for place, check in enumerate(checks, 1):
            pictures -= len(check.picture or b"")
            tests.append(_test(check, f"{number}.{place}", with_picture=pictures >= 0))
    return {
        "score": result.graded[0],
        "execution_time": round(result.seconds, 3),
        "output": _about(result),
        "output_format": "html",
        "test_output_format": "html",
        "test_name_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "extra_data": {"schema": SCHEMA, "max_score": result.max_score},
        "tests": tests,
    }


def _test(check: CheckResult, number: str, *, with_picture: bool) -> dict[str, Any]:
    return {
        "name": show_line(check.title),
        "number": number,
        "score": check.points,
        "max_score": check.max_points,
        "status": "passed" if check.status == "passed" else "failed",
        "output": _output(check, with_picture=with_picture),
        "visibility": check.visibility,
        "tags": [show_line(check.exercise)],
        "extra_data": {"id": show_line(check.id), "status": check.status, "seconds": round(check.seconds, 3)},
    }


def _about(result: SubmissionResult) -> str:
    """Return what stands above the tests; points only where no test is kept from students."""
    kept_back = any(check.visibility != "visible" for check in result.checks)
    about = conceal(dataclasses.replace(result, due_passed=False)) if kept_back else result
    parts = [f"<p><strong>{escape(remark)}</strong></p>" for remark in show_remarks(about)]
    if not kept_back and result.final is None:  # which remarks tell
        parts.append(f"<p>{escape(phrase('{points} points', points=show_points(*result.graded)))}</p>")
    return "\n".join(
        [*parts, f"<p>{escape(phrase('isolation: {isolation}', isolation=show_isolation(result)))}</p>"]
    )


def _output(check: CheckResult, *, with_picture: bool) -> str:
    """Return HTML in which every letter of a student's is escaped."""
    parts = []
    if message := show_message(check):
        parts.append(f"<p>{escape(message)}</p>")
    if check.hint:
        parts.append(f"<p><em>{escape(phrase(HINT, hint=show_line(check.hint)))}</em></p>")
    if check.file and check.line:
        place = phrase("at {file}, line {line}", file=show_line(check.file), line=check.line)
        parts.append(f"<p>{escape(place)}</p>")
    if check.picture is not None and with_picture:
        data = base64.b64encode(check.picture).decode()
        parts.append(f'<p><img alt="{escape(phrase(DRAWN))}" src="data:image/png;base64,{data}"></p>')
    if printed := show_prints(check):
        parts.append(f"<p>{escape(phrase(PRINTED))}</p>\n<pre>{escape(printed)}</pre>")
    return "\n".join(parts)
