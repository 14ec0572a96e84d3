"""The checks of exercises, found by pytest once and run any number of times: the one place that calls pytest.

Finding them takes as long as judging an easy exercise. So it is done before judges are forked, while torch is being
imported in the warm process, and each judge inherits what was found.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterable
from pathlib import Path

import hypothesis
import numpy.random  # noqa: F401  imported lazily: here, before judges are forked, it is done once
import pytest
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from grader.checking.judging import Judging
from grader.checking.plugin import CheckingPlugin
from grader.errors import GraderFault

CHECKS = Path(__file__).parents[1] / "checks"

# Hypothesis would try numbers that it finds in the source of loaded modules outside of site-packages, which takes a
# tenth of a second to read; without, what it tries is the same in a batch, which has loaded more, as in a single run.
providers._get_local_constants = Constants

# Nothing of the user's own pytest takes part, and nothing walks the heap at the end of the run (which takes longer
# than forty checks: DESIGN.md, Checks are plain pytest tests).
_ARGUMENTS = (
    "--import-mode=importlib",
    *(
        f"-pno:{plugin}"
        for plugin in (
            "cacheprovider",
            "capture",
            "debugging",
            "doctest",
            "faulthandler",
            "freeze_support",
            "junitxml",
            "legacypath",
            "logging",
            "monkeypatch",
            "pastebin",
            "recwarn",
            "setuponly",
            "setupplan",
            "stepwise",
            "subtests",
            "terminal",
            "terminalprogress",
            "threadexception",
            "tmpdir",
            "unittest",
            "unraisableexception",
            "warnings",
        )
    ),
)


class Collected:
    """The checks of some exercises; those of others are found when they are first asked for."""

    def __init__(self) -> None:
        self._plugin = CheckingPlugin()
        self._items: dict[str, list[pytest.Item]] = {}
        self._faults: dict[str, str] = {}

    def collect(self, exercises: Iterable[str]) -> None:
        """Find the checks of exercises that have not been found yet.

        Args:
            exercises: their names. That the checks of one cannot be found is said when they are to run.
        """
        files = {name: CHECKS / f"test_{name}.py" for name in exercises if name not in self._items}
        if not files:
            return
        for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
            os.environ.pop(name, None)
        os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        hypothesis.settings.register_profile(
            "grader",
            max_examples=6,
            derandomize=True,
            database=None,
            deadline=None,
            report_multiple_bugs=False,
            print_blob=False,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )
        hypothesis.settings.load_profile("grader")
        found, present = _Found(), [str(file) for file in files.values() if file.is_file()]
        if present:  # without a file it would take the folder's
            places = ["-c", str(CHECKS / "pytest.ini"), f"--rootdir={CHECKS}", f"--confcutdir={CHECKS}"]
            code = pytest.main([*present, *places, *_ARGUMENTS], plugins=[self._plugin, found])
            if code == pytest.ExitCode.INTERRUPTED:  # pytest keeps Ctrl-C to itself
                raise KeyboardInterrupt
        for name, file in files.items():
            self._items[name] = [item for item in found.items if item.path == file]
            if not self._items[name]:
                self._faults[name] = found.faults.get(file.name, f"there are none in {file.name}")

    def judge(self, judging: Judging) -> None:
        """Run the checks of an exercise.

        Raises:
            GraderFault: if they cannot be run.
        """
        name = judging.exercise.name
        self.collect([name])
        if name in self._faults:
            raise GraderFault(f"the checks of {name} could not be run ({self._faults[name]})")
        try:
            self._plugin.judge(judging, self._items[name])
        except Exception as error:
            traceback.print_exc()
            raise GraderFault(f"the checks of {name} could not be run ({type(error).__name__})") from error


class _Found:
    """Keeps what pytest collects, and runs none of it."""

    def __init__(self) -> None:
        self.items: list[pytest.Item] = []
        self.faults: dict[str, str] = {}

    @pytest.hookimpl
    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Keep why a file could not be read."""
        if report.failed:
            self.faults[Path(report.nodeid).name] = str(report.longrepr).strip().splitlines()[-1]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Keep the checks; they run later, each by itself."""
        self.items = list(session.items)
        return True
