"""One line that shows how far a run has come, on a terminal only."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.live import Live
from rich.text import Text

from grader.judges import Kind
from grader.language import phrase
from grader.result import CheckResult


class Progress:
    """A line that is rewritten as checks end, and gone when the run is over.

    Args:
        shown: False shows nothing.
    """

    def __init__(self, *, shown: bool) -> None:
        console = Console(stderr=True)
        # refreshed by hand: a refreshing thread would be lost in, and could hang, the judges that are forked
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._shown = shown and console.is_terminal
        self._announced = 0
        self._finished = 0

    def tell(self, kind: Kind, check: CheckResult) -> None:
        """Take note of one check."""
        if kind == "announced":
            self._announced += 1
        else:
            self._finished += 1
            counted = phrase("judged {count} of {all} checks", count=self._finished, all=self._announced)
            last = f"; {phrase('last: {title}', title=check.title)}" if check.visibility == "visible" else ""
            self._show(counted + last)

    def __enter__(self) -> Progress:
        if self._shown:
            self._live.start()
            self._show(phrase("importing torch ..."))
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._shown:
            self._live.stop()

    def _show(self, line: str) -> None:
        if self._shown:
            self._live.update(Text(line, style="dim", no_wrap=True, overflow="ellipsis"), refresh=True)
