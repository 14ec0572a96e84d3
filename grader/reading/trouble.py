"""Why a text cannot be read as Python: one sentence with the line, for what happens to students' files."""

from __future__ import annotations

import ast
import re
import warnings

_CONFLICT = re.compile(r"^(<{7}|>{7}|\|{7})( |$)|^={7}$", re.MULTILINE)
_PROSE = re.compile(r"[^\W\d_][^\W_']*([ ,;][ ]*[^\W\d_][\w'-]*){2,}[ ]*[.!?:,]?")
_CODE_WORDS = re.compile(
    r"^(import|from|def|class|return|if|elif|else|for|while|with|try|except|finally|raise|assert|print|lambda|del|"
    r"global|nonlocal|pass|yield|async|await|not)\b"
)


def parse(text: str) -> ast.Module:
    """Return the tree of a text, without a word about its style.

    Raises:
        SyntaxError, ValueError, RecursionError, MemoryError: if it is not Python.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of an invalid escape sequence, say
        return ast.parse(text)


def explain(name: str, text: str, error: BaseException, first: int = 1) -> str | None:
    """Return a sentence on a text that is not Python; None where Python's own words say it best.

    Args:
        name: of the file or cell.
        text: what could not be parsed.
        error: what the parser said.
        first: number of the text's first line.
    """
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + first
        return (
            f"{name} holds a NUL byte (line {line}), so it is no text; save it again with the encoding UTF-8"
        )
    if conflict := _CONFLICT.search(text):
        line = text[: conflict.start()].count("\n") + first
        return (
            f"{name} holds the marks of a merge conflict (line {line}: {conflict.group().strip()}); "
            "keep one of the two versions and delete the lines that begin with <<<<<<<, ======= and >>>>>>>"
        )
    number = getattr(error, "lineno", None) or 0
    lines = text.splitlines()
    for line in (number, number - 1):  # the parser may notice only at the next line
        shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        if _PROSE.fullmatch(shown) and not _CODE_WORDS.match(shown) and line == number:
            return (
                f"{name} holds a line of plain words (line {line + first - 1}: {shown[:60]}); "
                "begin the line with # so that Python takes it for a comment"
            )
    return None


def describe(name: str, text: str, error: BaseException, first: int = 1) -> str:
    """Return a sentence on a text that is not Python, in Python's own words where there are none better."""
    if sentence := explain(name, text, error, first):
        return sentence
    number = getattr(error, "lineno", None)
    words = str(getattr(error, "msg", None) or error or "it is too deeply nested")
    if number is None:
        return f"{name} cannot be read as Python: {words}"
    lines = text.splitlines()
    code = lines[number - 1].strip()[:80] if 0 < number <= len(lines) else ""
    where = f"line {number + first - 1}" + (f": {code}" if code else "")
    return f"{name} cannot be read as Python: {words} ({where})"
