"""What comes back from a function that watches the layers of a model: tensors by layer, and how to ask for them."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from fixtures.arguments import Model, NumpyArray
from grader.checking.answers import Answer
from grader.checking.expected import CloseTo
from grader.checking.student import Student
from grader.errors import StudentFault
from grader.language import phrase


def by_layer(answer: Answer, names: Sequence[str], under_last_name: str) -> Mapping[str, Answer]:
    """Return the parts of a dict by layer.

    Args:
        answer: what came back.
        names: the layers that were asked for.
        under_last_name: the hint for a dict that has the last of them only.
    Raises:
        StudentFault: if it is no dict, or has nothing for one of the layers.
    """
    kept = answer.mapping
    missing = [name for name in names if name not in kept]
    if missing:
        only_last = len(names) > 1 and list(kept) == [names[-1]]
        raise StudentFault(
            phrase(
                "{function} returned a dict with nothing for {names}",
                function=answer.function,
                names=", ".join(missing),
            ),
            under_last_name if only_last else None,
        )
    return kept


def unpacked(part: Answer, hint: str) -> Answer:
    """Return a part that holds a tensor.

    Raises:
        StudentFault: with the hint, if a tuple came back, as PyTorch hands its tensors to hooks.
    """
    try:
        count = len(part.items)
    except StudentFault:
        return part
    raise StudentFault(
        phrase(
            "{function} returned a tuple of {count} in the place of a tensor",
            function=part.function,
            count=count,
        ),
        hint,
    )


def changed_by_another_run(student: Student, answer: Answer, model: str, images: NumpyArray) -> list[str]:
    """Return the layers whose tensors change after all when the model runs on other images."""
    before = {name: part.values for name, part in answer.mapping.items()}
    student.run_model(model, images)
    after = student.recall(answer).mapping
    return [name for name, values in before.items() if not np.array_equal(after[name].values, values)]


def let_fail(function: Callable[..., Answer], *arguments: object) -> None:
    """Call a student's function with what makes a model raise, which is no fault of the student's."""
    with contextlib.suppress(StudentFault):
        function(*arguments)


def demand_scores(student: Student, model: Model, images: NumpyArray, right: CloseTo, hint: str) -> None:
    """Refuse a model that gives other scores than it should once the student's functions have had it.

    Raises:
        StudentFault: with the hint, if it does.
    """
    if student.run_model(model, images).part("scores") != right:
        raise StudentFault(phrase("the model gives other scores after the call than before it"), hint)
