"""The law of the battery, applied to what one submission got: no points, no secrets, no trouble, nothing left."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

THROUGH = "GOT THROUGH: "

# Says nothing that could help: that files exist, and how large they are, is hidden by bubblewrap only.
_SIZES = "the size of "
# In a folder that only its owner may enter, another uid hides them, too; only root can give one.
LOCKED = "the size of locked "

_COMMANDS = re.compile(
    r"^\s*::(error|warning|add-|set-|stop-|group).*::|##\w*\[", re.MULTILINE
)  # as CI services look for them
_PICTURE_CAP = 8 << 20


def faults_of(answer: Mapping[str, Any], most: float, secrets: Mapping[str, str]) -> list[str]:
    """Return how the answer to an attack breaks the law, each fault in a clause.

    Args:
        answer: as `tests.hostile.inside` tells it.
        most: points that the attack may have, those of an empty submission.
        secrets: what must not be in anything that a student sees, by name.
    """
    if "crash" in answer:
        return [f"the grader crashed: {answer['crash'].strip().splitlines()[-1][:200]}"]
    faults = [f"{answer['score']:g} points"] if answer["score"] > most else []
    faults += [
        f"a check ended as the grader's fault: {check['message'][-160:]}"
        for check in answer["checks"]
        if check["status"] not in ("passed", "failed")
    ][:1]
    seen = (
        json.dumps({key: value for key, value in answer.items() if key != "isolation"}) + answer["terminal"]
    )
    faults += [f"the {name} can be read in the report" for name, secret in secrets.items() if secret in seen]
    if _COMMANDS.search(answer["terminal"]):
        faults.append("a CI command stands at the beginning of a line")
    if any(
        unicodedata.category(letter) in ("Cc", "Cf", "Zl") and letter != "\n" for letter in answer["terminal"]
    ):
        faults.append("control characters reach the terminal")
    faults += [
        f"{name} has {size >> 20} MB"
        for name, size in answer.get("pictures", {}).items()
        if size > _PICTURE_CAP
    ]
    return faults


def got_through(answer: Mapping[str, Any], *, sizes: bool, locked: bool = False) -> list[str]:
    """Return what an attack says that it was able to do.

    Args:
        sizes: whether sizes of files count: without bubblewrap they cannot be hidden.
        locked: whether those count that lie in a folder of the grader's own.
    """
    lines = [line for check in answer.get("checks", []) for line in check["prints"].splitlines()]
    told = dict.fromkeys(line.removeprefix(THROUGH) for line in lines if line.startswith(THROUGH))
    return [
        line for line in told if sizes or not line.startswith(_SIZES) or (locked and line.startswith(LOCKED))
    ]


def honest_faults(answer: Mapping[str, Any], expected: Mapping[str, float]) -> list[str]:
    """Return in which checks an honest submission got other points than it deserves."""
    if "crash" in answer:
        return [f"the grader crashed: {answer['crash'].strip().splitlines()[-1][:200]}"]
    found = {check["id"]: (check["points"], check["message"]) for check in answer["checks"]}
    return [
        f"{name}: {found.get(name, 'not graded')} in the place of {points:g} points"
        for name, points in expected.items()
        if found.get(name, (None,))[0] != points
    ]


def in_words(faults: Sequence[str], through: Sequence[str]) -> str:
    """Return a verdict as one line, "held" where there is nothing to say."""
    if faults:
        return "LOST: " + "; ".join(faults)
    if through:
        more = f" and {len(through) - 2} more" if len(through) > 2 else ""
        return "got through: " + ", ".join(line.partition(": ")[0] for line in through[:2]) + more
    return "held"
