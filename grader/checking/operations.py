"""Names of operations, as torch gives them to the nodes of an autograd graph."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from grader.checking.answers import Answer
from grader.errors import StudentFault
from grader.language import phrase


def demand_operations(
    answer: Answer, expected: str, sentence: Callable[[str], str], wrong: Mapping[str, str]
) -> None:
    """Refuse a list of names that is not the expected one, whatever number torch ends each name with.

    Args:
        answer: a list such as ["AddBackward0", "MulBackward0"].
        expected: the same without "Backward0", as one text: "Add Mul".
        sentence: gives a mistake's sentence by its name.
        wrong: names of mistakes by what they answer, written like `expected`.
    Raises:
        StudentFault: if it is another one.
    """
    names = [item.text for item in answer.items]
    short = " ".join(re.sub(r"Backward\d*$", "", name) for name in names)
    if short == expected:
        return
    mistake = wrong.get(short)
    if "AccumulateGrad" in short:
        mistake = "leaves_listed"
    if " object at " in short:
        mistake = "objects_as_text"
    right = phrase("{count} operations", count=len(expected.split())) if expected else phrase("no operation")
    if sorted(short.split()) == sorted(expected.split()):
        right = phrase("another order")
    raise StudentFault(
        phrase(
            "{function} named {names}, expected {right}",
            function=answer.function,
            names=", ".join(names[:8]) or phrase("nothing"),
            right=right,
        ),
        sentence(mistake) if mistake else None,
    )
