"""`junit.xml`: a suite per exercise, for every CI that shows test results."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

from grader.language import phrase
from grader.reports.files import write_whole
from grader.reports.shown import (
    AT,
    HINT,
    by_exercise,
    conceal,
    show_isolation,
    show_line,
    show_message,
    show_points,
    show_prints,
    show_remarks,
)
from grader.result import CheckResult, SubmissionResult


def write(result: SubmissionResult, folder: Path) -> None:
    """Write `junit.xml`, whole or not at all.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    write_whole(folder, "junit.xml", render(result))


def render(result: SubmissionResult) -> str:
    """Return the document; ElementTree escapes, and what XML cannot hold at all is gone from the text before."""
    shown = conceal(result)
    name = show_line(shown.submission)
    top = ET.Element("testsuites", {"name": name, "time": f"{shown.seconds:.3f}", **_counts(shown.checks)})
    for exercise, checks in by_exercise(shown.checks).items():
        top.append(_suite(exercise, checks, shown))
    ET.indent(top)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(top, "unicode") + "\n"


def _suite(exercise: str, checks: Sequence[CheckResult], result: SubmissionResult) -> ET.Element:
    seconds = f"{sum(check.seconds for check in checks):.3f}"
    suite = ET.Element("testsuite", {"name": show_line(exercise), "time": seconds, **_counts(checks)})
    properties = ET.SubElement(suite, "properties")
    for name, value in {
        "points": f"{sum(check.points for check in checks):.2f}",
        "max_points": f"{sum(check.max_points for check in checks):.2f}",
        "isolation": show_isolation(result),
        "remarks": " ".join(show_remarks(result)),
    }.items():
        ET.SubElement(properties, "property", {"name": name, "value": value})
    for check in checks:
        suite.append(_case(check))
    return suite


def _case(check: CheckResult) -> ET.Element:
    case = ET.Element(
        "testcase",
        {
            "name": show_line(check.title),
            "classname": show_line(check.id).replace("/", "."),
            "time": f"{check.seconds:.3f}",
        },
    )
    if check.status != "passed":
        kind = "failure" if check.status == "failed" else "error"
        fault = ET.SubElement(case, kind, {"type": check.status, "message": show_message(check)})
        fault.text = "\n".join(_details(check))
    if printed := show_prints(check):
        ET.SubElement(case, "system-out").text = printed
    return case


def _details(check: CheckResult) -> list[str]:
    lines = [phrase("{points} points", points=show_points(check.points, check.max_points))]
    if check.hint:
        lines.append(phrase(HINT, hint=show_line(check.hint)))
    if check.file:
        place = show_line(check.file) + (f":{check.line}" if check.line else "")
        lines.append(phrase(AT, place=place))
    return lines


def _counts(checks: Sequence[CheckResult]) -> dict[str, str]:
    failures = sum(check.status == "failed" for check in checks)
    errors = sum(check.status in ("error", "not_run") for check in checks)
    return {"tests": str(len(checks)), "failures": str(failures), "errors": str(errors)}
