"""`results.json` for PrairieLearn: /grade/results/results.json, at most one megabyte.

Source: https://prairielearn.readthedocs.io/en/latest/externalGrading/
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

from grader.language import phrase
from grader.reports.files import write_whole
from grader.reports.shown import (
    DRAWN,
    HINT,
    conceal,
    show_isolation,
    show_line,
    show_message,
    show_prints,
    show_remarks,
)
from grader.result import CheckResult, SubmissionResult

FILE = "results.json"
_MOST_BYTES = 1_000_000
_TRIES = (
    (4000, True),
    (4000, False),
    (500, False),
    (0, False),
)  # letters of prints, and whether with figures


def write(result: SubmissionResult, folder: Path) -> None:
    """Write `results.json`, whole or not at all.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    for prints, pictures in _TRIES:
        text = json.dumps(render(result, prints, pictures=pictures), allow_nan=False) + "\n"
        if len(text) < _MOST_BYTES:
            break
    write_whole(folder, FILE, text)


def render(result: SubmissionResult, prints: int = 4000, *, pictures: bool = True) -> dict[str, Any]:
    """Return the result as PrairieLearn reads it.

    A fault of the grader makes the submission one that cannot be graded, which costs no attempt and no point.

    Args:
        result: of the submission.
        prints: letters of what each check printed.
        pictures: whether figures come along.
    """
    shown, (score, max_score) = conceal(result, counted=True), result.graded
    remarks = show_remarks(shown)
    record: dict[str, Any] = {
        "gradable": not shown.faulty,
        "message": " ".join(remarks),
        "output": phrase("isolation: {isolation}", isolation=show_isolation(shown)),
        "tests": [_test(check, prints, pictures=pictures) for check in shown.checks],
    }
    if shown.faulty:
        record["format_errors"] = remarks
    else:
        record["score"] = min(1.0, score / max_score) if max_score else 0.0
    return record


def _test(check: CheckResult, prints: int, *, pictures: bool) -> dict[str, Any]:
    said = [show_message(check)] if check.status != "passed" else []
    if check.hint:
        said.append(phrase(HINT, hint=show_line(check.hint)))
    if check.file and check.line:
        said.append(phrase("at {file}, line {line}", file=show_line(check.file), line=check.line))
    test: dict[str, Any] = {
        "name": show_line(check.exercise),
        "description": show_line(check.title),
        "points": check.points,
        "max_points": check.max_points,
        "message": "\n".join(said),
        "output": show_prints(check, prints) if prints else "",
    }
    if check.picture is not None and pictures:
        data = base64.b64encode(check.picture).decode()
        test["images"] = [{"label": phrase(DRAWN), "url": f"data:image/png;base64,{data}"}]
    return test
