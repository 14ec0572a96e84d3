"""What a text defines: its functions, methods and other names, found without running it."""

from __future__ import annotations

import ast
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

_IMPORT = re.compile(r"^[ \t]*(?:from[ \t]+([.\w]+)[ \t]+)?import[ \t]+([^#\n;]+)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Definition:
    """One function, at top level or in a class.

    Attributes:
        name: of the function.
        owner: name of its class, "" at top level.
        first, last: its lines, decorators included.
        callable: whether it can be called: a method whose class needs arguments to be built cannot.
        stub: whether its body is what the handout left to be written.
        parameters: their names, without `self`.
        keywords: whether it takes any keyword.
    """

    name: str
    owner: str
    first: int
    last: int
    callable: bool
    stub: bool
    parameters: tuple[str, ...]
    keywords: bool

    @property
    def dotted(self) -> str:
        """Its name behind that of its class."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


def find_definitions(module: ast.Module) -> tuple[Definition, ...]:
    """Return the functions of a module in the order of their lines, also those inside if and try."""
    found: list[Definition] = []
    for statement in top_level(module):
        match statement:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.append(_definition(statement, ""))
            case ast.ClassDef(name=owner, body=body):
                free = _built_without_arguments(statement)
                methods = [inner for inner in body if isinstance(inner, ast.FunctionDef)]
                found += [_definition(inner, owner, free) for inner in methods]
    return tuple(sorted(found, key=lambda definition: definition.first))


def bound_names(module: ast.Module) -> set[str]:
    """Return the names that a module binds at its top level, in whatever way; "*" for a star import."""
    names: set[str] = set()
    for statement in top_level(module):
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                names.update(alias.asname or alias.name for alias in aliases)
            case _:
                for node in ast.walk(statement) if not hasattr(statement, "body") else ():
                    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                        names.add(node.id)
    return names


def imported_modules(text: str) -> set[str]:
    """Return the modules that a text imports anywhere, and what it takes from them; relative ones begin with a dot.

    Read off the lines: walking the tree of every file takes longer than everything else that is done with it.
    """
    found: set[str] = set()
    for start, names in _IMPORT.findall(text):
        listed = [name.split(" as ")[0].strip(" \t()") for name in names.split(",")]
        joint = start if start.endswith(".") or not start else f"{start}."
        found.update([start] if start.strip(".") else [], (f"{joint}{name}" for name in listed if name))
    return found


def top_level(module: ast.Module) -> Iterator[ast.stmt]:
    """Yield the statements of a module, also those inside if, for, while, with and try."""
    waiting = deque(module.body)
    while waiting:
        statement = waiting.popleft()
        yield statement
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        for block in ("body", "orelse", "finalbody", "handlers"):
            for inner in getattr(statement, block, []):
                waiting.extend(inner.body if isinstance(inner, ast.ExceptHandler) else [inner])


def _definition(node: ast.FunctionDef | ast.AsyncFunctionDef, owner: str, free: bool = True) -> Definition:
    arguments = node.args
    named = [argument.arg for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]]
    static = any(isinstance(mark, ast.Name) and mark.id == "staticmethod" for mark in node.decorator_list)
    return Definition(
        name=node.name,
        owner=owner,
        first=min([node.lineno, *(mark.lineno for mark in node.decorator_list)]),
        last=node.end_lineno or node.lineno,
        callable=free,
        stub=_is_stub(node.body),
        parameters=tuple(named[1:] if owner and not static else named),
        keywords=arguments.kwarg is not None,
    )


def _built_without_arguments(node: ast.ClassDef) -> bool:
    for inner in node.body:
        if isinstance(inner, ast.FunctionDef) and inner.name == "__init__":
            arguments = inner.args
            needed = len(arguments.posonlyargs) + len(arguments.args) - 1 - len(arguments.defaults)
            return needed <= 0 and all(default is not None for default in arguments.kw_defaults)
    return True


def _is_stub(body: list[ast.stmt]) -> bool:
    """Return whether a body does nothing: it raises NotImplementedError, or sets constants and gives them back."""
    for statement in body:
        match statement:
            case (
                ast.Raise(exc=ast.Name(id="NotImplementedError"))
                | ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedError")))
            ):
                return True
            case ast.Pass() | ast.Expr(value=ast.Constant()):
                continue
            case ast.Assign(value=ast.Constant()) | ast.AnnAssign(value=ast.Constant()):
                continue
            case ast.Return(value=None) | ast.Return(value=ast.Constant()) | ast.Return(value=ast.Name()):
                continue
            case _:
                return False
    return True
