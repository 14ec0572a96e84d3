"""Text in GitHub's Markdown, with nothing in it taken for markup."""

from __future__ import annotations

import re

from grader.reports.shown import show, show_line

_PUNCTUATION = re.compile(
    r"([!-/:-@\[-`{-~])"
)  # every letter that can begin markup may be escaped: CommonMark 2.4
_BACKTICKS = re.compile(r"`+")


def inline(text: str, most: int = 1000) -> str:
    """Return our own words, in one line, as they are."""
    return _PUNCTUATION.sub(r"\\\1", show_line(text, most))


def block(text: str, most: int = 4000) -> str:
    """Return a student's words as a block of code: no links, no names of people, no markup.

    The fence is longer than any within, so nothing inside can close it.
    """
    plain = show(text, most)
    fence = "`" * max([3, *(len(run) + 1 for run in _BACKTICKS.findall(plain))])
    return f"{fence}text\n{plain}\n{fence}"
