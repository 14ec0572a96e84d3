"""The report on the terminal after a save: what was graded again, and what that changed."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.rule import Rule
from rich.text import Text

from grader.language import phrase
from grader.reports.terminal import change_of_points, render_exercise
from grader.result import CheckResult, SubmissionResult

_MOST_NAMES = 3


def write(
    before: SubmissionResult | None,
    after: SubmissionResult,
    graded: Sequence[str],
    console: Console,
    *,
    verbosity: int = 0,
) -> None:
    """Print what a change has changed.

    Args:
        before: the results of the last time, None where there are none.
        after: the results now.
        graded: names of the exercises that were graded again.
        console: where to print.
        verbosity: as of `grader.reports.terminal.write`.
    """
    earlier = {check.id: check for check in before.checks} if before else {}
    if verbosity >= 0:
        for name in graded:
            checks = [check for check in after.checks if check.exercise == name]
            had = [earlier[check.id].points for check in checks if check.id in earlier]
            console.print(render_exercise(name, checks, verbosity, before=sum(had) if had else None))
            if lost := _lost(checks, earlier):
                titles = lost[0].title
                if len(lost) > 1:
                    titles = phrase("{count} of these checks", count=len(lost))
                said = phrase("passed before: {titles}", titles=titles)
                console.print(Padding(Text(f"↓ {said}", style="yellow"), (0, 0, 0, 2)))
    full = after.score == after.max_score
    points = change_of_points(after.score, after.max_score, before.score if before else None)
    style = "bold green" if full else "bold yellow"
    took = phrase("in {seconds:.1f} s", seconds=after.seconds)
    console.print(Text.assemble((f"{phrase('total')} ", "bold"), (points, style), (f"   {took}", "dim")))


def write_names(names: Sequence[str], clock: str, console: Console) -> None:
    """Print a line that separates one time from the next: when, and which files were saved."""
    console.print(Rule(Text(f"{clock}  {join_names(names)}", style="bold"), align="left", style="dim"))


def join_names(names: Sequence[str]) -> str:
    """Return the names of some files, of many the first ones and how many more there are."""
    more = len(names) - _MOST_NAMES
    shown = ", ".join(name.rpartition("/")[2] for name in names[:_MOST_NAMES])
    return phrase("{names} and {count} more", names=shown, count=more) if more > 0 else shown


def _lost(checks: Sequence[CheckResult], earlier: dict[str, CheckResult]) -> list[CheckResult]:
    """Return the checks that passed before and do not pass now, unless all have failed for one reason."""
    failed = [check for check in checks if check.status == "failed"]
    if len(failed) == len(checks) and len({check.message for check in failed}) == 1:
        return []
    return [check for check in failed if check.id in earlier and earlier[check.id].status == "passed"]
