"""A file of Python as pieces to compare: its functions and the rest, without what anyone may choose freely."""

from __future__ import annotations

import ast
import hashlib
import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from grader.reading.notebook import NotANotebook, read_notebook
from grader.reading.trouble import parse

LARGEST = 1 << 19  # letters of a file; parsing more takes seconds
_Definition = ast.FunctionDef | ast.AsyncFunctionDef
_NAMING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)


@dataclass(frozen=True, slots=True)
class Piece:
    """A function, or what else stands in a file.

    Attributes:
        name: of the function, "Class.method" for a method; empty for statements outside of functions.
        digest: the same for all pieces that differ in names, comments, docstrings, annotations and layout only.
        statements: how many it has, docstrings aside.
    """

    name: str
    digest: bytes
    statements: int


def code_of(name: str, text: str) -> str:
    """Return the Python in a file: that of all code cells if it is a notebook, else the text itself."""
    if not name.endswith(".ipynb"):
        return text
    try:
        return "\n".join(cell.text for cell in read_notebook(name, text.encode("utf-8", "replace")))
    except NotANotebook:
        return ""


def parse_code(code: str) -> ast.Module | None:
    """Return the tree of some code; None where there is none, which costs nobody but itself."""
    if len(code) > LARGEST:
        return None
    try:
        return parse(code)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None


def cut(tree: ast.Module, kept: Collection[str]) -> tuple[Piece, ...]:
    """Return the pieces of a file; none of code that is nested too deeply to be walked.

    Args:
        kept: names that the handout gives and that therefore tell functions apart; a file's own are as good as any.
    """
    try:
        parts = [(name, node, tuple(ast.walk(node))) for name, node in _parts(tree)]
        names = _names_of(tree, [nodes for _, _, nodes in parts], kept)
        return tuple(_piece(name, node, nodes, names) for name, node, nodes in parts)
    except RecursionError:
        return ()


def defined(tree: ast.Module) -> set[str]:
    """Return the names of all functions and methods of a file, as pieces have them."""
    return {name.rpartition(".")[2] for name, _ in _parts(tree) if name}


def _parts(tree: ast.Module) -> Iterator[tuple[str, ast.stmt]]:
    """Yield functions and methods with their names, and each other statement with none; imports are no parts."""
    for node in tree.body:
        if isinstance(node, _Definition):
            yield node.name, node
        elif isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, _Definition)]
            for method in methods:
                yield f"{node.name}.{method.name}", method
            yield from (("", one) for one in _told(node.body) if not isinstance(one, _Definition))
        elif _is_told(node):
            yield "", node


def _piece(name: str, node: ast.stmt, nodes: Sequence[ast.AST], names: _Names) -> Piece:
    told: list[str] = []
    bound = set(_bound(nodes))
    if _has_scope(node) and name.rpartition(".")[2] in names.meaning:
        bound.discard(name.rpartition(".")[2])  # what the handout asks for by name is told by name
    _Teller(told, names, frozenset(bound)).tell(node)
    digest = hashlib.blake2b("\x00".join(told).encode("utf-8", "replace"), digest_size=16).digest()
    statements = sum(isinstance(one, ast.stmt) and _is_told(one) for one in nodes)
    return Piece(name, digest, statements - isinstance(node, _Definition))


def _told(body: Iterable[ast.stmt]) -> list[ast.stmt]:
    return [node for node in body if _is_told(node)]


def _is_told(node: ast.stmt) -> bool:
    """Return whether a statement does something: an import shows where it is used, a docstring nowhere."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()) | ast.AnnAssign(value=None):
            return False
    return True


@dataclass(frozen=True, slots=True)
class _Names:
    """What names mean in a file.

    Attributes:
        meaning: of those that mean the same to everybody: imports by what is imported, the handout's as they are.
        own: those that the file itself gives to functions, classes and variables at its top level.
    """

    meaning: Mapping[str, str]
    own: frozenset[str]


def _names_of(tree: ast.Module, parts: Iterable[Sequence[ast.AST]], kept: Collection[str]) -> _Names:
    meaning = {name: name for name in kept}
    for node in itertools.chain(tree.body, *parts):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                meaning[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom):
            meaning.update(
                {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
            )
    tops = (one for node in tree.body for one in ([node] if _has_scope(node) else ast.walk(node)))
    return _Names(meaning, frozenset(_bound(tops)))


def _has_scope(node: ast.stmt) -> bool:
    return isinstance(node, _Definition | ast.ClassDef)


def _bound(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Yield the names that some nodes give to something; those of imports are known by what they import."""
    for node in nodes:
        if isinstance(node, ast.Name):
            if not isinstance(node.ctx, ast.Load):
                yield node.id
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, _NAMING) and node.name is not None:
            yield node.name


class _Teller:
    """Tells a tree as a list of words in which the writer's own names are numbers, in the order of their first use.

    Args:
        told: takes the words.
        names: of the file.
        bound: names that the tree itself gives to something.
    """

    _UNTOLD = frozenset(
        {"annotation", "returns", "type_comment", "ctx", "type_ignores", "kind", "type_params"}
    )

    def __init__(self, told: list[str], names: _Names, bound: frozenset[str]) -> None:
        self._told = told
        self._names = names
        self._bound = bound
        self._numbers: dict[str, str] = {}

    def tell(self, node: ast.AST) -> None:
        """Append what a node is, then all within it."""
        self._told.append(type(node).__name__)
        match node:
            case ast.Name(id=name) | ast.arg(arg=name):
                self._told.append(self._word(name))
            case ast.Constant(value=value):
                self._told.append(repr(value))
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._told[-1] = "Assign"
                self._tell_fields([("targets", [target]), ("value", value)])
            case ast.Call(func=ast.Name(id=name), keywords=keywords) if self._is_own(name):
                self._tell_fields([("func", node.func), ("args", node.args)])
                for keyword in keywords:  # whoever names a function's arguments names them in its calls
                    self._told.append("**" if keyword.arg is None else self._number(keyword.arg))
                    self.tell(keyword.value)
            case _:
                self._tell_fields(ast.iter_fields(node))
        self._told.append(")")

    def _tell_fields(self, fields: Iterable[tuple[str, object]]) -> None:
        for field, value in fields:
            if field in self._UNTOLD or value is None:
                continue
            self._told.append(field)
            if isinstance(value, ast.AST):
                self.tell(value)
            elif isinstance(value, list):
                for one in value:
                    self._tell_item(one)
                self._told.append("]")
            elif isinstance(value, str):
                self._told.append(self._word(value) if field in ("name", "rest") else value)
            else:
                self._told.append(repr(value))

    def _tell_item(self, item: object) -> None:
        if isinstance(item, ast.stmt) and not _is_told(item):
            return
        if isinstance(item, ast.AST):
            self.tell(item)
        else:  # the names after global, None where a dict is unpacked in a dict
            self._told.append(self._word(item) if isinstance(item, str) else repr(item))

    def _is_own(self, name: str) -> bool:
        return name in self._bound or (name in self._names.own and name not in self._names.meaning)

    def _word(self, name: str) -> str:
        """Return what tells a name: its number, or what everybody calls it."""
        return self._number(name) if self._is_own(name) else self._names.meaning.get(name, name)

    def _number(self, name: str) -> str:
        return self._numbers.setdefault(name, f"#{len(self._numbers)}")
