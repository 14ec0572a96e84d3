"""Answers as they come back from a worker, made without one."""

from __future__ import annotations

import numpy as np

from grader.checking.answers import Answer
from grader.errors import StudentFault
from grader.sandbox.wire import Message


def make_answer(returned=None, *, drawn=(), titles=(), after=(), again=None, seconds=0.1):
    """Return an answer.

    Args:
        returned: an array, None, or the plain data of another kind of result such as {"kind": "text"}.
        drawn: for each figure, the arrays handed to imshow.
        titles: of each figure.
        after: the arguments as the call left them.
        again: what the same calls give in float64; None fails.
    """
    arrays, header = {}, {"seconds": seconds, "after": [], "figures": []}

    def keep(values):
        arrays[f"r{len(arrays)}"] = np.asarray(values)
        return f"r{len(arrays) - 1}"

    if isinstance(returned, dict):
        header["result"] = returned
    elif returned is None:
        header["result"] = {"kind": "none"}
    else:
        dtype = str(np.asarray(returned).dtype)
        header["result"] = {"kind": "tensor", "array": keep(returned), "dtype": dtype}
    header["after"] = [
        None if values is None else {"kind": "tensor", "array": keep(values)} for values in after
    ]
    for number, images in enumerate(drawn):
        named = [{"array": keep(image), "title": ""} for image in images]
        header["figures"].append({"images": named, "titles": list(titles[number]) if titles else []})

    def repeat(dtype):
        assert dtype == "float64"
        if again is None:
            raise StudentFault("f raised RuntimeError: expected scalar type Float but found Double")
        return make_answer(again)

    return Answer("f", Message(header, arrays), repeat)
