"""A check as a card: a line with a thumbnail, and what unfolds below it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grader.evidence import Evidence, Frame, unpack
from grader.reports.page.draw import png_address
from grader.reports.page.panels import Shown, show
from grader.reports.page.text import name_of, points, say
from grader.result import CheckResult

NOT_WRITTEN = "not written yet"
_MARKS = {"passed": "✓", "failed": "✗", "error": "!", "not_run": "·"}
_WORDS = {"passed": "passed", "failed": "not right yet", "error": "the grader failed", "not_run": "not run"}
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
        waiting = check.message.startswith(NOT_WRITTEN)
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
    waiting = all(check.message.startswith(NOT_WRITTEN) for check in checks)
    reasons = {(check.status, check.message, check.hint) for check in checks}
    alike = len(reasons) == 1 and checks[0].status == "failed" and not any(one.shown for one in drawn)
    if not waiting and not alike:
        return None
    said = _to_be_written(checks) if waiting else say(checks[0].message)
    hint = f'<p class="hint"><b>Hint</b> {say(checks[0].hint)}</p>' if checks[0].hint else ""
    excerpt = "" if waiting else "".join(_excerpts(drawn[0].evidence))
    asked = "".join(f"<li>{say(check.title)}</li>" for check in checks)
    count = f"its {len(checks)} checks ask" if len(checks) > 1 else "its check asks"
    kind, glyph = ("waiting", "…") if waiting else ("failed", _MARKS["failed"])
    return (
        f'<div class="checks"><details class="check {kind}"><summary>'
        f'<span class="thumb"><span class="glyph">{glyph}</span></span>'
        f'<span class="said"><span class="{"title" if waiting else "reason"}">{said}</span>'
        f'<span class="soft">What {count} for</span></span></summary>'
        f'<div class="detail">{hint}{excerpt}<ul class="asked">{asked}</ul></div></details></div>'
    )


def _to_be_written(checks: Sequence[CheckResult]) -> str:
    """Return which functions are to be written, by their files."""
    functions: dict[str, list[str]] = {}
    for message in dict.fromkeys(check.message for check in checks):
        name, _, file = message.removeprefix(NOT_WRITTEN).lstrip(": ").rpartition(" in ")
        functions.setdefault(file, []).append(f"<code>{say(name)}</code>")
    by_file = (f"{', '.join(names)} in <code>{say(file)}</code>" for file, names in functions.items())
    return f"Not written yet: {'; '.join(by_file)}"


def _card(drawn: Drawn, *, opened: bool) -> str:
    check = drawn.check
    reason = f'<span class="reason">{say(check.message)}</span>' if check.message else ""
    return (
        f'<details class="check {check.status}" id="{say(check.id)}"{" open" if opened else ""}><summary>'
        f'<span class="thumb">{drawn.thumbnail}</span>'
        f'<span class="said"><span class="title">{say(check.title)}</span>{reason}</span>'
        f'<span class="points">{points(check.points, check.max_points)}</span>'
        f'<span class="verdict" title="{_WORDS[check.status]}"><span aria-hidden="true">{_MARKS[check.status]}</span>'
        f'<span class="unseen">{_WORDS[check.status]}</span></span>'
        f'</summary><div class="detail">{_detail(check, drawn.evidence, drawn.shown)}</div></details>'
    )


def _detail(check: CheckResult, evidence: Evidence, shown: Sequence[Shown]) -> str:
    parts = []
    if check.hint:
        parts.append(f'<p class="hint"><b>Hint</b> {say(check.hint)}</p>')
    if evidence.frames and not check.message.startswith(NOT_WRITTEN):
        parts += _excerpts(evidence)
    if evidence.called:
        parts.append(f'<p class="called"><span>asked</span> <code>{say(evidence.called)}</code></p>')
    parts += [exhibit.figures for exhibit in shown]
    if (picture := _picture(check)) is not None:
        parts.append(
            f'<figure class="drawn"><img src="{picture}" alt="the figure that your code drew">'
            "<figcaption>the figure that you drew</figcaption></figure>"
        )
    if check.prints.strip():
        printed = say(check.prints.strip()[:_PRINTS_CAP])
        parts.append(f'<div class="printed"><h4>printed</h4><pre tabindex="0">{printed}</pre></div>')
    parts.append(f'<p class="meta"><code>{say(check.id)}</code> · {check.seconds:.1f} s</p>')
    return "".join(parts)


def _excerpts(evidence: Evidence) -> list[str]:
    return [_excerpt(frame, last=frame is evidence.frames[-1]) for frame in evidence.frames]


def _excerpt(frame: Frame, *, last: bool) -> str:
    where = f"{say(frame.file)}, line {frame.line}"
    if frame.function and frame.function != "<module>":
        where += f", in <code>{say(frame.function)}</code>"
    rows = "".join(
        f'<span class="line{" here" if number == frame.line else ""}"><i>{number}</i>{say(text) or " "}</span>'
        for number, text in enumerate(frame.around, frame.first)
    )
    what = "stopped at" if last else "by way of"
    return f'<div class="excerpt"><h4>{what} {where}</h4><pre tabindex="0">{rows}</pre></div>'


def _picture(check: CheckResult) -> str | None:
    picture = check.picture
    if picture is None or len(picture) > _PICTURE_CAP or not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return png_address(picture)
