"""Grade, wait for a save, grade again what it changes, until Ctrl-C.

A save while checks run is looked at at once: where it touches an exercise that is being judged, that run is given up,
exercises that were done keep their results, and grading begins again with what is there now. Any other save waits.
"""

from __future__ import annotations

import contextlib
import dataclasses
import gc
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from grader.errors import Unusable
from grader.exercises import Exercise
from grader.language import later, phrase
from grader.options import Options
from grader.result import SubmissionResult
from grader.session import Session, open_session
from grader.submissions import DEFAULT_FOLDER, FoundSubmission, open_submission
from grader.watching.board import Board, Finished
from grader.watching.depends import fingerprints, unreadable
from grader.watching.watcher import Watcher, names_of_changes


class Superseded(Exception):
    """What is being graded has been saved again."""


def watch(options: Options, exercises: Sequence[Exercise]) -> SubmissionResult | None:
    """Grade a submission, and again whatever is saved, until Ctrl-C; return the last result, None where there is none.

    Args:
        options: of the command line.
        exercises: that were asked for.

    Raises:
        Unusable: if nothing can be graded to begin with.
    """
    with open_submission(options.path, exercises, options.course):
        pass  # what is wrong with the call is said before a second is spent on it
    with contextlib.ExitStack() as stack:
        session = stack.enter_context(open_session(options))
        loop = Loop(options, exercises, session, stack)
        gc.enable()  # main has switched it off for the imports
        with contextlib.suppress(KeyboardInterrupt):
            loop.run()
    print(f"grader: {phrase('stopped watching')}", file=sys.stderr)
    return loop.result


class Loop:
    """The loop, between one grading and the next.

    Attributes:
        result: the latest.
    """

    def __init__(
        self, options: Options, exercises: Sequence[Exercise], session: Session, stack: contextlib.ExitStack
    ) -> None:
        # around all copies of the submission: Ctrl-C may come while one is being removed
        self._copies = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="watching-")))
        self._options = options
        self._exercises = exercises
        self._session = session
        self._console = Console(highlight=False)
        self._path = Path(options.path or DEFAULT_FOLDER)
        self._watcher = Watcher(self._path, options.out or Path("out"))
        stack.callback(self._watcher.close)
        self._board = Board()
        self._told: set[str] = set()  # notices
        self._course: str | None = None  # as it was recognised
        self._waited = False  # for something to be mended
        self._looked: Mapping[str, object] = {}
        self._server = None
        if "html" in options.formats:
            from grader.watching.page_server import PageServer

            self._server = stack.enter_context(PageServer())
        self.result: SubmissionResult | None = None

    def run(self) -> None:
        """Grade, and grade again, until Ctrl-C."""
        known = self._watcher.settle()
        names: tuple[str, ...] = ()
        while True:
            with contextlib.suppress(Superseded):
                self.grade(names, time.perf_counter())
            before, known = known, self._watcher.wait(known)
            names = names_of_changes(before, known)

    def grade(self, names: Sequence[str], began: float) -> None:
        """Grade what some changes have changed, and show it.

        Args:
            names: of the files that have changed; none the first time.
            began: `time.perf_counter()` when that was noticed.

        Raises:
            Superseded: if something that is being graded has been saved meanwhile.
        """
        from grader.reports.changes import join_names, write_names

        if names and self._options.verbosity >= 0:
            write_names(names, time.strftime("%H:%M:%S"), self._console)
        self._looked = self._watcher.look()
        try:
            with self._open() as found:
                numbers = fingerprints(found)
                outdated = self._board.outdated(found, numbers)
                waiting = unreadable(found, [one for one in outdated if self._board.knows(one)])
                wanted = tuple(exercise for exercise in outdated if exercise.name not in waiting)
                if wanted:
                    self._judge(found, wanted, numbers)
                if wanted or waiting:
                    self._show(found, wanted, waiting, time.perf_counter() - began)
        except Unusable as error:
            if self.result is None:
                raise
            why = str(error) if self._path.exists() else phrase("{path} is gone", path=self._path)
            self._say(phrase("{why}; waiting for the next save", why=why), "yellow")
            return
        if names and not wanted and not waiting:
            as_it_was = phrase("this is what was graded last")
            nothing = phrase("nothing that is graded has changed in {names}", names=join_names(names))
            self._say(as_it_was if self._waited else nothing, "dim")
        self._waited = bool(waiting)

    @contextlib.contextmanager
    def _open(self) -> Iterator[FoundSubmission]:
        """Open the submission as it is now; of the course that it was of, which saves half of the time to look."""
        path, exercises = self._options.path, self._exercises
        course = self._options.course or self._course
        with contextlib.ExitStack() as stack:
            try:
                found = stack.enter_context(open_submission(path, exercises, course, self._copies))
            except Unusable:
                if course == self._options.course:
                    raise
                found = None
            if found is None or (not found.complete and course != self._options.course):
                found = stack.enter_context(
                    open_submission(path, exercises, self._options.course, self._copies)
                )
            self._course = found.course
            yield found

    def _judge(
        self, found: FoundSubmission, wanted: tuple[Exercise, ...], numbers: Mapping[str, str]
    ) -> None:
        """Grade some exercises and keep the results, also those of a run that is given up."""
        from grader.grade import tell_all
        from grader.reports.progress import Progress

        finished = Finished()

        def look() -> None:
            grading = {exercise.name for exercise in wanted} - {
                exercise.name for exercise in finished.whole(wanted)
            }
            if self._has_changed({name: numbers[name] for name in grading}):
                raise Superseded

        part = dataclasses.replace(found, exercises=wanted)
        try:
            shown = self._options.verbosity >= 0 and "terminal" in self._options.formats
            with Progress(shown=shown) as progress:
                self._session.wait_until_warm()
                told = tell_all([progress.tell, finished.tell])
                result = self._session.grade(part, told, look, self._board.seconds)
        except Superseded:
            done = finished.whole(wanted)
            self._board.keep(done, numbers, finished.checks_of(done))
            self._say(phrase("saved again: starting over"), "dim")
            raise
        self._board.keep(wanted, numbers, result.checks)
        self._board.latest = result

    def _has_changed(self, numbers: Mapping[str, str]) -> bool:
        """Return whether exercises depend on something else by now than numbers tell."""
        now = self._watcher.look()
        if now == self._looked:
            return False
        self._looked = self._watcher.settle(now)
        try:
            with self._open() as found:
                current = fingerprints(found)
        except Unusable:
            return True
        return any(current.get(name) != number for name, number in numbers.items())

    def _show(
        self, found: FoundSubmission, graded: Sequence[Exercise], waiting: Mapping[str, str], seconds: float
    ) -> None:
        """Write every report."""
        from grader.reports.changes import join_names

        before, result = self.result, self._board.result(found)
        if result is None:
            return
        sentences = dict.fromkeys(waiting.values())
        late = [phrase("{why}; its points are those of the last time", why=why) for why in sentences]
        result = dataclasses.replace(result, seconds=seconds, notices=(*result.notices, *late))
        self.result = result
        for sentence in sentences:
            concerned = join_names([name for name, why in waiting.items() if why == sentence])
            again = later("{why}; {exercises} is graded again when this is mended")
            self._say(phrase(again, why=sentence, exercises=concerned), "yellow")
        if graded:
            self._show_on_terminal(before, result, [exercise.name for exercise in graded])
        self._write_files(result, first=before is None)
        if before is None:
            ready = later("watching {name}: what you save is graded again; Ctrl-C ends")
            self._say(phrase(ready, name=self._path.resolve().name), "dim")

    def _show_on_terminal(
        self, before: SubmissionResult | None, result: SubmissionResult, graded: Sequence[str]
    ) -> None:
        from grader.reports import changes, terminal

        for notice in result.notices:
            if notice not in self._told:
                print(f"grader: {notice}", file=sys.stderr)
        self._told = set(result.notices)
        if "terminal" not in self._options.formats:
            return
        if before is None:
            terminal.write(result, verbosity=self._options.verbosity, console=self._console, next_step=False)
        else:
            changes.write(before, result, graded, self._console, verbosity=self._options.verbosity)

    def _write_files(self, result: SubmissionResult, *, first: bool) -> None:
        from grader.reports import write_reports

        formats = tuple(name for name in self._options.formats if name != "terminal")
        write_reports(result, dataclasses.replace(self._options, formats=formats, opened=False, verbosity=-1))
        if self._server is None:
            return
        self._server.show(((self._options.out or Path("out")) / "result.html").read_bytes())
        if first:
            where = phrase("the page, which reloads itself, is {url}", url=self._server.url)
            print(f"grader: {where}", file=sys.stderr)
            if self._options.opened:
                import webbrowser

                webbrowser.open(self._server.url)

    def _say(self, sentence: str, style: str) -> None:
        if self._options.verbosity >= 0:
            self._console.print(Text(sentence, style=style))
