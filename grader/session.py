"""What is opened once and grades many submissions: the fixtures, the warm process, the settings of this machine.

    with open_session(options) as session:
        with open_submission("somewhere", exercises) as found:
            result = session.grade(found)

Opening starts the import of torch in the warm process; meanwhile this process imports what judges need, and whoever
opened the session may do other things. The first grading waits until both are done.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from grader.exercises import exercises_of
from grader.fixtures import open_fixtures
from grader.limits import Limits, affordable_jobs, read_limits
from grader.options import PICTURED, PLATFORMS, Options
from grader.sandbox.sources import open_source

if TYPE_CHECKING:  # importing these takes as long as starting Python: only while torch is being imported
    from fixtures.store import Store
    from grader.checking.collected import Collected
    from grader.judges import Tell
    from grader.result import SubmissionResult
    from grader.sandbox.launch import WarmProcess
    from grader.sandbox.spawn import SpawnedWorkers
    from grader.settings import Settings
    from grader.submissions import FoundSubmission


class Session:
    """Grades one submission after the other; see `open_session`.

    Attributes:
        options: as given.
        store: inputs and right answers.
        source: where workers come from.
        collected: the checks.
    """

    def __init__(
        self,
        options: Options,
        store: Store,
        source: WarmProcess | SpawnedWorkers,
        limits: Limits,
        collected: Collected,
    ) -> None:
        self.options = options
        self.store = store
        self.source = source
        self.collected = collected
        self._limits = limits
        self._settings: Settings | None = None

    def wait_until_warm(self) -> None:
        """Return when the first worker can be had, and it is known how fast this machine is.

        Raises:
            GraderFault: if the warm process did not start, or isolation was asked for and cannot be had.
        """
        if self._settings is not None:
            return
        from grader.isolation import require_isolation
        from grader.settings import Settings

        self.source.wait_until_warm()
        if self.options.require_isolation:
            require_isolation(self.source)
        limits = self._limits.scaled(self.source.slowness)
        self._settings = Settings(
            affordable_jobs(self.options.jobs, self.source, limits),
            self.options.seconds or limits.seconds_per_call,
            self.options.record,
            limits.cpu_seconds_per_check,
            evidence="html" in self.options.formats,
            withhold=self.options.official,
            pictures=any(name in PICTURED for name in self.options.formats),
            whole=any(name in PLATFORMS for name in self.options.formats),
        )

    @property
    def settings(self) -> Settings:
        """How submissions are graded on this machine; waits until it is warm."""
        self.wait_until_warm()
        assert self._settings is not None
        return self._settings

    def grade(
        self,
        found: FoundSubmission,
        tell: Tell = lambda _kind, _check: None,
        look: Callable[[], None] = lambda: None,
        seconds: Mapping[str, float] = MappingProxyType({}),
        jobs: int | None = None,
        *,
        pictures: bool = True,
    ) -> SubmissionResult:
        """Return the result of a submission.

        Args:
            found: the submission, and what to grade of it.
            tell: hears of every check when it is announced and when it is finished.
            look: called now and then meanwhile; what it raises ends the grading and is raised here.
            seconds: what checks took earlier, by their ids, so that judges share them out well.
            jobs: how many judges may work at once, where others need the rest; None for as many as the settings say.
            pictures: whether the figures that the code draws are kept, where the settings say so.

        Raises:
            GraderFault: if workers cannot be had, or isolation was asked for and was not in force in one.
        """
        from grader.grade import grade
        from grader.isolation import refuse_without

        settings = self.settings
        settings = dataclasses.replace(settings, pictures=pictures and settings.pictures)
        if jobs is not None:
            settings = dataclasses.replace(settings, jobs=min(jobs, settings.jobs))
        result = grade(found, self.store, self.source, settings, self.collected, tell, look, seconds)
        if self.options.require_isolation and result.protections:
            refuse_without(result.protections)
        return result


@contextlib.contextmanager
def open_session(options: Options, *, compiler: bool = True) -> Iterator[Session]:
    """Open what grades submissions as the options say, as long as the context lasts.

    Args:
        options: of the command line; the path, the course and the exercises are for whoever opens submissions.
        compiler: whether workers find torch's compiler imported, which takes longer at the start and saves over a
            second in each worker that uses it; see `grader.submissions.wants_compiler`.

    Raises:
        Unusable: if the fixtures or the table of exercises cannot be used.
    """
    asked = exercises_of(options)
    limits = read_limits()
    store = open_fixtures(options.fixtures)
    with open_source(
        options.workers, store.folder / "weights", options.jobs, compiler=compiler, memory=limits.memory
    ) as source:
        import grader.grade
        import grader.isolation  # noqa: F401  torch is being imported in the warm process meanwhile
        from grader.checking.collected import Collected

        collected = Collected()
        collected.collect(exercise.name for exercise in asked)
        yield Session(options, store, source, limits, collected)
