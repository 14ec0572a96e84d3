"""What differs between two folders of grades: whose score, and through which checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from grader.batch.graded import GradedSubmission


def compare(before: Sequence[GradedSubmission], after: Sequence[GradedSubmission]) -> Iterator[str]:
    """Yield a line for each student whose grade is not the same, the largest change first."""
    old, new = ({row.student: row for row in rows} for rows in (before, after))
    changes = [
        (new[name].score - old[name].score, name, why)
        for name in old.keys() & new.keys()
        if (why := list(_why(old[name], new[name])))
    ]
    for change, name, why in sorted(changes, key=lambda one: (-abs(one[0]), one[1])):
        scores = (
            f"{old[name].score:g} -> {new[name].score:g} ({change:+g})" if change else f"{new[name].score:g}"
        )
        yield f"{name}: {scores}: {'; '.join(why)}"
    yield from (f"{name}: only before, {old[name].score:g}" for name in sorted(old.keys() - new.keys()))
    yield from (f"{name}: only after, {new[name].score:g}" for name in sorted(new.keys() - old.keys()))


def _why(old: GradedSubmission, new: GradedSubmission) -> Iterator[str]:
    if old.problem != new.problem:
        yield f"{old.problem or 'could be graded'} -> {new.problem or 'can be graded'}"
    checks = [{check["id"]: check for check in row.result.get("checks", ())} for row in (old, new)]
    if not old.problem and not new.problem:
        for name in dict.fromkeys([*checks[0], *checks[1]]):
            was, now = (_told(told.get(name)) for told in checks)
            if was != now:
                yield f"{name} {was} -> {now}"
    if old.adjustments != new.adjustments:
        given = [sum(points for points, _ in row.adjustments) for row in (old, new)]
        yield f"by hand {given[0]:+g} -> {given[1]:+g}"


def _told(check: dict[str, object] | None) -> str:
    return f"{check['status']} {check['points']:g}/{check['max_points']:g}" if check else "not there"
