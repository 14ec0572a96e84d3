"""GitHub Actions' workflow commands: a job obeys what it reads on stdout, so what a student wrote is fenced.

Source: https://docs.github.com/actions/reference/workflow-commands-for-github-actions
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from grader.reports.shown import show, show_line


def command(name: str, text: str, /, **properties: str | int | None) -> str:
    """Return one command: its name, its properties as far as they are given, and its text; a line without its end."""
    given = ",".join(
        f"{key}={_escape_property(str(value))}" for key, value in properties.items() if value is not None
    )
    return f"::{name}{' ' if given else ''}{given}::{_escape(show(text))}"


def in_actions(environment: Mapping[str, str]) -> bool:
    """Return whether this process runs in a job of GitHub Actions."""
    return environment.get("GITHUB_ACTIONS") == "true"


@contextmanager
def fenced(out: TextIO, token: str | None = None) -> Iterator[None]:
    """Make the job obey nothing that is written to `out` meanwhile.

    Args:
        out: the job's stdout.
        token: ends the fence; by default one that nobody can guess.
    """
    token = token or secrets.token_hex(16)
    print(f"::stop-commands::{token}", file=out, flush=True)
    try:
        yield
    finally:
        print(f"\n::{token}::", file=out, flush=True)  # on a line of its own, whatever was written last


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape(show_line(text)).replace(":", "%3A").replace(",", "%2C")
