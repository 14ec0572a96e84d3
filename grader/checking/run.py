"""Run the checks of one exercise: the one place that calls pytest."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import _pytest.helpconfig
import _pytest.skipping  # noqa: F401
import hypothesis
import numpy.random  # noqa: F401  imported lazily, like pytest's two: here, before judges are forked, it is done once
import pytest
from hypothesis.internal.conjecture import providers
from hypothesis.internal.constants_ast import Constants

from fixtures.store import Store
from grader.checking.evidence import Witness
from grader.checking.oracle import Oracle
from grader.checking.plugin import CheckingPlugin
from grader.checking.student import Student
from grader.errors import GraderFault
from grader.exercises import Exercise
from grader.result import CheckResult

CHECKS = Path(__file__).parents[1] / "checks"

# Hypothesis would try numbers that it finds in the source of loaded modules outside of site-packages, which takes a
# tenth of a second to read; without, what it tries is the same in a batch, which has loaded more, as in a single run.
providers._get_local_constants = Constants

# Nothing of the user's own pytest takes part, and nothing walks the heap at the end of the run (which takes longer
# than forty checks: DESIGN.md, Checks are plain pytest tests).
_ARGUMENTS = (
    f"--rootdir={CHECKS}",
    f"--confcutdir={CHECKS}",
    "--import-mode=importlib",
    "--capture=no",
    *(
        f"-pno:{plugin}"
        for plugin in (
            "cacheprovider",
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


def run_checks(
    exercise: Exercise,
    store: Store,
    make_student: Callable[[], Student],
    oracle: Oracle,
    announce: Callable[[Sequence[CheckResult]], None],
    emit: Callable[[CheckResult], None],
    *,
    witness: Witness | None = None,
    withhold: bool = False,
    only: Collection[str] | None = None,
) -> None:
    """Run the checks of an exercise, telling of each result as it comes.

    Args:
        exercise, store, make_student, oracle, announce, emit, witness, withhold, only: see
            `grader.checking.plugin.CheckingPlugin`.

    Raises:
        GraderFault: if the checks could not be collected.
    """
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
    plugin = CheckingPlugin(
        exercise, store, make_student, oracle, announce, emit, witness=witness, withhold=withhold, only=only
    )
    file = CHECKS / f"test_{exercise.name}.py"
    code = pytest.main([str(file), "-c", str(CHECKS / "pytest.ini"), *_ARGUMENTS], plugins=[plugin])
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
        raise GraderFault(f"the checks of {exercise.name} could not be run (pytest ended with {code!r})")
