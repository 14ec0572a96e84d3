"""What the end of a check means: passed, failed with a reason, or the grader's own fault."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from hypothesis.errors import Flaky

from grader.checking.expected import Finding
from grader.checking.reasons import HINT_MARK
from grader.errors import NotWritten, StudentFault
from grader.language import phrase
from grader.result import CheckResult


def outcome_of(
    planned: CheckResult, error: BaseException | None, findings: Sequence[Finding], hint: str | None
) -> CheckResult:
    """Return the result of a check.

    Args:
        planned: the check before it ran.
        error: what it ended with, None if it ended well.
        findings: of the comparisons made during the check, in order.
        hint: the check's own, for when the student's function raises.
    """
    error = _innermost(error)
    match error:
        case None:
            return dataclasses.replace(planned, status="passed", points=planned.max_points)
        case NotWritten():
            return dataclasses.replace(planned, status="failed", message=str(error))
        case StudentFault():
            return dataclasses.replace(planned, status="failed", message=str(error), hint=error.hint or hint)
        case AssertionError():
            message, own_hint = _own_words(str(error))
            if findings and not message:
                return dataclasses.replace(
                    planned, status="failed", message=findings[-1].message, hint=findings[-1].hint
                )
            if findings and own_hint is None:
                own_hint = findings[-1].hint
            return dataclasses.replace(planned, status="failed", message=message, hint=own_hint)
        case Flaky():
            message = phrase("the same call gave different answers when it was repeated")
            return dataclasses.replace(planned, status="failed", message=message, hint=hint)
        case _:
            fault = phrase(
                "the grader failed in this check, which is not your fault: {error}",
                error=f"{type(error).__name__}: {error}",
            )
            return dataclasses.replace(planned, status="error", message=fault)


def without_values(outcome: CheckResult, error: BaseException | None) -> CheckResult:
    """Return a result whose reason tells nothing of what is expected: only what the student's own code did."""
    if outcome.status == "failed" and not isinstance(_innermost(error), (StudentFault, Flaky)):
        return dataclasses.replace(outcome, message=phrase("the result is not what is expected"))
    return outcome


def _innermost(error: BaseException | None) -> BaseException | None:
    """Return what a group of exceptions holds first: hypothesis groups what a law's examples raised."""
    inner = getattr(error, "exceptions", None)
    return _innermost(inner[0]) if inner else error


def _own_words(text: str) -> tuple[str, str | None]:
    """Return the sentence and the hint of a failed assert, without the source of the check.

    pytest puts the check's own sentence first and its source after it, from "assert" on.
    """
    lines = [line.strip() for line in text.splitlines()]
    own = lines[
        : next((number for number, line in enumerate(lines) if line.startswith("assert ")), len(lines))
    ]
    hints = [line.removeprefix(HINT_MARK) for line in own if line.startswith(HINT_MARK)]
    said = " ".join(line for line in own if not line.startswith(HINT_MARK)).strip()
    return said, hints[0] if hints else None
