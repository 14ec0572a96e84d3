"""The upper part of the page: the class in a line, its scores, its exercises."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, median, mode

from grader.class_page.csv_files import SCORES
from grader.class_page.histogram import draw_histogram
from grader.class_page.records import Student
from grader.class_page.tally import is_timeout
from grader.reports.page.text import name_of, say


def summarise(students: Sequence[Student]) -> str:
    """Return the class as a list of figures, each of which leads to where more is said."""
    graded = [student for student in students if student.graded]
    full = sum(student.score >= student.max_score for student in graded)
    stopped = sum(any(map(is_timeout, student.checks)) for student in students)
    problems = sum(bool(student.problem) for student in students)
    figures = [("students", str(len(students)), "students")]
    if graded:
        shares, most = scores_of(graded)
        figures += [
            ("median score", f"{median(shares):g}{_of(most)}", "scores"),
            ("mean score", f"{fmean(shares):.1f}{_of(most)}", "scores"),
            ("with full marks", str(full), "scores"),
        ]
    figures += [("not graded", str(problems), "problems"), ("with a timeout", str(stopped), "time")]
    tiles = "".join(
        f'<li><a href="#{aim}"><b>{value}</b><span>{title}</span></a></li>' for title, value, aim in figures
    )
    return f'<ul class="figures">{tiles}</ul>'


def draw_scores(students: Sequence[Student]) -> str:
    """Return the histogram, and how much of each exercise the class has."""
    graded = [student for student in students if student.graded]
    if not graded:
        return '<p class="none">No submission has a score yet.</p>'
    shares, most = scores_of(graded)
    left_out = len(students) - len(graded)
    without = f" {left_out} without a score {'is' if left_out == 1 else 'are'} left out." if left_out else ""
    unit = "points" if most != 100 or _alike(graded) else "per cent of the points to be had, which differ"
    return (
        f'<figure class="chart">{draw_histogram(shares, most)}'
        f"<figcaption>Students by {unit}; the line is the median.{without} "
        f'<a href="{SCORES}" download>{SCORES}</a></figcaption></figure>{_exercises(graded)}'
    )


def scores_of(graded: Sequence[Student]) -> tuple[list[float], float]:
    """Return the scores and the points to be had; per cent where not all can have the same."""
    if _alike(graded):
        return [student.score for student in graded], graded[0].max_score
    return [round(100 * student.score / (student.max_score or 1.0), 1) for student in graded], 100.0


def _alike(graded: Sequence[Student]) -> bool:
    return len({student.max_score for student in graded}) == 1 and graded[0].max_score > 0


def _of(most: float) -> str:
    return f"<small> of {most:g}</small>"


def _exercises(graded: Sequence[Student]) -> str:
    """Return for each exercise how many have all of it, some of it, nothing."""
    points = [student.by_exercise for student in graded]
    names = list(dict.fromkeys(name for one in points for name, (_, to_earn) in one.items() if to_earn > 0))
    drawn = "".join(_exercise(name, [one[name] for one in points if name in one]) for name in names)
    return f'<ul class="shares">{drawn}</ul>'


def _exercise(name: str, points: Sequence[tuple[float, float]]) -> str:
    full = sum(round(to_earn - earned, 6) <= 0 for earned, to_earn in points)
    none = sum(earned <= 0 < to_earn for earned, to_earn in points)
    parts = (
        ("full", full, "have all of it"),
        ("some", len(points) - full - none, "some"),
        ("none", none, "nothing"),
    )
    words = ", ".join(f"{count} {word}" for _, count, word in parts)
    drawn = "".join(
        f'<i class="{kind}" style="width:{100 * count / len(points):.2f}%"></i>'
        for kind, count, _ in parts
        if count
    )
    mean = 100 * fmean(earned / to_earn if to_earn else 1.0 for earned, to_earn in points)
    usual = mode(round(to_earn, 2) for _, to_earn in points)
    return (
        f'<li><span class="name">{name_of(name)}</span>'
        f'<span class="points"><b>{mean:.0f} %</b> of {usual:g}</span>'
        f'<span class="stacked" aria-hidden="true">{drawn}</span><span class="soft">{say(words)}</span></li>'
    )
