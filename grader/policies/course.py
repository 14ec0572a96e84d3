"""The policies of a course together with what is known of one submission."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

from grader.exercises import TABLE, Exercise
from grader.options import Options
from grader.policies.facts import METADATA, Facts, read_facts
from grader.policies.policy import Policy, read_policy
from grader.policies.score import apply_policies, refuse_attempt
from grader.result import SubmissionResult


@dataclass(frozen=True, slots=True)
class CoursePolicies:
    """What a course does with the points of one submission."""

    policy: Policy
    facts: Facts

    @property
    def refusal(self) -> str | None:
        """Why this attempt is not graded at all; None where it is."""
        return refuse_attempt(self.policy, self.facts)

    def apply(self, result: SubmissionResult) -> SubmissionResult:
        """Return the result with its final score; as it came where the course has no policy."""
        return apply_policies(result, self.policy, self.facts)

    def refuse(self, result: SubmissionResult) -> SubmissionResult:
        """Return the result of an attempt that is not graded; its final score says why, so no notice has to."""
        return dataclasses.replace(self.apply(result), notices=())


def open_policies(options: Options, table: Path = TABLE) -> CoursePolicies:
    """Return the policies of the table, and what the options and Gradescope's metadata tell of the submission.

    Raises:
        Unusable: if an entry of the table, or a metadata file that is needed, is not as it should be.
    """
    policy = read_policy(table)
    metadata = options.metadata
    if metadata is None and policy.depends_on_time and "gradescope" in options.formats:
        beside = (options.out or Path("out")).absolute().parent / METADATA
        metadata = beside if beside.exists() else None
    return CoursePolicies(
        policy, read_facts(metadata, options.due, options.submitted, datetime.now(timezone.utc))
    )


def warn_of_hidden(exercises: Sequence[Exercise]) -> str | None:
    """Return what an instructor should know where checks are kept from students; None where none are."""
    names = [exercise.name for exercise in exercises if set(exercise.visibility.values()) - {"visible"}]
    if not names:
        return None
    return (
        f"checks of {', '.join(names)} are kept from students: Gradescope shows them no total as long as any is, "
        "and PrairieLearn and Classroom show what those checks give together"
    )
