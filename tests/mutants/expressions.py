"""Other expressions that could stand in the place of one: what a slip of the hand would write."""

from __future__ import annotations

import ast
from collections.abc import Iterator

OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.MatMult: ast.Mult,
}
NEGATIONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.GtE,
    ast.LtE: ast.Gt,
    ast.Gt: ast.LtE,
    ast.GtE: ast.Lt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
BORDERS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
}
PAIRS = (
    ("min", "max"),
    ("amin", "amax"),
    ("argmin", "argmax"),
    ("sum", "mean"),
    ("any", "all"),
    ("abs", "square"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
    ("no_grad", "enable_grad"),
    ("modules", "children"),
    ("parameters", "buffers"),
    ("eval", "train"),
    ("randn", "rand"),
    ("relu", "sigmoid"),
    ("register_forward_hook", "register_forward_pre_hook"),
)
OTHER_NAMES = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}
OPTIONS = {"bilinear": "nearest", "gray": "viridis", "off": "on"}
MODULES = {
    "torch",
    "nn",
    "plt",
    "math",
    "functools",
    "F",
    "np",
}  # what is no value that a call could leave as it is


def other_expressions(node: ast.expr) -> Iterator[ast.expr]:
    """Yield what could stand in the place of an expression, each with one thing changed in the expression itself."""
    match node:
        case ast.BinOp(left, op, right) if type(op) in OPERATORS:
            yield ast.BinOp(left, OPERATORS[type(op)](), right)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.And() if isinstance(op, ast.Or) else ast.Or(), values)
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.Compare(left, ops, comparators):
            for place, operator in enumerate(ops):
                for table in (NEGATIONS, BORDERS):
                    if type(operator) in table:
                        changed = [*ops[:place], table[type(operator)](), *ops[place + 1 :]]
                        yield ast.Compare(left, changed, comparators)
        case ast.Constant(value):
            yield from (ast.Constant(other) for other in _other_constants(value))
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.Call():
            yield from _other_calls(node)
        case ast.Attribute(value, attr, ctx) if attr in OTHER_NAMES:
            yield ast.Attribute(value, OTHER_NAMES[attr], ctx)
        case ast.Name(name, ctx) if name in OTHER_NAMES:
            yield ast.Name(OTHER_NAMES[name], ctx)
        case ast.Slice(lower, upper, step):
            yield from _other_slices(lower, upper, step)
        case ast.Tuple(elts, ctx) | ast.List(elts, ctx) if isinstance(ctx, ast.Load):
            for other in (*_neighbours_swapped(elts), *_one_dropped(elts)):
                yield type(node)(other, ctx)
        case ast.ListComp(elt, generators) | ast.GeneratorExp(elt, generators):
            for place, one in enumerate(generators):
                if one.ifs:
                    unfiltered = ast.comprehension(one.target, one.iter, [], one.is_async)
                    yield type(node)(elt, [*generators[:place], unfiltered, *generators[place + 1 :]])


def _other_constants(value: object) -> list[object]:
    match value:
        case bool():
            return [not value]
        case int():
            return [value + 1, value - 1] if value else [1]
        case float():
            return [2 * value if value else 1.0]
        case str():
            return [OPTIONS.get(value, "" if value else "other")]
    return []


def _other_calls(call: ast.Call) -> Iterator[ast.expr]:
    function, args, keywords = call.func, call.args, call.keywords
    if isinstance(function, ast.Attribute) and not _is_module(function.value):
        yield function.value  # x.abs() -> x
    elif args and not isinstance(args[0], ast.Starred):
        yield args[0]  # torch.relu(x) -> x
    for other in _neighbours_swapped(args):
        yield ast.Call(function, other, keywords)
    if len(args) + len(keywords) > 1 or isinstance(function, ast.Attribute):
        for place in range(len(args)):
            yield ast.Call(function, [*args[:place], *args[place + 1 :]], keywords)
    for place in range(len(keywords)):
        yield ast.Call(function, args, [*keywords[:place], *keywords[place + 1 :]])


def _is_module(node: ast.expr) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name) and node.id in MODULES


def _other_slices(
    lower: ast.expr | None, upper: ast.expr | None, step: ast.expr | None
) -> Iterator[ast.Slice]:
    one = ast.Constant(1)
    if upper is not None:
        yield ast.Slice(lower, ast.BinOp(upper, ast.Add(), one), step)
        yield ast.Slice(lower, None, step)
    if lower is not None:
        yield ast.Slice(ast.BinOp(lower, ast.Add(), one), upper, step)
        yield ast.Slice(None, upper, step)
    if lower is None and upper is None:
        yield ast.Slice(one, None, step)


def _neighbours_swapped(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    for place in range(len(items) - 1):
        yield [*items[:place], items[place + 1], items[place], *items[place + 2 :]]


def _one_dropped(items: list[ast.expr]) -> Iterator[list[ast.expr]]:
    if len(items) > 1:
        for place in range(len(items)):
            yield [*items[:place], *items[place + 1 :]]
