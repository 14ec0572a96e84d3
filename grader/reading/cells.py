"""Make one module of a notebook's cells: imports, definitions and constants are taken, what runs things is not."""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Sequence
from dataclasses import dataclass

from grader.reading.notebook import Cell
from grader.reading.trouble import describe, parse

# Calls that give a constant: they neither read a file nor take time.
_CONSTANT_CALLS = frozenset(
    ("list", "dict", "set", "tuple", "range", "len", "int", "float", "str", "bool", "min", "max", "sum", "abs",
     "sorted", "zip", "enumerate", "reversed", "torch.device", "torch.tensor", "torch.Tensor", "torch.FloatTensor",
     "torch.cuda.is_available", "np.array", "np.float32", "numpy.array", "np.sqrt", "nn.ReLU", "torch.nn.ReLU",
     "defaultdict", "collections.defaultdict", "OrderedDict")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Joined:
    """The module that a notebook comes to.

    Attributes:
        text: Python.
        lines: for each line of the text the cell and the line in it; None for what was put before the cells.
        trouble: one sentence for each cell that cannot be read.
        unread: the text of those cells, in the same order.
    """

    text: str
    lines: tuple[tuple[str, int] | None, ...]
    trouble: tuple[str, ...]
    unread: tuple[str, ...]


def join_cells(cells: Sequence[Cell], before: str = "") -> Joined:
    """Return the module that a notebook's cells come to.

    Args:
        cells: of the notebook, in order.
        before: Python that sets what the cells that are not taken would have set.
    """
    taken: list[tuple[Cell, ast.stmt]] = []
    trouble: list[str] = []
    unread: list[str] = []
    for cell in cells:
        try:
            tree = parse(cell.text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            trouble.append(describe(cell.name, cell.text, error, cell.first))
            unread.append(cell.text)
            continue
        taken += [(cell, statement) for statement in tree.body if _is_definition(statement)]
    taken = _without_loose_ends(taken, _bound(parse(before).body))
    text = before.strip().split("\n") if before.strip() else []
    lines: list[tuple[str, int] | None] = [None] * len(text)
    written = {cell.number: cell.text.split("\n") for cell in cells}
    for cell, statement in taken:
        first = min([statement.lineno, *(mark.lineno for mark in getattr(statement, "decorator_list", []))])
        last = statement.end_lineno or statement.lineno
        part = written[cell.number][first - 1 : last]
        if statement.col_offset or ";" in part[-1]:  # two statements on one line
            part = ast.unparse(statement).split("\n")
        text += part
        lines += [(cell.name, cell.first + min(first + k, last) - 1) for k in range(len(part))]
    return Joined("\n".join(text) + "\n", tuple(lines), tuple(trouble), tuple(unread))


def _is_definition(statement: ast.stmt) -> bool:
    match statement:
        case ast.Import() | ast.ImportFrom() | ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return True
        case ast.Assign(targets=targets, value=value):
            return all(_is_name(target) for target in targets) and _is_constant(value)
        case ast.AnnAssign(target=ast.Name(), value=ast.expr() as value):
            return _is_constant(value)
        case ast.If(test=test, body=body, orelse=orelse):
            return _is_constant(test) and all(_is_definition(inner) for inner in [*body, *orelse])
        case ast.Try(body=body, handlers=handlers, orelse=[], finalbody=[]):
            return all(_is_definition(inner) for inner in body) and all(
                _is_definition(inner) or isinstance(inner, ast.Pass)
                for handler in handlers
                for inner in handler.body
            )
        case _:
            return False


def _is_name(target: ast.expr) -> bool:
    if isinstance(target, ast.Tuple | ast.List):
        return all(_is_name(element) for element in target.elts)
    return isinstance(target, ast.Name)


def _is_constant(value: ast.expr) -> bool:
    waiting: list[ast.AST] = [value]
    while waiting:
        node = waiting.pop()
        match node:
            case ast.Lambda():
                continue  # what is in it is not run
            case ast.Call(func=function) if ast.unparse(function) not in _CONSTANT_CALLS:
                return False
            case ast.Await() | ast.Yield() | ast.YieldFrom() | ast.NamedExpr():
                return False
        waiting.extend(ast.iter_child_nodes(node))
    return True


def _without_loose_ends(taken: list[tuple[Cell, ast.stmt]], known: set[str]) -> list[tuple[Cell, ast.stmt]]:
    """Return the statements without constants made of what is not there, and without imports that nobody uses."""
    star = any(isinstance(node, ast.ImportFrom) and node.names[0].name == "*" for _, node in taken)
    kept = []
    names = known | set(dir(builtins))
    for cell, statement in taken:
        constant = isinstance(statement, ast.Assign | ast.AnnAssign | ast.If)
        if constant and not star and not _used([statement]) <= names:
            continue
        names |= _bound([statement])
        kept.append((cell, statement))
    used = _used(
        [statement for _, statement in kept if not isinstance(statement, ast.Import | ast.ImportFrom)]
    )
    return [(cell, statement) for cell, statement in kept if _is_wanted(statement, used)]


def _is_wanted(statement: ast.stmt, used: set[str]) -> bool:
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        return True
    bound = {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    future = isinstance(statement, ast.ImportFrom) and statement.module == "__future__"
    return bool(bound & used) or "*" in bound or future


def _used(statements: Sequence[ast.stmt]) -> set[str]:
    return {
        node.id
        for statement in statements
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    } - {
        name
        for statement in statements
        if isinstance(statement, ast.Assign)
        for name in _own_names(statement)
    }


def _own_names(statement: ast.Assign) -> set[str]:
    """Return the names that exist inside a value only: arguments of lambdas, variables of comprehensions."""
    names: set[str] = set()
    for node in ast.walk(statement.value):
        match node:
            case ast.Lambda(args=arguments):
                names.update(argument.arg for argument in arguments.args)
            case ast.comprehension(target=target):
                names |= _bound([target])
    return names


def _bound(statements: Sequence[ast.AST]) -> set[str]:
    names: set[str] = set()
    for statement in statements:
        for node in ast.walk(statement):
            match node:
                case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                    names.add(name)
                case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
                    names.update((alias.asname or alias.name).partition(".")[0] for alias in aliases)
                case ast.Name(id=name, ctx=ast.Store()):
                    names.add(name)
    return names


def defines(text: str, name: str) -> bool:
    """Return whether a text that cannot be parsed looks as if it defined a function."""
    return re.search(rf"^[ \t]*(async[ \t]+)?def[ \t]+{re.escape(name)}\b", text, re.MULTILINE) is not None
