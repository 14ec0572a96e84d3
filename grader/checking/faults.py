"""An exception of the student's code as a sentence, with the line of theirs that it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.errors import MISSING, NO_FUNCTION, NOT_WRITTEN, NotWritten, StudentFault
from grader.language import later, phrase
from grader.reading.files import Lines
from grader.reading.trouble import LINE
from grader.sandbox.text import clean

_OTHER_CELL = later(
    "cells that run things are not run here, so a variable that one of them sets is missing: pass it to the function "
    "as an argument, or make it inside"
)
_NO_GRADIENT = later(
    ".grad is None: only a leaf gets one, and X = X + step makes a tensor that is none; change X.data, or begin each "
    "step with X = X.detach().requires_grad_()"
)
_SIGNATURE = re.compile(r"takes \((.*)\) and is called with \((.*)\)")  # what `grader.sandbox.adapt` says
_NO_GPU = ("Torch not compiled with CUDA enabled", "Found no NVIDIA driver", "No CUDA GPUs are available")


def fault_of(
    name: str, file: str, error: Mapping[str, Any], lines: Mapping[str, tuple[str, Lines]] | None = None
) -> StudentFault:
    """Return what to raise for an exception that a worker reports.

    Args:
        name: of the function that was called, for the sentence.
        file: that it lies in.
        error: as `grader.sandbox.worker` describes it.
        lines: where the lines of modules that were made of notebooks come from; see `grader.reading.cells`.
    """
    fault = _fault(name, file, error, lines)
    if error["frames"]:
        fault.place = error["frames"][-1]["file"], error["frames"][-1]["line"]
    return fault


def _fault(
    name: str, file: str, error: Mapping[str, Any], lines: Mapping[str, tuple[str, Lines]] | None
) -> StudentFault:
    """Return the sentence, without its place."""
    kind, message = clean(str(error["type"]), 80), " ".join(clean(str(error["message"])).split())
    if kind == "NotImplementedError" and error["own"] and error["frames"]:  # torch raises it too
        innermost = error["frames"][-1]  # a written function may call one that is not
        return NotWritten(phrase(NOT_WRITTEN, function=innermost["function"], file=_file(innermost, lines)))
    if kind == "ModuleNotFoundError" and not error["frames"]:
        return StudentFault(phrase(MISSING, file=file))
    if kind == "MissingFunction":
        return StudentFault(phrase(NO_FUNCTION, file=file, name=name))
    if kind == "WrongSignature":
        if fitting := _SIGNATURE.fullmatch(message):
            message = phrase(
                "takes ({takes}) and is called with ({given})", takes=fitting[1], given=fitting[2]
            )
        return StudentFault(
            phrase("{function} in {file} {problem}", function=name, file=file, problem=message),
            phrase("keep the arguments, and their order, as the handout gives them"),
        )
    if kind == "MemoryError" or "can't allocate memory" in message:
        message = phrase("it asked for more memory than it may use")
    where = ""
    if error["frames"]:
        last = error["frames"][-1]
        # a raise statement would only repeat the message
        code = "" if last["code"].startswith("raise ") else f": {last['code'][:120]}"
        where = f" ({_file(last, lines)}, {_line(last, lines)}{code.rstrip(': ')})"
    if any(words in message for words in _NO_GPU) or "not available. Torch not compiled with CUDA" in message:
        return StudentFault(
            phrase("{function} asks for a GPU, and there is none here{where}", function=name, where=where),
            phrase(
                "write code for any device: make new tensors with device=X.device, and call neither .cuda() nor "
                '.to("cuda") on what you are given'
            ),
        )
    if "(unicode error)" in message:
        return StudentFault(
            phrase("{file} is not UTF-8 text; save it again with the encoding UTF-8", file=file)
        )
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        reason = f"{message.partition(' (')[0]}{where}"
        return StudentFault(phrase("{file} cannot be read as Python: {reason}", file=file, reason=reason))
    missing = message.removeprefix("No module named ").split(";")[0]
    if kind == "ModuleNotFoundError" and missing != message and error["frames"]:
        return StudentFault(
            phrase(
                "{file}, {line}, imports {module}, which is neither beside it nor installed here; a file that comes "
                "with the handout belongs into the same folder",
                file=_file(last, lines),
                line=_line(last, lines),
                module=missing,
            )
        )
    raised = f"{kind}: {message[:300]}{where}" if message else f"{kind}{where}"
    if error["frames"] and error["frames"][0]["function"] == "<module>":
        return StudentFault(phrase("{file} cannot be imported: it raised {raised}", file=file, raised=raised))
    return StudentFault(
        phrase("{function} raised {raised}", function=name, raised=raised),
        _hint(kind, message, error, notebook=file.endswith(".ipynb")),
    )


def _hint(kind: str, message: str, error: Mapping[str, Any], *, notebook: bool) -> str | None:
    """Return what to do about an exception whose own words do not say it."""
    if error["frames"] and "'NoneType'" in message and re.search(r"\.grad\b", error["frames"][-1]["code"]):
        return phrase(_NO_GRADIENT)
    return phrase(_OTHER_CELL) if notebook and kind == "NameError" and error["frames"] else None


def _file(frame: Mapping[str, Any], lines: Mapping[str, tuple[str, Lines]] | None) -> str:
    return lines[frame["file"]][0] if lines and frame["file"] in lines else str(frame["file"])


def _line(frame: Mapping[str, Any], lines: Mapping[str, tuple[str, Lines]] | None) -> str:
    """Return how a student finds the line of a frame: "line 4", or "cell 7, line 3" of a notebook."""
    number = frame["line"] or 0
    if not lines or frame["file"] not in lines:
        return phrase(LINE, line=number)
    name, table = lines[frame["file"]]
    place = table[number - 1] if 0 < number <= len(table) else None
    if place is None:
        return phrase(LINE, line=number)
    cell = place[0].removeprefix(name).removeprefix(", ")
    return f"{cell}, {phrase(LINE, line=place[1])}" if cell else phrase(LINE, line=place[1])
