"""The measurements as tables, 100 columns wide. Each function says whether the limits in its table are kept."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import median

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from tests.bench.commands import Cost
from tests.bench.measures import (
    CHECKS_LIMIT,
    CPU_LIMIT,
    FAVOURS_LIMIT,
    LOCK_LIMIT,
    PAGE_BYTES,
    PAGE_SECONDS,
    POINTS_LIMIT,
    WALL_LIMIT,
    WATCH_RATIO,
    WATCH_SECONDS,
    Checks,
    Localisation,
    Opened,
    Pair,
    Processes,
    Watched,
    ratio,
)


def print_pairs(pairs: Sequence[Pair], console: Console) -> bool:
    """Print what the pairs took and how the grader compares."""
    table = _table(
        f"python -m grader reference, cold, {len(pairs)} pairs", "", "median", "min", "max", "limit", ""
    )
    for quantity, title in (("wall", "wall time, s"), ("cpu", "processor time, user + system, s")):
        table.add_row(f"grader: {title}", *_numbers([getattr(pair.grader, quantity) for pair in pairs]))
        table.add_row(f"bare script: {title}", *_numbers([getattr(pair.bare, quantity) for pair in pairs]))
    kept = True
    for quantity, limit in (("wall", WALL_LIMIT), ("cpu", CPU_LIMIT)):
        numbers = ratio(pairs, quantity)
        kept &= numbers[0] <= limit
        verdict = _verdict(numbers[0] <= limit)
        table.add_row(
            f"grader / bare script, {quantity}", *(f"{n:.2f}" for n in numbers), f"{limit:.2f}", verdict
        )
    console.print(table)
    for number, pair in enumerate(pairs, start=1):
        for name, cost in (("grader", pair.grader), ("bare script", pair.bare)):
            if odd := _oddities(name, cost):
                console.print(f"pair {number}: {odd}", style="yellow")
                kept = False
    return kept


def print_checks(checks: Checks, console: Console) -> bool:
    """Print the seconds of each check and how they compare with one call of each function."""
    table = _table("checks, one exercise at a time", "check", "s")
    for exercise, group in groupby(checks.seconds.items(), key=lambda item: item[0].partition("/")[0]):
        seconds = list(group)
        table.add_row(Text(exercise, "bold"), Text(f"{sum(second for _, second in seconds):.2f}", "bold"))
        for name, second in seconds:
            table.add_row(f"  {name.partition('/')[2]}", f"{second:.2f}")
    console.print(table)
    table = _table("each function once, warm, without a grader", "function", "s")
    for name, second in checks.alone.items():
        table.add_row(name, f"{second:.3f}")
    console.print(table)
    table = _table("all checks against each function once", "checks, s", "functions, s", "ratio", "limit", "")
    kept = checks.ratio <= CHECKS_LIMIT
    table.add_row(
        f"{sum(checks.seconds.values()):.2f}", f"{sum(checks.alone.values()):.2f}",
        f"{checks.ratio:.2f}", f"{CHECKS_LIMIT:.2f}", _verdict(kept),
    )  # fmt: skip
    console.print(table)
    return kept


def print_processes(processes: Processes, console: Console) -> bool:
    """Print how soon a worker has imported a submission, behind the wall and without it, and what each process holds."""
    table = _table(
        "a worker, from fork to an imported submission, ms", "", "median", "min", "max", "limit", ""
    )
    pairs = zip(processes.locked, processes.unlocked, strict=True)
    differences = [locked - unlocked for locked, unlocked in pairs]
    kept = median(differences) <= LOCK_LIMIT
    table.add_row("locked in and probed", *_milliseconds(processes.locked))
    table.add_row("without any layer", *_milliseconds(processes.unlocked))
    table.add_row("difference", *_milliseconds(differences), f"{1000 * LOCK_LIMIT:.0f}", _verdict(kept))
    console.print(table)
    console.print(f"layers: {', '.join(processes.layers)}", style="dim")
    table = _table("processes", "", "")
    for name, kilobytes in processes.kilobytes.items():
        table.add_row(f"{name}, peak resident memory", f"{kilobytes / 1024:.0f} MB")
    console.print(table)
    console.print("A worker shares most of its pages with the warm process it is forked from.", style="dim")
    return kept


def print_watched(exercises: Sequence[Watched], console: Console) -> bool:
    """Print how soon after a save the verdict is there, and whether that is soon enough."""
    title = f"--watch, from save to verdict, s; limit: {WATCH_RATIO:g} x bare + {WATCH_SECONDS:g}"
    table = _table(title, "exercise", "median", "min", "max", "bare", "limit", "")
    kept = True
    for one in exercises:
        kept &= one.excess <= 0
        table.add_row(
            one.exercise, *_numbers(one.seconds), f"{median(one.bare):.2f}", f"{median(one.limits):.2f}",
            _verdict(one.excess <= 0),
        )  # fmt: skip
    console.print(table)
    return kept


def print_opened(opened: Opened | None, console: Console) -> bool:
    """Print how soon the page of a perfect submission is open, and what it weighs; None where there is no browser."""
    if opened is None:
        console.print("no chromium on this machine, so nothing on how soon the page is open", style="yellow")
        return True
    soon, light = median(opened.seconds) <= PAGE_SECONDS, opened.size < PAGE_BYTES
    table = _table("the page of a perfect submission, in Chromium", "", "median", "min", "max", "limit", "")
    limit = f"{PAGE_SECONDS:.2f}"
    table.add_row("loaded and laid out, s", *_numbers(opened.seconds), limit, _verdict(soon))
    size, limit = f"{opened.size / 1e6:.2f}", f"{PAGE_BYTES / 1e6:.2f}"
    table.add_row("weight, MB", size, "", "", limit, _verdict(light))
    console.print(table)
    return soon and light


def print_localisation(methods: Sequence[Localisation], console: Console) -> bool:
    """Print how often the maps of each method lie on the object asked for; Grad-CAM has limits to keep."""
    title = "two-object scenes, maps of the trained VGG"
    table = _table(title, "method", "maps", "favours", "limit", "points", "limit", "")
    kept = True
    for method in methods:
        limits, verdict = ("", ""), Text("")
        if method.method == "Grad-CAM":
            kept = method.favours >= FAVOURS_LIMIT and method.points >= POINTS_LIMIT
            limits, verdict = (f"{FAVOURS_LIMIT:.1%}", f"{POINTS_LIMIT:.1%}"), _verdict(kept)
        table.add_row(
            method.method, str(method.maps), f"{method.favours:.1%}", limits[0], f"{method.points:.1%}", limits[1],
            verdict,
        )  # fmt: skip
    console.print(table)
    console.print(
        "favours: more energy inside the mask of the object asked for than inside the other one's; points: the largest "
        "value lies on it, or at most 8 pixels of 224 beside it.",
        style="dim",
    )
    return kept


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=SIMPLE_HEAD)
    for number, column in enumerate(columns):
        table.add_column(column, justify="right" if number and column else "left")
    return table


def _numbers(values: Sequence[float]) -> tuple[str, str, str]:
    return f"{median(values):.2f}", f"{min(values):.2f}", f"{max(values):.2f}"


def _milliseconds(seconds: Sequence[float]) -> tuple[str, str, str]:
    scaled = [1000 * second for second in seconds]
    return f"{median(scaled):.0f}", f"{min(scaled):.0f}", f"{max(scaled):.0f}"


def _verdict(kept: bool) -> Text:
    return Text("PASS", "bold green") if kept else Text("FAIL", "bold red")


def _oddities(name: str, cost: Cost) -> str:
    """Return what makes a run worthless as a measurement, "" where nothing does."""
    if cost.code != 0:
        return f"the {name} ended with code {cost.code}, so it did not do all the work"
    if cost.orphans:
        return f"the {name} left {cost.orphans} processes that nobody waited for (they are counted)"
    return ""
