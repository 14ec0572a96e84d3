"""The pytest plugin that gives checks their fixtures and turns their outcomes into results."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from fixtures.arguments import NumpyArray
from fixtures.store import Store
from fixtures.stored import FoolingPair
from fixtures.tolerances import TIGHT, Comparison
from grader.checking.asked import functions_called
from grader.checking.evidence import Witness
from grader.checking.expected import CloseTo, Finding, Target, first_steps, stored_target
from grader.checking.maps import AtRest
from grader.checking.oracle import Oracle
from grader.checking.outcome import outcome_of, without_values
from grader.checking.plan import number_of, plan_checks
from grader.checking.repeating import Repeating
from grader.checking.student import Student
from grader.checking.tiles import ShowsTiles, TileTarget
from grader.exercises import Exercise
from grader.language import translated
from grader.result import CheckResult
from grader.sandbox.text import clean

Emit = Callable[[CheckResult], None]

_MESSAGE_CAP = 900  # letters; a student who names a class in ten thousand of them is not quoted in full


class CheckingPlugin:
    """Judges one exercise of one submission.

    Args:
        exercise: whose checks run.
        store: inputs and right answers.
        make_student: gives the student's functions, in a worker.
        oracle: runs models for the checks.
        announce: told of all checks that run, once, before the first runs.
        emit: told of each check's result as it ends.
        witness: told of what each check sees, for a page; shared with the students. None where no page is asked for.
        withhold: whether reasons and printed text, which may tell of inputs and answers, are left out.
        only: names of the checks that run, where others run elsewhere; None runs all.
    """

    def __init__(
        self,
        exercise: Exercise,
        store: Store,
        make_student: Callable[[], Student],
        oracle: Oracle,
        announce: Callable[[Sequence[CheckResult]], None],
        emit: Emit,
        *,
        witness: Witness | None = None,
        withhold: bool = False,
        only: Collection[str] | None = None,
    ) -> None:
        self._exercise = exercise
        self._store = store
        self._make_student = make_student
        self._oracle = oracle
        self._announce = announce
        self._emit = emit
        self._witness = witness
        self._withhold = withhold
        self._only = only
        self._planned: dict[str, CheckResult] = {}
        self._findings: list[Finding] = []
        self._student: Student | None = None
        self._began = 0.0
        self._repeating = Repeating()

    @pytest.hookimpl
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Share the exercise's points among its checks and announce them; without those that nobody asks for."""
        items[:] = [item for item in items if not self._calls_what_is_left_out(item)]
        self._planned = plan_checks(self._exercise, items, self._store.manifest.seed)
        if self._only is not None:
            items[:] = [item for item in items if item.name.removeprefix("test_") in self._only]
        self._announce([self._planned[item.nodeid] for item in items])

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Function, nextitem: pytest.Item | None) -> bool:
        """Run a check; start the clock."""
        self._began = time.perf_counter()
        self._repeating.run(item, nextitem)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, object, object]:
        """Turn the end of a check into its result; set-up and tear-down count only when they fail."""
        report = yield
        error = call.excinfo.value if call.excinfo is not None else None
        if call.when == "call" and error is not None and self._repeating.holds_back(error, self._student):
            return report
        if call.when == "call" or error is not None:
            marker = item.get_closest_marker("hint")
            asked = marker is not None and translated(marker.kwargs.get("where", "")) in str(error)
            hint = self._named_or_own(marker.args[0]) if marker and asked else None
            outcome = outcome_of(self._planned[item.nodeid], error, self._findings, hint)
            if self._withhold:
                outcome = without_values(outcome, error)
            self._result(outcome, error)
        return report

    @pytest.hookimpl
    def pytest_runtest_setup(self) -> None:
        """Forget what the last check has found."""
        self._findings.clear()
        if self._witness is not None:
            self._witness.begin()

    @pytest.fixture
    def student(self) -> Iterator[Student]:
        """The student's functions."""
        student = self._student = self._make_student()
        yield student
        student.close()

    @pytest.fixture
    def expected(self) -> Callable[[str], CloseTo]:
        """Stored right answers, by the name of their case; of its first steps only where that is asked."""

        def of(name: str, *, steps: int | None = None) -> CloseTo:
            case = self._store.case(name)
            axes = self._exercise.functions[case.call.function.rpartition(".")[2]]
            if steps is not None:
                case = first_steps(case, steps)
            return CloseTo(stored_target(case, axes), self._findings.append, case.call, self._witness)

        return of

    @pytest.fixture
    def close_to(self) -> Callable[..., CloseTo]:
        """Right answers that a law gives, in float64, compared like the stored ones."""

        def of(
            values: NumpyArray,
            axes: str,
            *,
            compare: Comparison = "exact",
            batched: bool = False,
            tight: float = TIGHT,
            accepted: Mapping[str, NumpyArray] | None = None,
            mistakes: Mapping[str, NumpyArray] | None = None,
        ) -> CloseTo:
            target = Target(
                np.asarray(values, np.float64),
                axes,
                compare,
                batched=batched,
                tight=tight,
                loose=tight,
                accepted={name: np.asarray(given, np.float64) for name, given in (accepted or {}).items()},
                named_mistakes={
                    name: np.asarray(given, np.float64) for name, given in (mistakes or {}).items()
                },
            )
            return CloseTo(target, self._findings.append, witness=self._witness)

        return of

    @pytest.fixture
    def shows_tiles(self) -> Callable[..., ShowsTiles]:
        """A figure that shows tiles; see `grader.checking.tiles.TileTarget`."""

        def of(tiles: NumpyArray, *, figure: int | None = None, **about: Any) -> ShowsTiles:
            target = TileTarget(np.asarray(tiles, np.float64), **about)
            return ShowsTiles(target, self._findings.append, figure, self._witness)

        return of

    @pytest.fixture
    def at_rest(self) -> Callable[[NumpyArray, float], AtRest]:
        """A map of t-SNE, by its features and perplexity."""
        return lambda features, perplexity: AtRest(
            features, perplexity, self._findings.append, self._sentences
        )

    @pytest.fixture
    def oracle(self) -> Oracle:
        """A model's opinion."""
        return self._oracle

    @pytest.fixture
    def store(self) -> Store:
        """Pictures and everything else that was built."""
        return self._store

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers that are the same in each run, and others with private fixtures."""
        return np.random.default_rng(number_of(self._store.manifest.seed + request.node.name))

    @pytest.fixture
    def fooling_pairs(self) -> Callable[[str], Sequence[FoolingPair]]:
        """Pictures and the classes they can be taken for, by net."""
        return self._store.fooling_pairs

    @pytest.fixture
    def sentence(self) -> Callable[[str], str]:
        """The sentence of a known mistake, by its name, in any function of this exercise."""

        def of(mistake: str) -> str:
            return self._sentences[mistake]

        return of

    @property
    def _sentences(self) -> dict[str, str]:
        """The sentences of all known mistakes in this exercise, by their names."""
        return self._store.sentences_of(self._exercise.module)

    def _calls_what_is_left_out(self, item: pytest.Item) -> bool:
        left_out, check = self._exercise.left_out, getattr(item, "function", None)
        if not left_out or check is None:
            return False
        cases = {name: entry.function for name, entry in self._store.manifest.cases.items()}
        return bool(functions_called(check, left_out, cases))

    def _named_or_own(self, hint: str) -> str:
        """Return the sentence of the mistake that a hint names, or the hint itself."""
        return self._sentences.get(hint, hint)

    def _result(self, outcome: CheckResult, error: BaseException | None) -> None:
        student = self._student
        if student is not None:
            self._repeating.part(student, passed=outcome.status == "passed")
        place = student.find_place(error) if student is not None and outcome.status == "failed" else None
        self._emit(
            dataclasses.replace(
                outcome,
                message=clean(outcome.message, _MESSAGE_CAP),
                hint=outcome.hint and clean(translated(outcome.hint), _MESSAGE_CAP),
                seconds=time.perf_counter() - self._began,
                prints=student.prints if student is not None and not self._withhold else "",
                picture=student.picture if student is not None else None,
                evidence=self._evidence(passed=outcome.status == "passed"),
                file=place.file if place else None,
                line=place.line if place else None,
            )
        )
        self._student = None

    def _evidence(self, *, passed: bool) -> bytes | None:
        return None if self._witness is None else self._witness.evidence(passed=passed)
