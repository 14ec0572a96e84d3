"""Why a check fails, in the words of the check: a sentence, and a hint on a line of its own."""

from __future__ import annotations

from grader.language import phrase

HINT_MARK = "hint: "


def reason(template: str, /, hint: str | None = None, **values: object) -> str:
    """Return the words of an assertion, in the language spoken.

    Args:
        template: the sentence in English, with a `{name}` for each value.
        hint: what to do about it, as the sentence of a mistake or in words of its own; translated when it is shown.
        values: what the names stand for.
    """
    said = phrase(template, **values)
    return f"{said}\n{HINT_MARK}{hint}" if hint else said


def wrong(template: str, /, hint: str | None = None, **values: object) -> AssertionError:
    """Return what a check raises where no comparison says it: the same words."""
    return AssertionError(reason(template, hint, **values))
