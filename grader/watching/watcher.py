"""Notice that something that was handed in has changed, however an editor saves it.

What counts is what lies there, not what the kernel tells: each file's number, size and times, compared with those of
the last look. The kernel's events, through watchfiles, only say when to look. So nothing depends on how an editor
saves (in place, by a temporary file and a rename, in several steps), an event that is lost costs a second, and where
there are no events (no watchfiles, a limit of the system, a folder on another machine) looking often does the same.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Generator, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeAlias

from grader.reading.archive import is_debris

State: TypeAlias = Mapping[str, tuple[int, ...]]  # of each file and folder, by its path in what is watched

MOST_SEEN = 20_000  # files and folders; further ones are not looked at
_QUIET_SECONDS = 0.015  # editors write, sync and rename within a few milliseconds
_LONGEST_BURST = 0.5
_POLL_SECONDS = 0.3  # between looks where the kernel tells nothing
_EVENTS_MS = 1000  # between looks where it does, for file systems that it does not know all about


class Watcher:
    """Looks at what was handed in.

    Args:
        path: a folder, or a file, which may come and go.
        ignored: a folder that the grader itself writes to.
    """

    def __init__(self, path: Path, ignored: Path) -> None:
        self._path = path
        self._ignored = os.path.realpath(ignored)
        self._events: Generator[Any, None, None] | None = None
        self._watched: frozenset[tuple[str, int]] | None = None  # folders, and their numbers
        self.polls = False

    def look(self) -> State:
        """Return what lies there now; nothing where the path leads nowhere."""
        if self._path.is_dir():
            return dict(self._walk())
        try:
            return {self._path.name: _about(self._path.stat())}
        except OSError:
            return {}

    def wait(self, known: State) -> State:
        """Return what lies there once it differs from what is known, and nobody seems to be writing any more."""
        self._listen(known)  # before the first look, so that nothing is missed in between
        while (now := self.look()) == known:
            if self._events is None:
                time.sleep(_POLL_SECONDS)
            else:
                try:
                    next(self._events)
                except (StopIteration, OSError, RuntimeError):
                    self._watched = None  # what was watched is gone, perhaps to come back
                    time.sleep(_POLL_SECONDS)
            self._listen(known)
        return self.settle(now)

    def settle(self, now: State | None = None) -> State:
        """Return what lies there once it has stayed as it is for a moment."""
        end = time.monotonic() + _LONGEST_BURST
        now = self.look() if now is None else now
        while time.monotonic() < end:
            time.sleep(_QUIET_SECONDS)
            before, now = now, self.look()
            if now and now == before:  # between removing a file and renaming another nothing is there
                break
        return now

    def close(self) -> None:
        """Stop listening."""
        if self._events is not None:
            self._events.close()
            self._events = None

    def _listen(self, state: State) -> None:
        """Ask the kernel to tell of changes in the folders that there are."""
        top = self._path if self._path.is_dir() else self._path.absolute().parent
        folders = {str(top / name) for name in state if name.endswith("/")} | {str(top)}
        numbered = frozenset(_numbered(folders))
        if self.polls or numbered == self._watched:
            return
        self.close()
        self._watched = numbered
        try:
            from watchfiles import watch

            self._events = watch(
                *(folder for folder, _ in numbered),
                watch_filter=None,
                debounce=50,
                step=5,
                rust_timeout=_EVENTS_MS,
                yield_on_timeout=True,
                recursive=False,
                ignore_permission_denied=True,
            )
        except ImportError:
            self.polls = True

    def _walk(self) -> Iterator[tuple[str, tuple[int, ...]]]:
        """Yield each file and folder that a student may have written."""
        waiting, seen = [""], 0
        while waiting:
            inside = waiting.pop()
            with contextlib.suppress(OSError), os.scandir(self._path / inside) as entries:
                for entry in entries:
                    seen += 1
                    if seen > MOST_SEEN:
                        return
                    if entry.name.startswith(".") or is_debris((entry.name,)):
                        continue
                    with contextlib.suppress(OSError):
                        if entry.is_dir(follow_symlinks=False):
                            if os.path.realpath(entry.path) != self._ignored:
                                waiting.append(f"{inside}{entry.name}/")
                                yield f"{inside}{entry.name}/", (entry.inode(),)
                        else:
                            yield inside + entry.name, _about(entry.stat())


def names_of_changes(before: State, now: State) -> tuple[str, ...]:
    """Return the files that were written, that came and that went, by name."""
    changed = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    return tuple(sorted(name for name in changed if not name.endswith("/") and not _of_an_editor(name)))


def _of_an_editor(name: str) -> bool:
    last = name.rpartition("/")[2]
    return last.endswith(("~", ".tmp", ".swp", ".swx")) or last.startswith(("#", "4913"))


def _about(stat: os.stat_result) -> tuple[int, ...]:
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


def _numbered(folders: set[str]) -> Iterator[tuple[str, int]]:
    for folder in folders:
        with contextlib.suppress(OSError):
            yield folder, Path(folder).stat().st_ino
