"""An exception of the student's code as a sentence, with the line of theirs that it came from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grader.errors import NotWritten, StudentFault
from grader.sandbox.text import clean


def fault_of(name: str, function: str, error: Mapping[str, Any]) -> StudentFault:
    """Return what to raise for an exception that a worker reports.

    Args:
        name: of the function that was called, for the sentence.
        function: the same with its module, "saliency.compute_saliency_maps".
        error: as `grader.sandbox.worker` describes it.
    """
    kind, message = clean(str(error["type"]), 80), " ".join(clean(str(error["message"])).split())
    file = function.partition(".")[0] + ".py"
    if kind == "NotImplementedError" and error["own"] and error["frames"]:  # torch raises it too
        innermost = error["frames"][-1]  # a written function may call one that is not
        return NotWritten(f"not written yet: {innermost['function']} in {innermost['file']}")
    if kind == "ModuleNotFoundError" and not error["frames"]:
        return StudentFault(
            f"{file} is missing; hand in the file even where its functions are not written yet"
        )
    if kind == "MissingFunction":
        return StudentFault(
            f"{file} has no function {name}; functions keep the names that the handout gives them"
        )
    if kind == "MemoryError" or "can't allocate memory" in message:
        message = "it asked for more memory than it may use"
    where = ""
    if error["frames"]:
        last = error["frames"][-1]
        # a raise statement would only repeat the message
        code = "" if last["code"].startswith("raise ") else f": {last['code'][:120]}"
        where = f" ({last['file']}, line {last['line']}{code.rstrip(': ')})"
    if "(unicode error)" in message:
        return StudentFault(f"{file} is not UTF-8 text; save it again with the encoding UTF-8")
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        return StudentFault(f"{file} cannot be read as Python: {message.partition(' (')[0]}{where}")
    missing = message.removeprefix("No module named ").split(";")[0]
    if kind == "ModuleNotFoundError" and missing != message and error["frames"]:
        return StudentFault(
            f"{last['file']}, line {last['line']}, imports {missing}, which is neither beside it nor installed here; "
            "a file that comes with the handout belongs into the same folder"
        )
    raised = f"{kind}: {message[:300]}{where}" if message else f"{kind}{where}"
    if error["frames"] and error["frames"][0]["function"] == "<module>":
        return StudentFault(f"{file} cannot be imported: it raised {raised}")
    return StudentFault(f"{name} raised {raised}")
