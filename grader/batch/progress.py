"""How far a batch has come: a table that is rewritten on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import time
from types import TracebackType

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from grader.batch.graded import Outcome
from grader.batch.task import Task

_LINE_SECONDS = 15.0
_SHOWN = 8  # of the submissions that are being graded
_SETTLED = 3  # as many must have ended before the time that is left means anything


class Progress:
    """Tells of submissions as they begin and end.

    Args:
        total: how many are to be graded.
        kept: how many need not be, since nothing of theirs has changed.
        quiet: say nothing.
        console: written to; stderr.
    """

    def __init__(self, total: int, kept: int, *, quiet: bool = False, console: Console | None = None) -> None:
        self._console = console or Console(stderr=True, highlight=False)
        # refreshed by hand: a thread would be lost in, and could hang, the graders that are forked
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._total, self._kept, self._quiet = total, kept, quiet
        self._began = self._told = time.monotonic()
        self._running: dict[str, tuple[str, float]] = {}
        self.done = self.failed = self.unusable = 0

    def started(self, task: Task) -> None:
        """Take note of a submission that is being graded now."""
        self._running[task.key] = (task.name, time.monotonic())
        self.tick()

    def finished(self, task: Task, outcome: Outcome) -> None:
        """Take note of what became of one."""
        self._running.pop(task.key, None)
        self.done += 1
        self.failed += not outcome.final
        self.unusable += outcome.final and outcome.problem is not None
        self.tick()

    def tick(self) -> None:
        """Show how far it has come, if that was long ago."""
        if self._quiet:
            return
        if self._console.is_terminal:
            self._live.update(self._table(), refresh=True)
        elif time.monotonic() - self._told > _LINE_SECONDS:
            self._told = time.monotonic()
            self._console.print(f"grader: {self._line()}", soft_wrap=True)

    def __enter__(self) -> Progress:
        if self._console.is_terminal and not self._quiet:
            self._live.start()
            self.tick()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._console.is_terminal and not self._quiet:
            self._live.stop()

    def _line(self) -> str:
        parts = [f"{self.done} of {self._total} graded", f"{len(self._running)} running"]
        parts += [f"{self.failed} failed to grade"] if self.failed else []
        return ", ".join([*parts, self._pace()])

    def _pace(self) -> str:
        seconds = time.monotonic() - self._began
        if self.done < _SETTLED:
            return f"{_clock(seconds)} so far"
        left = seconds / self.done * (self._total - self.done)
        return f"{self.done / seconds * 60:.0f} a minute, about {_clock(left)} left"

    def _table(self) -> Group:
        figures = Table.grid(padding=(0, 3))
        named = (
            ("done", self.done, "green"),
            ("running", len(self._running), "cyan"),
            ("unusable", self.unusable, "yellow"),
            ("failed to grade", self.failed, "red"),
            ("unchanged", self._kept, "dim"),
        )
        figures.add_row(
            *(Text(f"{number} {name}", style=style if number else "dim") for name, number, style in named)
        )
        bar = Table.grid(padding=(0, 2))
        share = f"{self.done}/{self._total}"
        bar.add_row(
            ProgressBar(max(self._total, 1), self.done, 36, complete_style="green", finished_style="green"),
            share,
            self._pace(),
        )
        names = Table.grid(padding=(0, 2))
        now = time.monotonic()
        for name, since in sorted(self._running.values(), key=lambda one: one[1])[:_SHOWN]:
            names.add_row(
                Text(f"{now - since:4.0f} s", style="dim"), Text(name, no_wrap=True, overflow="ellipsis")
            )
        if len(self._running) > _SHOWN:
            names.add_row("", Text(f"and {len(self._running) - _SHOWN} more", style="dim"))
        return Group(bar, figures, names)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
