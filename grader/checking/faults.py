"""An exception of the student's code as a sentence, with the line of theirs that it came from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from grader.errors import NotWritten, StudentFault
from grader.reading.files import Lines
from grader.sandbox.text import clean

_OTHER_CELL = (
    "cells that run things are not run here, so a variable that one of them sets is missing: pass it to the function "
    "as an argument, or make it inside"
)
_NO_GRADIENT = (
    ".grad is None: only a leaf gets one, and X = X + step makes a tensor that is none; change X.data, or begin each "
    "step with X = X.detach().requires_grad_()"
)
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
        return NotWritten(f"not written yet: {innermost['function']} in {_file(innermost, lines)}")
    if kind == "ModuleNotFoundError" and not error["frames"]:
        return StudentFault(
            f"{file} is missing; hand in the file even where its functions are not written yet"
        )
    if kind == "MissingFunction":
        return StudentFault(
            f"{file} has no function {name}; functions keep the names that the handout gives them"
        )
    if kind == "WrongSignature":
        return StudentFault(
            f"{name} in {file} {message}", "keep the arguments, and their order, as the handout gives them"
        )
    if kind == "MemoryError" or "can't allocate memory" in message:
        message = "it asked for more memory than it may use"
    where = ""
    if error["frames"]:
        last = error["frames"][-1]
        # a raise statement would only repeat the message
        code = "" if last["code"].startswith("raise ") else f": {last['code'][:120]}"
        where = f" ({_file(last, lines)}, {_line(last, lines)}{code.rstrip(': ')})"
    if any(words in message for words in _NO_GPU) or "not available. Torch not compiled with CUDA" in message:
        return StudentFault(
            f"{name} asks for a GPU, and there is none here{where}",
            "write code for any device: make new tensors with device=X.device, and call neither .cuda() nor "
            '.to("cuda") on what you are given',
        )
    if "(unicode error)" in message:
        return StudentFault(f"{file} is not UTF-8 text; save it again with the encoding UTF-8")
    if kind in ("SyntaxError", "IndentationError", "TabError"):
        return StudentFault(f"{file} cannot be read as Python: {message.partition(' (')[0]}{where}")
    missing = message.removeprefix("No module named ").split(";")[0]
    if kind == "ModuleNotFoundError" and missing != message and error["frames"]:
        return StudentFault(
            f"{_file(last, lines)}, {_line(last, lines)}, imports {missing}, which is neither beside it nor installed "
            "here; a file that comes with the handout belongs into the same folder"
        )
    raised = f"{kind}: {message[:300]}{where}" if message else f"{kind}{where}"
    if error["frames"] and error["frames"][0]["function"] == "<module>":
        return StudentFault(f"{file} cannot be imported: it raised {raised}")
    return StudentFault(
        f"{name} raised {raised}", _hint(kind, message, error, notebook=file.endswith(".ipynb"))
    )


def _hint(kind: str, message: str, error: Mapping[str, Any], *, notebook: bool) -> str | None:
    """Return what to do about an exception whose own words do not say it."""
    if error["frames"] and "'NoneType'" in message and re.search(r"\.grad\b", error["frames"][-1]["code"]):
        return _NO_GRADIENT
    return _OTHER_CELL if notebook and kind == "NameError" and error["frames"] else None


def _file(frame: Mapping[str, Any], lines: Mapping[str, tuple[str, Lines]] | None) -> str:
    return lines[frame["file"]][0] if lines and frame["file"] in lines else str(frame["file"])


def _line(frame: Mapping[str, Any], lines: Mapping[str, tuple[str, Lines]] | None) -> str:
    """Return how a student finds the line of a frame: "line 4", or "cell 7, line 3" of a notebook."""
    number = frame["line"] or 0
    if not lines or frame["file"] not in lines:
        return f"line {number}"
    name, table = lines[frame["file"]]
    place = table[number - 1] if 0 < number <= len(table) else None
    if place is None:
        return f"line {number}"
    cell = place[0].removeprefix(name).removeprefix(", ")
    return f"{cell}, line {place[1]}" if cell else f"line {place[1]}"
