"""Other statements that could stand in the place of one: left out, unwrapped, done always or never."""

from __future__ import annotations

import ast
from collections.abc import Iterator

NEVER_CHANGED = (ast.Raise, ast.Assert, ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass)
OTHER_JUMPS: dict[type[ast.stmt], type[ast.stmt]] = {ast.Break: ast.Continue, ast.Continue: ast.Break}


def other_statements(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """Yield what could stand in the place of a statement, as a list of statements."""
    match node:
        case ast.If(_, body, orelse):
            yield body  # always
            yield orelse or [ast.Pass()]  # never
        case ast.With(items, body):
            for place in range(len(items)):
                rest = [*items[:place], *items[place + 1 :]]
                yield [ast.With(rest, body)] if rest else body
        case ast.Try(body=body, finalbody=finalbody):
            if finalbody:
                yield body
                yield [*body, *finalbody]  # not if something is raised
            else:
                yield body
        case ast.For(target, iterator, body, orelse):
            yield [ast.For(target, iterator, [*body, ast.Break()], orelse)]
            yield [ast.Pass()]
        case ast.AugAssign(target, op, value):
            yield [ast.Pass()]
            if isinstance(op, ast.Add):
                yield [ast.AugAssign(target, ast.Sub(), value)]
                yield [ast.Assign([target], value, lineno=0)]
        case ast.Return(value):
            if value is not None:
                yield [ast.Return(ast.Constant(None))]
        case ast.Break() | ast.Continue():
            yield [OTHER_JUMPS[type(node)]()]
            yield [ast.Pass()]
        case ast.Expr(ast.Yield()) | ast.FunctionDef() | ast.ClassDef() | ast.While():
            return  # without it nothing works, or nothing ends
        case _ if not isinstance(node, NEVER_CHANGED):
            yield [ast.Pass()]
