"""One file of a submission, read: what it defines, what it imports, why it cannot be used."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from grader.language import phrase
from grader.reading.cells import Joined, join_cells
from grader.reading.notebook import NotANotebook, is_exported, read_exported, read_notebook
from grader.reading.source import Definition, bound_names, find_definitions, imported_modules
from grader.reading.trouble import LINE, UNREADABLE, explain, parse

Lines = tuple[tuple[str, int] | None, ...]


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file.

    Attributes:
        path: relative to the private folder.
        module: the Python file that it is graded as, relative to the private folder: itself, or a notebook's cells.
        text: of that module, "" where it cannot be read.
        definitions: the functions and methods in it.
        bound: all names that it binds.
        imports: all modules that it imports.
        lines: where each line of the module comes from; empty where it is the file itself.
        notice: why the whole file cannot be used, None where it can, or where its checks say so.
        trouble: one sentence for each part that cannot be read, by the text of the part.
    """

    path: Path
    module: Path
    text: str = ""
    definitions: tuple[Definition, ...] = ()
    bound: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    lines: Lines = ()
    notice: str | None = None
    trouble: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What a student calls it."""
        return self.path.name

    def where(self, line: int) -> str:
        """Return how a student finds a line of the module: "line 4", or "cell 7, line 3" of a notebook."""
        place = self.lines[line - 1] if 0 < line <= len(self.lines) else None
        if place is None:
            return phrase(LINE, line=line)
        cell = f"{place[0].removeprefix(f'{self.name}, ')}, " if place[0] != self.name else ""
        return cell + phrase(LINE, line=place[1])


def read_file(folder: Path, path: Path, before: str = "") -> ReadFile:
    """Return a file of a submission, read.

    Args:
        folder: the private folder.
        path: of the file, relative to it.
        before: what the cells of a notebook that are not taken would have set; see `grader.courses.Course`.
    """
    try:
        content = (folder / path).read_bytes()
    except OSError as error:
        return ReadFile(path, path, notice=phrase(UNREADABLE, name=path.name, why=error.strerror))
    if path.suffix.lower() == ".ipynb":
        return _read_notebook(path, content, before)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        return _read_other_encoding(path, content, error)
    if is_exported(text):
        joined = join_cells(read_exported(path.name, text), before)
        return _joined(path, joined, {})
    return _read_module(path, text)


def _read_module(path: Path, text: str) -> ReadFile:
    try:
        tree = parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        sentence = explain(path.name, text, error)  # otherwise each check of this file says where
        return ReadFile(path, path, trouble={text: sentence or ""})
    return ReadFile(
        path,
        path,
        text,
        find_definitions(tree),
        frozenset(bound_names(tree)),
        frozenset(imported_modules(text)),
    )


def _read_other_encoding(path: Path, content: bytes, error: UnicodeDecodeError) -> ReadFile:
    """Return a file that is not UTF-8: fine if it says which encoding it is in, as Python wants it to."""
    import tokenize
    from io import BytesIO

    try:
        encoding = tokenize.detect_encoding(BytesIO(content).readline)[0]
        if encoding != "utf-8":
            return _read_module(path, content.decode(encoding))
    except (SyntaxError, UnicodeDecodeError, LookupError):
        pass
    line = content[: error.start].count(b"\n") + 1
    notice = phrase(
        "{name} is not UTF-8 text (line {line}); save it again with the encoding UTF-8.",
        name=path.name,
        line=line,
    )
    return ReadFile(path, path, notice=notice)


def _read_notebook(path: Path, content: bytes, before: str) -> ReadFile:
    try:
        cells = read_notebook(path.name, content)
    except NotANotebook as error:
        notice = phrase(
            "{name} {problem}; save it again from Jupyter, or hand in a .py file.",
            name=path.name,
            problem=error,
        )
        return ReadFile(path, path, notice=notice)
    return _joined(path, join_cells(cells, before), {})


def _joined(path: Path, joined: Joined, trouble: dict[str, str]) -> ReadFile:
    trouble |= dict(zip(joined.unread, joined.trouble, strict=True))
    tree = parse(joined.text)
    stem = "".join(letter if letter.isalnum() else "_" for letter in path.stem)
    return ReadFile(
        path,
        path.with_name(f"cells_of_{stem}.py"),
        joined.text,
        find_definitions(tree),
        frozenset(bound_names(tree)),
        frozenset(imported_modules(joined.text)),
        joined.lines,
        trouble=trouble,
    )
