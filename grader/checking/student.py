"""The student's functions, as the checks call them: each call crosses to a worker and comes back as numbers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from fixtures.arguments import Array, Call, Model, NumpyArray, as_argument
from grader.checking.answers import Answer
from grader.checking.evidence import Witness
from grader.checking.faults import fault_of
from grader.checking.handing_on import HandingOn, Unsettled
from grader.checking.places import Place, find_place
from grader.checking.replies import demand_reply
from grader.checking.requests import call_request, hook_request, observe_request
from grader.checking.starting import start_worker
from grader.checking.submission import Submission
from grader.errors import StudentFault, TookTooLong
from grader.language import phrase
from grader.sandbox.layers import Layer
from grader.sandbox.remote import Fate, Remote, Source
from grader.sandbox.wire import Message

CALL_SECONDS = 20.0  # the slowest right call, 100 steps of class visualization, takes 2 s on a busy laptop
CPU_SECONDS = 130  # of one worker: six such calls and some
CLOSE = 0.5  # of a deadline: a call that took longer is told of
SECOND_CHANCE_SECONDS = 5.0  # for a function that has run into a deadline in an earlier check


class Student:
    """A worker with the submission imported, for one check; `student.f(...)` calls its function f.

    Arguments may be numpy arrays and anything that `fixtures.arguments` describes. Further keywords go to the
    function, except `steps` and `carry` (see `fixtures.arguments.Call`), and `picture=True`, which also renders the
    first figure.

    Args:
        submission: what to import.
        source: where workers come from.
        slow: functions that have run into a deadline; shared by the checks of one exercise.
        seconds: deadline of one call.
        cpu_seconds: processor time of the worker, all its calls together.
        dtype: "float32" or "float64".
        record: told of each request, for the benchmark; None records nothing.
        witness: told of each call and what came of it, for a page.
        handing_on: what an earlier check may have left its worker with; None always starts a fresh one.
        pictures: whether figures are rendered where a call asks for it.
    """

    def __init__(
        self,
        submission: Submission,
        source: Source,
        slow: set[str],
        *,
        seconds: float = CALL_SECONDS,
        cpu_seconds: int = CPU_SECONDS,
        dtype: str = "float32",
        record: Callable[[Message], None] | None = None,
        witness: Witness | None = None,
        handing_on: HandingOn | None = None,
        pictures: bool = True,
    ) -> None:
        self._submission = submission
        self._source = source
        self._slow = slow
        self._seconds = seconds
        self._cpu_seconds = cpu_seconds
        self._dtype = dtype
        self._record = record
        self._witness = witness
        self.handing_on = handing_on
        self._pictures = pictures
        self._remote: Remote | None = None
        self._made: list[tuple[str, Message]] = []
        self.inherited = False  # whether an earlier check had this worker: a failure in it proves nothing
        self.prints = ""
        self.picture: bytes | None = None
        self.layers: tuple[Layer, ...] = ()
        self.fates: list[Callable[[], Fate]] = []
        self.close_calls: list[tuple[str, float, float]] = []

    def __getattr__(self, name: str) -> Callable[..., Answer]:
        if name not in self._submission.functions:
            raise AttributeError(name)
        qualified = self._submission.functions[name]

        def call(
            *arguments: Any, steps: int = 1, carry: int | None = None, picture: bool = False, **keywords: Any
        ) -> Answer:
            described = Call(
                qualified,
                tuple(as_argument(argument) for argument in arguments),
                {key: as_argument(argument) for key, argument in keywords.items()},
                steps=steps,
                carry=carry,
            )
            return self.perform(described, picture=picture)

        return call

    def perform(self, call: Call, *, picture: bool = False) -> Answer:
        """Return the answer to a described call.

        Raises:
            StudentFault: if the function raises, runs too long, or ends its process.
            GraderFault: if the worker could not be started.
        """
        request = call_request(call, picture=picture and self._pictures)
        if self._witness is not None:
            self._witness.asks(call)
        return self._answer(call.function, request)

    def run_hook(
        self, name: str, model: str, layers: Sequence[str], images: NumpyArray, *, keeps: str = ""
    ) -> Answer:
        """Register a hook function of the student's on layers of a model, run it, and return its scores.

        Args:
            name: the function, called as `name(layer_name, module, input, output)`.
            model: name of a fixture model.
            layers: dotted names of its modules.
            images: (N, C, H, W) float32.
            keeps: name of a list in the student's module; its items come back as the answer's `after`.
        """
        function = self._submission.functions[name]
        request = hook_request(function, model, layers, images, keeps=keeps)
        if self._witness is not None:
            self._witness.asks(Call(name, (Model(model), tuple(layers), Array(images))))
        return self._answer(function, request)

    def run_model(
        self,
        model: Model | str,
        images: NumpyArray,
        layers: Sequence[str] = (),
        gradient_of: int | None = None,
    ) -> Answer:
        """Run a model of the student's worker as the calls so far have left it.

        A hook or a weight that a call has left changed shows in the numbers.

        Args:
            model: the description that the calls were made with; a name stands for that model in eval mode.
            images: (N, C, H, W) float32.
            layers: dotted names of modules whose outputs are wanted as well.
            gradient_of: a class whose gradient with respect to the images is wanted as well.
        Returns:
            An answer with the parts "scores", (N, K), "outputs", one for each layer, and "gradient", (N, C, H, W).
        """
        described = Model(model) if isinstance(model, str) else model
        request = observe_request(described, images, layers=layers, gradient_of=gradient_of)
        module = next(iter(self._submission.functions.values())).partition(".")[0]
        return self._answer(f"{module}.{phrase('the model, run once more,')}", request)

    def recall(self, answer: Answer) -> Answer:
        """Return what an earlier call of this worker returned, as that object is now."""
        return self._answer(
            f"recalled.{answer.function}", Message({"do": "recall", "number": answer.position}, {})
        )

    @property
    def called(self) -> str | None:
        """The function that was called last, "module.function"; None before the first."""
        known = self._submission.functions.values()
        return next((function for function, _ in reversed(self._made) if function in known), None)

    def find_place(self, fault: BaseException | None) -> Place | None:
        """Return where in the student's files a failure lies: the line that raised, else the function called last."""
        told = fault.place if isinstance(fault, StudentFault) else None
        return find_place(self._submission, told, self.called)

    def start_afresh(self) -> None:
        """Let the next call be the first of a new worker."""
        self.close()
        self._made = []

    def close(self, *, passed: bool = False) -> None:
        """Part with the worker, keeping what it printed.

        Args:
            passed: whether it has served a whole check and is good for the next one; it is ended otherwise.
        """
        if self._remote is None:
            return
        if passed and self.handing_on is not None and self._remote.ended is None:
            self.prints += self.handing_on.leave(self._remote)
        else:
            self.fates.append(self._remote.dismiss())
            self.prints += self._remote.prints.text
        self._remote = None

    def _answer(self, function: str, request: Message) -> Answer:
        if problem := self._submission.problems.get(function):
            raise StudentFault(problem)
        self._made.append((function, request))
        so_far = tuple(self._made)
        if self._record is not None:
            self._record(request)
        reply, name = self._ask(function, request), function.rpartition(".")[2]
        if "error" in reply.header:
            if self._witness is not None:
                self._witness.raised(reply.header["error"])
            file = self._submission.shown.get(function) or f"{function.partition('.')[0]}.py"
            raise fault_of(name, file, reply.header["error"], self._submission.lines)
        answer = Answer(name, reply, lambda dtype: self._replay(so_far, dtype), len(so_far) - 1)
        self.picture = self.picture or answer.picture
        if self._witness is not None and request.header["do"] in ("call", "hook"):
            self._witness.answered(answer)
        return answer

    def _ask(self, function: str, request: Message) -> Message:
        seconds = min(self._seconds, SECOND_CHANCE_SECONDS) if function in self._slow else self._seconds
        if self._remote is not None and self._remote.ended is not None:
            self.close()  # hypothesis calls once more with what has just failed
        self._remote = self._remote or self._worker()
        began = time.monotonic()
        try:
            reply = demand_reply(self._remote.ask(request, seconds), request)
        except StudentFault as fault:
            if isinstance(fault, TookTooLong) and not self.inherited:
                self._slow.add(function)
            self._remote.close()  # what it may have sent ahead answers no further question
            said = phrase("{function} {happened}", function=function.rpartition(".")[2], happened=fault)
            raise type(fault)(said, fault.hint) from None
        if (took := time.monotonic() - began) > CLOSE * seconds:
            self.close_calls.append((function, took, seconds))
        return reply

    def _worker(self) -> Remote:
        """Return the worker that an earlier check has left, or a fresh one."""
        if self.handing_on is not None and (left := self.handing_on.take()) is not None:
            self.inherited = True
            return left
        fresh, self.layers = start_worker(
            self._source, self._submission, dtype=self._dtype, cpu_seconds=self._cpu_seconds
        )
        return fresh

    def _replay(self, calls: Sequence[tuple[str, Message]], dtype: str) -> Answer:
        """Return what the last of some calls answers in another precision, made in the same order."""
        if self.inherited:
            raise Unsettled(
                "only a worker that has made these calls and no others can be compared with another"
            )
        limits: Any = {"seconds": self._seconds, "cpu_seconds": self._cpu_seconds}
        twin = Student(self._submission, self._source, self._slow, dtype=dtype, **limits)
        try:
            answers = [twin._answer(function, request) for function, request in calls]
        finally:
            twin.close()
            self.fates += twin.fates
            self.close_calls += twin.close_calls
        return answers[-1]
