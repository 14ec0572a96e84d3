"""Gradebooks: CSV for a spreadsheet, for Canvas and for Moodle, and lines of JSON for programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.batch.graded import GradedSubmission
from grader.batch.roster import Roster
from grader.reports.csv_file import cell

_CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
_MOODLE = ("Identifier", "Full name", "Email address", "Grade", "Maximum Grade", "Feedback comments")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a gradebook.

    Attributes:
        student: by name.
        about: the row of the roster, by column; empty where the student is not in it.
        graded: None where nothing was handed in.
    """

    student: str
    about: Mapping[str, str]
    graded: GradedSubmission | None


def make_entries(rows: Sequence[GradedSubmission], roster: Roster) -> list[Entry]:
    """Return a line for each student, in the order of the roster, then those who are not in it."""
    by_name = {row.student: row for row in rows}
    listed = dict(zip(roster.names(), roster.rows, strict=True))
    entries = [Entry(name, about, by_name.get(name)) for name, about in listed.items()]
    return entries + [Entry(row.student, {}, row) for row in rows if row.student not in listed]


def write_plain(entries: Sequence[Entry], roster: Roster) -> str:
    """Return a CSV with all that an instructor may sort by: totals, adjustments, points of each exercise."""
    exercises = list(dict.fromkeys(name for entry in entries for name in _points(entry.graded)))
    head = [
        "student", *roster.columns, "submission", "score", "max_score", "automatic", "adjusted", "reasons",
        *exercises, "problem", "remark", "graded_at",
    ]  # fmt: skip
    most = max_score(entries)
    lines: list[list[str | float]] = []
    for entry in entries:
        known: list[str | float] = [entry.student, *(entry.about.get(name, "") for name in roster.columns)]
        if (graded := entry.graded) is None:
            lines.append(
                [*known, "", "", most, "", "", "", *("" for _ in exercises), "nothing was handed in", "", ""]
            )
            continue
        points = _points(graded)
        automatic = graded.automatic
        lines.append(
            [
                *known, graded.submission, graded.score, most, automatic, round(graded.score - automatic, 2),
                _reasons(graded), *(points.get(name, "") for name in exercises), graded.problem or "", graded.remark,
                graded.graded_at,
            ]
        )  # fmt: skip
    return "\ufeff" + _render(head, lines)  # without the mark Excel reads Latin-1


def write_canvas(entries: Sequence[Entry], title: str) -> str:
    """Return what Canvas imports: its own columns, one for this assignment, and a line of points possible."""
    lines: list[list[str | float]] = [["    Points Possible", "", "", "", "", max_score(entries)]]
    for entry in entries:
        name, _, number = entry.student.rpartition("_")
        known = entry.about if "ID" in entry.about else {"Student": name, "ID": number}
        lines.append([*(known.get(column, "") for column in _CANVAS), _score(entry)])
    return _render([*_CANVAS, title], lines)


def write_moodle(entries: Sequence[Entry]) -> str:
    """Return a grading worksheet as Moodle takes it: who, the grade, and a line of feedback."""
    lines: list[list[str | float]] = []
    for entry in entries:
        name, number = _apart(entry.student)
        known: Mapping[str, str] = {
            "Identifier": f"Participant {number}" if number else "",
            "Full name": name,
        }
        known = entry.about if "Identifier" in entry.about else {**known, **entry.about}
        feedback = (entry.graded.problem or _reasons(entry.graded)) if entry.graded else ""
        who = [known.get(column, "") for column in _MOODLE[:3]]
        lines.append([*who, _score(entry), max_score(entries), feedback])
    return _render(_MOODLE, lines)


def write_lines(entries: Sequence[Entry]) -> Iterator[str]:
    """Yield a line of JSON for each student."""
    for entry in entries:
        told: dict[str, object] = {"student": entry.student, "roster": dict(entry.about)}
        if (graded := entry.graded) is not None:
            told |= {
                "submission": graded.submission,
                "digest": graded.digest,
                "score": graded.score,
                "adjustments": [
                    {"points": points, "reason": reason} for points, reason in graded.adjustments
                ],
                "problem": graded.problem,
                "remark": graded.remark,
                "graded_at": graded.graded_at,
                "result": graded.result or None,
            }
        yield json.dumps(told, ensure_ascii=False).encode("utf-8", "replace").decode() + "\n"


def max_score(entries: Sequence[Entry]) -> float:
    """Return the points to be had: those of most submissions, as one that could not be graded tells none."""
    told = [entry.graded.result["max_score"] for entry in entries if entry.graded and entry.graded.result]
    return float(max(told, key=told.count, default=0.0))


def _apart(student: str) -> tuple[str, str]:
    """Return the name and the number of a student of a download; "" where it has no number."""
    name, _, number = student.rpartition("_")
    return (name, number) if name and number.isdigit() else (student, "")


def _score(entry: Entry) -> float | str:
    return entry.graded.score if entry.graded else ""


def _points(graded: GradedSubmission | None) -> dict[str, float]:
    points: dict[str, float] = {}
    for check in graded.result.get("checks", ()) if graded else ():
        points[check["exercise"]] = round(points.get(check["exercise"], 0.0) + check["points"], 2)
    return points


def _reasons(graded: GradedSubmission) -> str:
    return "; ".join(f"{reason} ({points:+g})" for points, reason in graded.adjustments)


def _render(head: Sequence[str], lines: Sequence[Sequence[str | float]]) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(head)
    for line in lines:
        rows.writerow([cell(value) if isinstance(value, str) else f"{value:g}" for value in line])
    return text.getvalue()
