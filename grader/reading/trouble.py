"""Why a text cannot be read as Python: one sentence with the line, for what happens to students' files."""

from __future__ import annotations

import ast
import re
import warnings

from grader.language import later, phrase

LINE = later("line {line}")
UNREADABLE = later("{name} cannot be read ({why}); check its permissions.")

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
        return phrase(
            "{name} holds a NUL byte (line {line}), so it is no text; save it again with the encoding UTF-8",
            name=name,
            line=line,
        )
    if conflict := _CONFLICT.search(text):
        line = text[: conflict.start()].count("\n") + first
        return phrase(
            "{name} holds the marks of a merge conflict (line {line}: {marks}); keep one of the two versions and "
            "delete the lines that begin with <<<<<<<, ======= and >>>>>>>",
            name=name,
            line=line,
            marks=conflict.group().strip(),
        )
    number = getattr(error, "lineno", None) or 0
    lines = text.splitlines()
    for line in (number, number - 1):  # the parser may notice only at the next line
        shown = lines[line - 1].strip() if 0 < line <= len(lines) else ""
        if _PROSE.fullmatch(shown) and not _CODE_WORDS.match(shown) and line == number:
            return phrase(
                "{name} holds a line of plain words (line {line}: {shown}); begin the line with # so that Python takes "
                "it for a comment",
                name=name,
                line=line + first - 1,
                shown=shown[:60],
            )
    return None


def describe(name: str, text: str, error: BaseException, first: int = 1) -> str:
    """Return a sentence on a text that is not Python, in Python's own words where there are none better."""
    if sentence := explain(name, text, error, first):
        return sentence
    number = getattr(error, "lineno", None)
    words = str(getattr(error, "msg", None) or error or phrase("it is too deeply nested"))
    if number is not None:
        lines = text.splitlines()
        code = lines[number - 1].strip()[:80] if 0 < number <= len(lines) else ""
        words += f" ({phrase(LINE, line=number + first - 1)}{f': {code}' if code else ''})"
    return phrase("{file} cannot be read as Python: {reason}", file=name, reason=words)
