"""The pytest plugin that gives checks their fixtures and turns their outcomes into results."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from fixtures.arguments import NumpyArray
from fixtures.store import Store
from fixtures.stored import FoolingPair
from fixtures.tolerances import TIGHT, Comparison
from grader.checking.asked import functions_called
from grader.checking.expected import CloseTo, Finding, Target, first_steps, stored_target
from grader.checking.judging import Judging
from grader.checking.maps import AtRest
from grader.checking.oracle import Oracle
from grader.checking.outcome import outcome_of, without_values
from grader.checking.plan import number_of, plan_checks
from grader.checking.repeating import Repeating
from grader.checking.student import Student
from grader.checking.tiles import ShowsTiles, TileTarget
from grader.language import translated
from grader.result import CheckResult
from grader.sandbox.text import clean

_MESSAGE_CAP = 900  # letters; a student who names a class in ten thousand of them is not quoted in full


class CheckingPlugin:
    """Judges one exercise of one submission after the other."""

    def __init__(self) -> None:
        self._now: Judging
        self._planned: dict[str, CheckResult] = {}
        self._findings: list[Finding] = []
        self._student: Student | None = None
        self._began = 0.0
        self._repeating = Repeating()

    def judge(self, judging: Judging, items: Sequence[pytest.Item]) -> None:
        """Run the checks of an exercise, without those that nobody asks for, and tell of each result as it comes.

        Args:
            judging: what is asked for.
            items: the exercise's checks, as pytest has collected them.
        """
        self._now, self._student = judging, None
        chosen = [item for item in items if not self._calls_what_is_left_out(item)]
        self._planned = plan_checks(judging.exercise, chosen, judging.store.manifest.seed)
        if judging.only is not None:
            chosen = [item for item in chosen if item.name.removeprefix("test_") in judging.only]
        judging.announce([self._planned[item.nodeid] for item in chosen])
        for item, following in zip(chosen, [*chosen[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)

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
            if self._now.withhold:
                outcome = without_values(outcome, error)
            self._result(outcome, error)
        return report

    @pytest.hookimpl
    def pytest_runtest_setup(self) -> None:
        """Forget what the last check has found."""
        self._findings.clear()
        if self._now.witness is not None:
            self._now.witness.begin()

    @pytest.fixture
    def student(self) -> Iterator[Student]:
        """The student's functions."""
        student = self._student = self._now.make_student()
        yield student
        student.close()

    @pytest.fixture
    def expected(self) -> Callable[[str], CloseTo]:
        """Stored right answers, by the name of their case; of its first steps only where that is asked."""

        def of(name: str, *, steps: int | None = None) -> CloseTo:
            case = self._now.store.case(name)
            axes = self._now.exercise.functions[case.call.function.rpartition(".")[2]]
            if steps is not None:
                case = first_steps(case, steps)
            return CloseTo(stored_target(case, axes), self._findings.append, case.call, self._now.witness)

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
            return CloseTo(target, self._findings.append, witness=self._now.witness)

        return of

    @pytest.fixture
    def shows_tiles(self) -> Callable[..., ShowsTiles]:
        """A figure that shows tiles; see `grader.checking.tiles.TileTarget`."""

        def of(tiles: NumpyArray, *, figure: int | None = None, **about: Any) -> ShowsTiles:
            target = TileTarget(np.asarray(tiles, np.float64), **about)
            return ShowsTiles(target, self._findings.append, figure, self._now.witness)

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
        return self._now.oracle

    @pytest.fixture
    def store(self) -> Store:
        """Pictures and everything else that was built."""
        return self._now.store

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> np.random.Generator:
        """Random numbers that are the same in each run, and others with private fixtures."""
        return np.random.default_rng(number_of(self._now.store.manifest.seed + request.node.name))

    @pytest.fixture
    def fooling_pairs(self) -> Callable[[str], Sequence[FoolingPair]]:
        """Pictures and the classes they can be taken for, by net."""
        return self._now.store.fooling_pairs

    @pytest.fixture
    def sentence(self) -> Callable[[str], str]:
        """The sentence of a known mistake, by its name, in any function of this exercise."""

        def of(mistake: str) -> str:
            return self._sentences[mistake]

        return of

    @property
    def _sentences(self) -> dict[str, str]:
        """The sentences of all known mistakes in this exercise, by their names."""
        return self._now.store.sentences_of(self._now.exercise.module)

    def _calls_what_is_left_out(self, item: pytest.Item) -> bool:
        left_out, check = self._now.exercise.left_out, getattr(item, "function", None)
        if not left_out or check is None:
            return False
        cases = {name: entry.function for name, entry in self._now.store.manifest.cases.items()}
        return bool(functions_called(check, left_out, cases))

    def _named_or_own(self, hint: str) -> str:
        """Return the sentence of the mistake that a hint names, or the hint itself."""
        return self._sentences.get(hint, hint)

    def _result(self, outcome: CheckResult, error: BaseException | None) -> None:
        student = self._student
        if student is not None:
            self._repeating.part(student, passed=outcome.status == "passed")
        place = student.find_place(error) if student is not None and outcome.status == "failed" else None
        self._now.emit(
            dataclasses.replace(
                outcome,
                message=clean(outcome.message, _MESSAGE_CAP),
                hint=outcome.hint and clean(translated(outcome.hint), _MESSAGE_CAP),
                seconds=time.perf_counter() - self._began,
                prints=student.prints if student is not None and not self._now.withhold else "",
                picture=student.picture if student is not None else None,
                evidence=self._evidence(passed=outcome.status == "passed"),
                file=place.file if place else None,
                line=place.line if place else None,
            )
        )
        self._student = None

    def _evidence(self, *, passed: bool) -> bytes | None:
        return None if self._now.witness is None else self._now.witness.evidence(passed=passed)
