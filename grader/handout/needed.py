"""Which modules of fixtures/ some files need: their imports, followed to the end, so that no other one comes along."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from grader.errors import Unusable

PACKAGE = "fixtures"


def modules_needed(root: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Return the files of the package that are imported, directly or by another, sorted.

    Args:
        root: of the course; the package lies in it.
        files: modules and notebooks by path; files of other kinds import nothing.
    Raises:
        Unusable: if a file is no Python.
    """
    found: set[Path] = set()
    waiting = [module for path, content in files.items() for module in _imported(path, content)]
    while waiting:
        path = _file_of(root, waiting.pop())
        if path is None or path in found:
            continue
        found.add(path)
        name = path.relative_to(root).as_posix()
        waiting.extend(_imported(name, path.read_bytes()))
    return tuple(sorted(found))


def _file_of(root: Path, module: str) -> Path | None:
    """Return where a module lies, None where it is a name within one."""
    place = root.joinpath(*module.split("."))
    if (place / "__init__.py").is_file():
        return place / "__init__.py"
    return place.with_suffix(".py") if place.with_suffix(".py").is_file() else None


def _imported(path: str, content: bytes) -> Iterator[str]:
    """Return the modules of the package that a file names, and the packages that these lie in."""
    for source in _sources(path, content):
        try:
            tree = ast.parse(source)
        except SyntaxError as error:
            raise Unusable(f"{path} is no Python (line {error.lineno}: {error.msg}); correct it") from None
        for node in ast.walk(tree):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                parts = name.split(".")
                if parts[0] == PACKAGE:
                    yield from (".".join(parts[:end]) for end in range(1, len(parts) + 1))


def _sources(path: str, content: bytes) -> Iterator[str]:
    """Return the Python of a file: a module's, or that of a notebook's cells without their `%` and `!` lines."""
    if path.endswith(".py"):
        yield content.decode("utf-8")
    elif path.endswith(".ipynb"):
        for cell in json.loads(content)["cells"]:
            if cell["cell_type"] == "code":
                lines = "".join(cell["source"]).splitlines()
                yield "\n".join("" if line.startswith(("%", "!")) else line for line in lines)
