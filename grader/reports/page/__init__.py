"""`result.html`: one file to look at, which needs no network and nothing beside it."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from string import Template

from grader.errors import MISSING, NOT_WRITTEN
from grader.language import heard, later, phrase, spoken
from grader.reports.files import write_whole
from grader.reports.page.cards import Drawn, best_of, draw, section
from grader.reports.page.final import final_score
from grader.reports.page.text import name_of, points, say
from grader.reports.shown import POINTS
from grader.result import CheckResult, SubmissionResult

FILE = "result.html"
_HERE = Path(__file__).parent
_WORDS = {  # that the page has in any case, by their names in page.html
    "to_checks": later("To the checks"),
    "course": later("Looking inside convolutional networks"),
    "exercises_word": later("Exercises"),
    "unfold": later("Unfold all"),
    "fold": later("Fold all"),
    "only_wrong": later("Only what is not right"),
}
_AROUND = 2 * 3.14159265 * 52  # of the ring, in its own units


def write(result: SubmissionResult, folder: Path, *, official: bool = False) -> Path:
    """Write `result.html`, whole or not at all, and return where it is.

    Args:
        official: whether what is expected is withheld, which the page then says.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    write_whole(folder, FILE, render(result, official=official))
    return folder / FILE


def tell(file: Path, *, opened: bool, quiet: bool) -> None:
    """Say where the page is, and open it in the browser where that is asked."""
    if not quiet:
        print(f"grader: {phrase('the page is {file}', file=file)}", file=sys.stderr)
    if opened:
        import webbrowser

        webbrowser.open(file.resolve().as_uri())


def render(result: SubmissionResult, *, official: bool = False) -> str:
    """Return the page as text."""
    drawn = [draw(check) for check in result.checks]
    exercises = {name: list(some) for name, some in groupby(drawn, key=lambda one: one.check.exercise)}
    following = _next_check(result)
    script = (_HERE / "page.js").read_text("utf-8")
    return Template((_HERE / "page.html").read_text("utf-8")).substitute(
        language=spoken(),
        **{name: say(phrase(words)) for name, words in _WORDS.items()},
        title=say(Path(result.submission).name or result.submission),
        style=(_HERE / "page.css").read_text("utf-8"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        ring=_ring(result),
        summary=_summary(result),
        next=_next_step(following),
        notices=_notices(result, official=official),
        final=final_score(result),
        exercises="".join(_tile(name, some) for name, some in exercises.items()),
        sections="".join(
            section(name, some, opened=None if following is None else following.id)
            for name, some in exercises.items()
        ),
        seconds=say(phrase("Graded in {seconds:.1f} s.", seconds=result.seconds)),
        isolation=say(phrase("Isolation: {isolation}", isolation=result.isolation)),
    )


def _ring(result: SubmissionResult) -> str:
    score, most = result.graded
    share = score / most if most else 0.0
    length = _AROUND * min(max(share, 0.0), 1.0)
    words = say(phrase("{points} points", points=phrase(POINTS, earned=score, most=most)))
    arc = f'<circle class="arc" cx="60" cy="60" r="52" stroke-dasharray="{length:.1f} {_AROUND:.1f}"/>' * (
        length > 0
    )
    kind = _how_far(score, most)
    return (
        f'<svg class="ring {kind}" viewBox="0 0 120 120" role="img" aria-label="{words}">'
        f'<circle class="track" cx="60" cy="60" r="52"/>{arc}<text x="60" y="64">{score:g}</text>'
        f'<text class="small" x="60" y="82">{say(phrase("of {most:g}", most=most))}</text></svg>'
    )


def _summary(result: SubmissionResult) -> str:
    passed = sum(check.status == "passed" for check in result.checks)
    if passed == len(result.checks):
        return phrase("All {count} checks passed.", count=passed)
    if all(_is_to_write(check) for check in result.checks):
        return phrase("Nothing is written yet; {count} checks wait.", count=len(result.checks))
    return phrase("{passed} of {count} checks passed.", passed=passed, count=len(result.checks))


def _tile(exercise: str, drawn: Sequence[Drawn]) -> str:
    earned = sum(one.check.points for one in drawn)
    to_earn = sum(one.check.max_points for one in drawn)
    width = 100 * earned / to_earn if to_earn else 0.0
    return (
        f'<li class="{_how_far(earned, to_earn)}"><a href="#{say(exercise)}">'
        f'<span class="thumb">{best_of(drawn)}</span>'
        f'<span class="name">{name_of(exercise)}</span>'
        f'<span class="meter" aria-hidden="true"><i style="width:{width:.1f}%"></i></span>'
        f'<span class="points">{points(earned, to_earn)}</span></a></li>'
    )


def _how_far(earned: float, to_earn: float) -> str:
    return "full" if round(to_earn - earned, 6) <= 0 else "some" if earned > 0 else "none"


def _next_check(result: SubmissionResult) -> CheckResult | None:
    """Return the check to look at next: one of code that is written before one of code that is not."""
    wrong = [check for check in result.checks if check.status == "failed"]
    written = [check for check in wrong if not _is_to_write(check)]
    return next(iter(written or wrong), None)


def _is_to_write(check: CheckResult) -> bool:
    return heard(NOT_WRITTEN, check.message) is not None or _missing_file(check.message) is not None


def _missing_file(said: str) -> str | None:
    """Return the file that a sentence says is missing; None where it says something else."""
    found = heard(MISSING, said.removesuffix("."))
    return found["file"] if found else None


def _next_step(check: CheckResult | None) -> str:
    if check is None:
        return ""
    name = say(check.exercise)
    begin = later("Next: work on {exercise}, then run")
    if _is_to_write(check):
        begin = later("Next: begin with {exercise}, then run")
    link = f'<a href="#{name}">{name_of(check.exercise)}</a>'
    return (
        f'<p class="next"><span>{phrase(begin, exercise=link)}</span>'
        f"<code>python -m grader -e {name} --open</code></p>"
    )


def _notices(result: SubmissionResult, *, official: bool) -> str:
    said = [say(notice) for notice in _joined(result.notices)]
    if result.faulty:
        said.append(
            phrase("The grader itself failed in the checks marked “!”. Tell whoever runs the course.")
        )
    if official:
        said.append(
            phrase(
                "Graded with inputs that are not handed out: you see whether a check passed, and your own result."
            )
        )
    return f'<div class="notice">{"".join(f"<p>{notice}</p>" for notice in said)}</div>' if said else ""


def _joined(notices: Sequence[str]) -> list[str]:
    """Return the notices with those on missing files made one."""
    missing = {notice: file for notice in notices if (file := _missing_file(notice)) is not None}
    if len(missing) < 2:
        return list(notices)
    several = later("{files} are missing; hand in the files even where their functions are not written yet")
    rest = [notice for notice in notices if notice not in missing]
    return [phrase(several, files=", ".join(missing.values())), *rest]
