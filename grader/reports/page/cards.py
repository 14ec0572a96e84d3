"""A check as a card: a line with a thumbnail, and what unfolds below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.errors import NOT_WRITTEN
from grader.evidence import Evidence, Frame, unpack
from grader.language import heard, later, phrase
from grader.reports.page.draw import png_address
from grader.reports.page.panels import Shown, show
from grader.reports.page.text import name_of, points, say
from grader.result import CheckResult

_MARKS = {"passed": "✓", "failed": "✗", "error": "!", "not_run": "·"}
_WORDS = {
    "passed": later("passed"),
    "failed": later("not right yet"),
    "error": later("the grader failed"),
    "not_run": later("not run"),
}
_PICTURE_CAP = 300_000  # bytes of a figure that a student drew
_PRINTS_CAP = 4000


@dataclass(frozen=True, slots=True)
class Drawn:
    """A check with its evidence, drawn.

    Attributes:
        shown: its exhibits.
        thumbnail: a small picture of it, as HTML.
    """

    check: CheckResult
    evidence: Evidence
    shown: tuple[Shown, ...]
    thumbnail: str


def draw(check: CheckResult) -> Drawn:
    """Return a check with its evidence drawn."""
    evidence = unpack(check.evidence) if check.evidence is not None else Evidence()
    try:
        shown = tuple(show(exhibit) for exhibit in evidence.exhibits)
    except (ArithmeticError, ValueError, OSError):  # odd numbers cost a picture, not the page
        shown = ()
    if shown:
        thumbnail = shown[0].thumbnail
    elif (picture := _picture(check)) is not None:
        thumbnail = f'<img src="{picture}" alt="">'
    else:
        waiting = _is_stub(check)
        thumbnail = f'<span class="glyph">{"…" if waiting else _MARKS[check.status]}</span>'
    return Drawn(check, evidence, shown, thumbnail)


def best_of(drawn: Sequence[Drawn]) -> str:
    """Return the thumbnail that shows an exercise best: a right picture before a wrong one before none."""

    def rank(one: Drawn) -> tuple[int, bool]:
        return max((shown.rank for shown in one.shown), default=-1), one.check.status == "passed"

    return max(drawn, key=rank).thumbnail


def section(exercise: str, drawn: Sequence[Drawn], *, opened: str | None) -> str:
    """Return an exercise with all its checks.

    Args:
        drawn: its checks.
        opened: id of the check that is unfolded from the start.
    """
    checks = [one.check for one in drawn]
    earned, to_earn = sum(check.points for check in checks), sum(check.max_points for check in checks)
    head = (
        f'<header><h2 id="{say(exercise)}">{name_of(exercise)}</h2>'
        f'<p class="points">{points(earned, to_earn)}</p></header>'
    )
    if (card := _in_one(drawn)) is not None:
        return f'<section aria-labelledby="{say(exercise)}">{head}{card}</section>'
    cards = "".join(_card(one, opened=one.check.id == opened) for one in drawn)
    return f'<section aria-labelledby="{say(exercise)}">{head}<div class="checks">{cards}</div></section>'


def _in_one(drawn: Sequence[Drawn]) -> str | None:
    """Return one card where one thing is to be mended or written, such as a missing file; None where there are more."""
    checks = [one.check for one in drawn]
    waiting = all(_is_stub(check) for check in checks)
    reasons = {(check.status, check.message, check.hint) for check in checks}
    alike = len(reasons) == 1 and checks[0].status == "failed" and not any(one.shown for one in drawn)
    if not waiting and not alike:
        return None
    said = _to_be_written(checks) if waiting else say(checks[0].message)
    hint = _hint(checks[0].hint) if checks[0].hint else ""
    excerpt = "" if waiting else "".join(_excerpts(drawn[0].evidence))
    asked = "".join(f"<li>{say(check.title)}</li>" for check in checks)
    what = phrase("What its check asks for")
    if len(checks) > 1:
        what = phrase("What its {count} checks ask for", count=len(checks))
    kind, glyph = ("waiting", "…") if waiting else ("failed", _MARKS["failed"])
    return (
        f'<div class="checks"><details class="check {kind}"><summary>'
        f'<span class="thumb"><span class="glyph">{glyph}</span></span>'
        f'<span class="said"><span class="{"title" if waiting else "reason"}">{said}</span>'
        f'<span class="soft">{say(what)}</span></span></summary>'
        f'<div class="detail">{hint}{excerpt}<ul class="asked">{asked}</ul></div></details></div>'
    )


def _to_be_written(checks: Sequence[CheckResult]) -> str:
    """Return which functions are to be written, by their files."""
    functions: dict[str, list[str]] = {}
    for message in dict.fromkeys(check.message for check in checks):
        stub = heard(NOT_WRITTEN, message) or {"function": message, "file": ""}
        functions.setdefault(stub["file"], []).append(f"<code>{say(stub['function'])}</code>")
    by_file = (
        phrase("{functions} in {file}", functions=", ".join(names), file=f"<code>{say(file)}</code>")
        for file, names in functions.items()
    )
    return phrase("Not written yet: {functions}", functions="; ".join(by_file))


def _is_stub(check: CheckResult) -> bool:
    return heard(NOT_WRITTEN, check.message) is not None


def _hint(hint: str) -> str:
    return f'<p class="hint"><b>{say(phrase("Hint"))}</b> {say(hint)}</p>'


def _card(drawn: Drawn, *, opened: bool) -> str:
    check = drawn.check
    reason = f'<span class="reason">{say(check.message)}</span>' if check.message else ""
    verdict = say(phrase(_WORDS[check.status]))
    return (
        f'<details class="check {check.status}" id="{say(check.id)}"{" open" if opened else ""}><summary>'
        f'<span class="thumb">{drawn.thumbnail}</span>'
        f'<span class="said"><span class="title">{say(check.title)}</span>{reason}</span>'
        f'<span class="points">{points(check.points, check.max_points)}</span>'
        f'<span class="verdict" title="{verdict}"><span aria-hidden="true">{_MARKS[check.status]}</span>'
        f'<span class="unseen">{verdict}</span></span>'
        f'</summary><div class="detail">{_detail(check, drawn.evidence, drawn.shown)}</div></details>'
    )


def _detail(check: CheckResult, evidence: Evidence, shown: Sequence[Shown]) -> str:
    parts = []
    if check.hint:
        parts.append(_hint(check.hint))
    if evidence.frames and not _is_stub(check):
        parts += _excerpts(evidence)
    if evidence.called:
        parts.append(
            f'<p class="called"><span>{say(phrase("asked"))}</span> <code>{say(evidence.called)}</code></p>'
        )
    parts += [exhibit.figures for exhibit in shown]
    if (picture := _picture(check)) is not None:
        parts.append(
            f'<figure class="drawn"><img src="{picture}" alt="{say(phrase("the figure that your code drew"))}">'
            f"<figcaption>{say(phrase('the figure that you drew'))}</figcaption></figure>"
        )
    if check.prints.strip():
        printed = say(check.prints.strip()[:_PRINTS_CAP])
        parts.append(
            f'<div class="printed"><h4>{say(phrase("printed"))}</h4><pre tabindex="0">{printed}</pre></div>'
        )
    seconds = say(phrase("{seconds:.1f} s", seconds=check.seconds))
    parts.append(f'<p class="meta"><code>{say(check.id)}</code> · {seconds}</p>')
    return "".join(parts)


def _excerpts(evidence: Evidence) -> list[str]:
    return [_excerpt(frame, last=frame is evidence.frames[-1]) for frame in evidence.frames]


def _excerpt(frame: Frame, *, last: bool) -> str:
    where = phrase("{file}, line {line}", file=say(frame.file), line=frame.line)
    if frame.function and frame.function != "<module>":
        where += phrase(", in {function}", function=f"<code>{say(frame.function)}</code>")
    rows = "".join(
        f'<span class="line{" here" if number == frame.line else ""}"><i>{number}</i>{say(text) or " "}</span>'
        for number, text in enumerate(frame.around, frame.first)
    )
    what = phrase("stopped at {place}" if last else "by way of {place}", place=where)
    return f'<div class="excerpt"><h4>{what}</h4><pre tabindex="0">{rows}</pre></div>'


def _picture(check: CheckResult) -> str | None:
    picture = check.picture
    if picture is None or len(picture) > _PICTURE_CAP or not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return png_address(picture)
