"""Text that a student's code chose, made safe to show: on a terminal, in a log, on a page."""

from __future__ import annotations

import re
import unicodedata

_ESCAPES = re.compile(r"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(\x07|\x1b\\)?|[@-Z\\-_])")
# What CI services look for, at the beginning of a line or anywhere in it, and take for a command; a report may be
# wrapped anywhere. A space between the first two letters makes it a text.
_COMMANDS = re.compile(
    r"::(?=(error|warning|notice|debug|group|endgroup|echo|stop-commands|(add|set|save|remove)-[a-z]+)\b)|##(?=\w*\[)",
    re.IGNORECASE,
)
_KEPT_CONTROLS = "\n\t"
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidirectional marks, surrogates, unassigned


def clean(text: str, most: int | None = None) -> str:
    """Return text without terminal escapes, unseen letters and commands for a CI service, cut to a length."""
    plain = _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = "".join(
        letter for letter in plain if letter in _KEPT_CONTROLS or unicodedata.category(letter) not in _UNSEEN
    )
    seen = _COMMANDS.sub(lambda found: " ".join(found[0]), seen)
    return seen if most is None or len(seen) <= most else seen[: most - 4] + " ..."
