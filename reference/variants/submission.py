"""A variant as the file that a student would hand in."""

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path
from types import ModuleType

from reference.variants import Variant

FROM_REFERENCE = re.compile(r"^from reference\.(\w+) import", re.MULTILINE)


def write_submission(variant: Variant) -> str:
    """Return the text of the exercise, solved, but with the variant in the place of the function it stands for.

    The text imports nothing from `reference`: laid beside `imaging.py` and what else is handed out, it is a submission.
    """
    exercise, _, function = variant.function.partition(".")
    solved = Path(inspect.getfile(import_module(f"reference.{exercise}"))).read_text(encoding="utf-8")
    parts = [solved, *_parts_of(inspect.getmodule(variant.call), exercise)]
    source = inspect.getsource(variant.call)
    definition = source[source.index("def ") :]
    parts.append(re.sub(rf"^def {variant.name}\b", f"def {function}", definition))
    return FROM_REFERENCE.sub(r"from \1 import", "\n\n".join(parts))


def _parts_of(module: ModuleType | None, exercise: str) -> list[str]:
    """Return what the variants of a module share: imports, constants and helpers, those it imports included."""
    if module is None:
        return []
    source = inspect.getsource(module)
    parts: list[str] = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("reference.variants"):
            if node.module != "reference.variants":
                parts += _parts_of(import_module(node.module), exercise)
        elif isinstance(node, ast.ImportFrom) and node.module == f"reference.{exercise}":
            continue  # the solved exercise stands above
        elif isinstance(node, ast.FunctionDef) and node.decorator_list:
            continue  # another variant
        elif not isinstance(node, ast.Expr):
            parts.append(ast.get_source_segment(source, node) or "")
    return parts
