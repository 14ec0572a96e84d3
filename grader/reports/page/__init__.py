"""`result.html`: one file to look at, which needs no network and nothing beside it."""

from __future__ import annotations

import base64
import hashlib
import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from string import Template

from grader.errors import Unusable
from grader.reports.page.cards import NOT_WRITTEN, Drawn, best_of, draw, section
from grader.reports.page.final import final_score
from grader.reports.page.text import name_of, points, say
from grader.result import CheckResult, SubmissionResult

_HERE = Path(__file__).parent
_MISSING = ".py is missing;"
_AROUND = 2 * 3.14159265 * 52  # of the ring, in its own units


def write(result: SubmissionResult, folder: Path, *, official: bool = False) -> Path:
    """Write `result.html`, whole or not at all, and return where it is.

    Args:
        official: whether what is expected is withheld, which the page then says.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / "result.html.partial"
        partial.write_text(render(result, official=official), "utf-8")
        return partial.replace(folder / "result.html")
    except OSError as error:
        raise Unusable(f"{folder} cannot be written to ({error.strerror}); give another --out") from None


def tell(file: Path, *, opened: bool, quiet: bool) -> None:
    """Say where the page is, and open it in the browser where that is asked."""
    if not quiet:
        print(f"grader: the page is {file}", file=sys.stderr)
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
        seconds=f"{result.seconds:.1f}",
        isolation=say(result.isolation),
    )


def _ring(result: SubmissionResult) -> str:
    score, most = result.graded
    share = score / most if most else 0.0
    length = _AROUND * min(max(share, 0.0), 1.0)
    words = f"{score:g} of {most:g} points"
    arc = f'<circle class="arc" cx="60" cy="60" r="52" stroke-dasharray="{length:.1f} {_AROUND:.1f}"/>' * (
        length > 0
    )
    kind = _how_far(score, most)
    return (
        f'<svg class="ring {kind}" viewBox="0 0 120 120" role="img" aria-label="{words}">'
        f'<circle class="track" cx="60" cy="60" r="52"/>{arc}<text x="60" y="64">{score:g}</text>'
        f'<text class="small" x="60" y="82">of {most:g}</text></svg>'
    )


def _summary(result: SubmissionResult) -> str:
    passed = sum(check.status == "passed" for check in result.checks)
    if passed == len(result.checks):
        return f"All {passed} checks passed."
    if all(_is_to_write(check) for check in result.checks):
        return f"Nothing is written yet; {len(result.checks)} checks wait."
    return f"{passed} of {len(result.checks)} checks passed."


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
    return check.message.startswith(NOT_WRITTEN) or _MISSING in check.message


def _next_step(check: CheckResult | None) -> str:
    if check is None:
        return ""
    name = say(check.exercise)
    begin = "begin with" if _is_to_write(check) else "work on"
    return (
        f'<p class="next"><span>Next: {begin} <a href="#{name}">{name_of(check.exercise)}</a>, then run</span>'
        f"<code>python -m grader -e {name} --open</code></p>"
    )


def _notices(result: SubmissionResult, *, official: bool) -> str:
    said = [say(notice) for notice in _joined(result.notices)]
    if result.faulty:
        said.append("The grader itself failed in the checks marked “!”. Tell whoever runs the course.")
    if official:
        said.append(
            "Graded with inputs that are not handed out: you see whether a check passed, and your own result."
        )
    return f'<div class="notice">{"".join(f"<p>{notice}</p>" for notice in said)}</div>' if said else ""


def _joined(notices: Sequence[str]) -> list[str]:
    """Return the notices with those on missing files made one."""
    missing = [notice for notice in notices if _MISSING in notice]
    if len(missing) < 2:
        return list(notices)
    files = ", ".join(notice.partition(_MISSING)[0] + ".py" for notice in missing)
    rest = [notice for notice in notices if notice not in missing]
    return [f"{files} are missing; hand in the files even where their functions are not written yet", *rest]
