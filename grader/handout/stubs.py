"""Are the stubs stubs? A solved one, or a picture that a solution drew, must not be handed out."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence

from grader.errors import Unusable
from grader.exercises import Exercise

_ANEW = "make the students' files anew with `make stubs` before you hand them out"
_MARKER = re.compile(rb"\b(BEGIN|END) SOLUTION\b")


def demand_stubs(files: Mapping[str, bytes], exercises: Sequence[Exercise]) -> None:
    """Return where every function that students write is still to be written.

    Args:
        files: of assignment/, by path.
        exercises: of the course.
    Raises:
        Unusable: if a file or function is missing, or a solution or what it drew is there.
    """
    for path in ("assignment/README.md", *(f"assignment/{exercise.module}.py" for exercise in exercises)):
        if path not in files:
            raise Unusable(f"{path} is missing; {_ANEW}")
    for exercise in exercises:
        path = f"assignment/{exercise.module}.py"
        for function in exercise.functions:
            _demand_stub(path, files[path], function)
    for path, content in files.items():
        if _MARKER.search(content):
            raise Unusable(f"{path} holds the markers of a solution; {_ANEW}")
        if path.endswith(".ipynb"):
            _demand_no_output(path, content)


def _demand_stub(path: str, content: bytes, function: str) -> None:
    for node in ast.parse(content).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            if not any(_says_unwritten(part) for part in ast.walk(node)):
                raise Unusable(f"{path}: {function} is solved; {_ANEW}")
            return
    raise Unusable(f"{path}: {function} is missing; {_ANEW}")


def _says_unwritten(node: ast.AST) -> bool:
    """Return whether a node raises NotImplementedError, as a stub does where the solution was."""
    if not isinstance(node, ast.Raise) or node.exc is None:
        return False
    raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def _demand_no_output(path: str, content: bytes) -> None:
    for cell in json.loads(content)["cells"]:
        if cell.get("outputs"):
            raise Unusable(f"{path} holds what its cells printed and drew when somebody ran it; {_ANEW}")
