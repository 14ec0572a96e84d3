"""The report on the terminal: points by exercise, what is wrong, what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from grader.errors import NOT_WRITTEN
from grader.language import heard, later, phrase
from grader.reports.shown import show_points
from grader.result import CheckResult, Status, SubmissionResult

_MARKS: dict[Status, tuple[str, str]] = {
    "passed": ("✓", "green"),
    "failed": ("✗", "red"),
    "error": ("!", "magenta"),
    "not_run": ("·", "magenta"),
}
_HINT = later("hint: {hint}")


def write(
    result: SubmissionResult, *, verbosity: int = 0, console: Console | None = None, next_step: bool = True
) -> None:
    """Print the report.

    Args:
        result: what to report.
        verbosity: -1 prints the totals only, 0 what is wrong as well, 1 everything.
        console: where to print, by default stdout without colour where that is no terminal.
        next_step: whether to end with the one thing to do next.
    """
    console = console or Console(highlight=False, soft_wrap=False)
    if verbosity >= 0:
        for exercise, checks in groupby(result.checks, key=lambda check: check.exercise):
            console.print(render_exercise(exercise, list(checks), verbosity))
    console.print(_totals(result))
    if verbosity >= 0 and next_step and (advice := _next_step(result)):
        console.print(Text(advice))


def render_exercise(
    name: str, checks: Sequence[CheckResult], verbosity: int, *, before: float | None = None
) -> Group:
    """Return the lines of one exercise.

    Args:
        name, checks: of the exercise.
        verbosity: as of `write`.
        before: its points of the last time, None where there was none.
    """
    earned, to_earn = _sum(checks)
    colour = "green" if earned == to_earn else "yellow" if earned else "red"
    head = Table.grid(expand=True)
    head.add_column(ratio=1)
    head.add_column(justify="right")
    head.add_row(
        Rule(Text(name, style="bold"), align="left", style="dim"),
        Text(f" {change_of_points(earned, to_earn, before)}", style=f"bold {colour}"),
    )
    if all(_is_stub(check) for check in checks):
        return Group(head, *(_line(message) for message in dict.fromkeys(check.message for check in checks)))
    reasons = {(check.status, check.message, check.hint) for check in checks}
    if len(checks) > 1 and len(reasons) == 1 and checks[0].status == "failed" and verbosity <= 0:
        hint = [_line(phrase(_HINT, hint=checks[0].hint), "cyan")] if checks[0].hint else []
        message = phrase("every check: {message}", message=checks[0].message)  # such as a missing file
        return Group(head, _line(message), *hint)
    rows: list[Table | Padding] = []
    told: set[str] = set()
    groups = _by_reason(checks) if verbosity <= 0 else [[check] for check in checks]
    for group in groups:
        if group[0].status != "passed" or verbosity > 0:
            rows.append(_checks(group, verbosity, repeated=group[0].hint in told))
            told.add(group[0].hint or "")
    passed = sum(check.status == "passed" for check in checks)
    if passed and verbosity <= 0:
        what = phrase("every check passed")
        if passed < len(checks):
            what = phrase("{count} more passed", count=passed)
        rows.append(Padding(Text(f"✓ {what}", style="green"), (0, 0, 0, 2)))
    return Group(head, *rows)


def _by_reason(checks: Sequence[CheckResult]) -> list[list[CheckResult]]:
    """Return the checks in groups that fail for one reason, in the order of their first ones.

    Where there is a hint each check is told by itself: what it asks for helps to understand the hint.
    """
    groups: dict[tuple[str, ...], list[CheckResult]] = {}
    for check in checks:
        reason = (
            (check.status, check.message) if check.message and not check.hint else (check.id, check.title)
        )
        groups.setdefault(reason, []).append(check)
    return [*groups.values()]


def _line(message: str, colour: str = "red") -> Padding:
    mark = "✗ " if colour == "red" else "  "
    return Padding(Text(mark + message, style=colour), (0, 0, 0, 2))


def _checks(group: Sequence[CheckResult], verbosity: int, *, repeated: bool) -> Table:
    """Return the lines of a check, or of several that have one message."""
    check, *more = group
    mark, colour = _MARKS[check.status]
    table = Table.grid(padding=(0, 1))
    table.add_column(width=3, justify="right")
    table.add_column(width=9, justify="right", style="dim")
    table.add_column(overflow="fold")  # with an ellipsis a wide letter is lost where a line is full
    seconds = f"  ({phrase('{seconds:.1f} s', seconds=check.seconds)})" if verbosity > 0 else ""
    title = Text(check.title + seconds)
    if more:
        title = Text.assemble(
            (check.message, colour), (f"  ({phrase('{count} checks', count=len(group))})", "dim")
        )
    table.add_row(Text(mark, style=colour), change_of_points(*_sum(group)), title)
    if check.message and not more:
        table.add_row("", "", Text(check.message, style=colour))
    if check.hint and repeated:
        table.add_row("", "", Text(phrase(_HINT, hint=phrase("the same as above")), style="cyan"))
    elif check.hint:
        table.add_row("", "", Text(phrase(_HINT, hint=check.hint), style="cyan"))
    if check.prints.strip() and verbosity > 0:
        table.add_row("", "", Text(phrase("printed: {text}", text=check.prints.strip()[:2000]), style="dim"))
    return table


def _totals(result: SubmissionResult) -> Group:
    total = Text.assemble(
        (f"{phrase('total')} ", "bold"),
        (change_of_points(result.score, result.max_score), "bold green" if result.full else "bold yellow"),
        (f"   {phrase('in {seconds:.1f} s', seconds=result.seconds)}", "dim"),
    )
    rows: list[Rule | Text | Table] = [Rule(style="dim"), total, *_policies(result)]
    if result.faulty:
        rows.append(
            Text(
                phrase("the grader itself failed in the checks marked !, tell whoever runs the course"),
                "magenta",
            )
        )
    rows.append(Text(phrase("isolation: {isolation}", isolation=result.isolation), style="dim"))
    return Group(*rows)


def _policies(result: SubmissionResult) -> list[Table | Text]:
    """Return what each policy of the course did, and the score that counts."""
    if result.final is None:
        return []
    effects = Table.grid(padding=(0, 1))
    effects.add_column(width=8, justify="right", style="yellow")
    effects.add_column()
    for effect in result.final.effects:
        change = f"{effect.points:+g}".replace("-", "\N{MINUS SIGN}") if effect.points else "·"
        effects.add_row(change, Text(effect.exactly))
    final, most = result.graded
    colour = "bold green" if final >= most else "bold yellow"
    return [effects, Text.assemble((f"{phrase('final')} ", "bold"), (show_points(final, most), colour))]


def _next_step(result: SubmissionResult) -> str:
    """Return the one thing to do next."""
    wrong = [check for check in result.checks if check.status == "failed"]
    if not wrong:
        return ""
    written = [check for check in wrong if not _is_stub(check)]
    exercise = (written or wrong)[0].exercise
    return phrase("next: work on {exercise}, then run  python -m grader -e {exercise}", exercise=exercise)


def _is_stub(check: CheckResult) -> bool:
    return heard(NOT_WRITTEN, check.message) is not None


def _sum(checks: Sequence[CheckResult]) -> tuple[float, float]:
    return sum(check.points for check in checks), sum(check.max_points for check in checks)


def change_of_points(earned: float, to_earn: float, before: float | None = None) -> str:
    """Return points in words, such as "12 of 30", and "9 → 12 of 30" where they were others before."""
    if to_earn < 0:
        return ""
    changed = f"{round(before, 2):g} → " if before is not None and round(before - earned, 2) else ""
    return changed + show_points(earned, to_earn)
