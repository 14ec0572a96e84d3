"""How the final score came about, as a part of the page."""

from __future__ import annotations

from grader.language import phrase
from grader.reports.page.text import points, say
from grader.result import SubmissionResult


def final_score(result: SubmissionResult) -> str:
    """Return the score of the checks, what each policy did, and the final score; nothing where there is no policy."""
    if result.final is None:
        return ""
    rows = [
        _row(phrase("Score of the checks"), points(result.score, result.max_score), "sum"),
        *(_row(effect.exactly, _change(effect.points), "effect") for effect in result.final.effects),
        _row(phrase("Final score"), points(result.final.score, result.final.max_score), "sum"),
    ]
    caption = f'<caption class="unseen">{say(phrase("The final score"))}</caption>'
    return f'<table class="final">{caption}<tbody>{"".join(rows)}</tbody></table>'


def _row(said: str, number: str, kind: str) -> str:
    return (
        f'<tr class="{kind}"><th scope="row">{say(said[:1].upper() + said[1:])}</th>'
        f'<td class="points">{number}</td></tr>'
    )


def _change(change: float) -> str:
    if not change:
        return f'<span class="unseen">{say(phrase("no change"))}</span>'
    return f"<b>{change:+g}</b>".replace("-", "−")
