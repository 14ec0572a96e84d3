"""What is known of a submission beside its files: when it was due and handed in, and what was handed in before."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from grader.errors import Unusable
from grader.policies.moments import read_moment

METADATA = "submission_metadata.json"


@dataclass(frozen=True, slots=True)
class Attempt:
    """An earlier submission of the same student.

    Attributes:
        submitted: when.
        score: what it got, after all policies.
        faulty: whether the grader failed on it.
    """

    submitted: datetime
    score: float
    faulty: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What policies ask for; None where it is not known.

    Attributes:
        due: when the submission was due.
        late_due: until when it is taken late.
        submitted: when it was handed in. Policies ask this, never the clock: grading again changes no grade.
        seen: when its result is read, which is now.
        before: earlier attempts; None where a platform keeps them and did not tell.
    """

    due: datetime | None = None
    late_due: datetime | None = None
    submitted: datetime | None = None
    seen: datetime | None = None
    before: tuple[Attempt, ...] | None = None

    @property
    def due_passed(self) -> bool:
        """Whether no one can hand in any more, so that what waits for the due date may be seen."""
        dues = [moment for moment in (self.due, self.late_due) if moment is not None]
        return bool(dues) and self.seen is not None and self.seen >= max(dues)


def read_facts(
    metadata: Path | None, due: datetime | None, submitted: datetime | None, seen: datetime
) -> Facts:
    """Return what is known.

    Args:
        metadata: Gradescope's `submission_metadata.json`; None where there is none.
        due, submitted: what was given by hand, which holds against the file.
        seen: now.

    Raises:
        Unusable: if the file is not what Gradescope writes.

    Source: https://gradescope-autograders.readthedocs.io/en/latest/submission_metadata/
    """
    if metadata is None:
        return Facts(due=due, submitted=submitted, seen=seen)
    try:
        data = json.loads(metadata.read_text("utf-8"))
        assignment = _table(data.get("assignment") or {}, "assignment")
        return Facts(
            due=due or _moment(assignment, "due_date"),
            late_due=None if due else _moment(assignment, "late_due_date"),
            submitted=submitted or _moment(data, "created_at"),
            seen=seen,
            before=tuple(_attempt(row) for row in data.get("previous_submissions") or ()),
        )
    except (OSError, ValueError, AttributeError, TypeError, KeyError) as error:
        raise Unusable(
            f"{metadata} is not what Gradescope writes ({error}); the policies of the course need it"
        ) from None


def _table(value: Any, name: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is no table")
    return value


def _moment(row: Mapping[str, Any], key: str) -> datetime | None:
    value = row.get(key)
    return None if value is None else read_moment(str(value))


def _attempt(row: Mapping[str, Any]) -> Attempt:
    score = float(row.get("score") or 0.0)  # Gradescope writes it as a text at times
    return Attempt(
        submitted=read_moment(str(row["submission_time"])),
        score=score if math.isfinite(score) and score > 0 else 0.0,
        faulty=bool(row.get("autograder_error", False)),
    )
