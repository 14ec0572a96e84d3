"""The language in which people are spoken to: English as it stands in the code, or a catalogue's translation of it.

A sentence is looked up where it is made, since a judge and a report hold only text. A catalogue is a file of gettext,
`<language>.po` in this folder; `python -m grader.language update` brings it up to date with the code.
"""

from __future__ import annotations

import os
import re
import string
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent
ENGLISH = "en"
VARIABLE = "GRADER_LANG"  # of the environment, which judges, workers of a batch and other machines inherit


def phrase(template: str, /, **values: object) -> str:
    """Return a sentence in the language spoken.

    Args:
        template: the English sentence, with a `{name}` for each value; braces mean themselves where there is no value.
        values: what the names stand for; what a student wrote belongs here, never into the template.
    """
    said = translated(template)
    if not values:
        return said
    try:
        return said.format(**values)
    except (IndexError, KeyError, ValueError):  # a translation that is wrong costs a translation, not a check
        return template.format(**values)


def translated(text: str) -> str:
    """Return a whole sentence in the language spoken; as it is where no catalogue knows it."""
    language = spoken()
    return text if language == ENGLISH else _sentences(language).get(text, text)


def later(template: str) -> str:
    """Return a template as it is: a mark for those that `phrase` is given by a name."""
    return template


def heard(template: str, said: str) -> dict[str, str] | None:
    """Return what the names of a template stand for in a sentence that was made of it; None where it was not.

    Args:
        template: English, as `phrase` takes it.
        said: in the language spoken.
    """
    pattern = "".join(
        re.escape(text) + (f"(?P<{name}>.+)" if name else "")
        for text, name, _, _ in string.Formatter().parse(translated(template))
    )
    found = re.fullmatch(pattern, said, re.DOTALL)
    return found.groupdict() if found else None


def spoken() -> str:
    """Return the language spoken."""
    return os.environ.get(VARIABLE, ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language for as long as the context lasts, in this process and in those that it starts."""
    before = os.environ.get(VARIABLE)
    os.environ[VARIABLE] = language
    try:
        yield
    finally:
        if before is None:
            del os.environ[VARIABLE]
        else:
            os.environ[VARIABLE] = before


def languages() -> tuple[str, ...]:
    """Return the languages that can be spoken, English first."""
    return (ENGLISH, *sorted(file.stem for file in FOLDER.glob("*.po")))


def choose_language(environment: Mapping[str, str]) -> str:
    """Return the first language that a user wishes for and that can be spoken, else English.

    Args:
        environment: whose GRADER_LANG counts first, then what gettext reads: LANGUAGE unless the locale is C, LC_ALL,
            LC_MESSAGES and LANG.
    """
    known = languages()
    names = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    locale = next(filter(None, names), "") or _language_of_windows()
    wishes = [environment.get(VARIABLE, "")]
    if locale not in ("", "C", "POSIX"):
        wishes += [*environment.get("LANGUAGE", "").split(":"), locale]
    plain = (re.split(r"[_.@-]", wish)[0].lower() for wish in wishes)
    return next((wish for wish in plain if wish in known), ENGLISH)


def _language_of_windows() -> str:
    """Return the name of the locale that Windows shows its menus in; elsewhere nothing."""
    if sys.platform == "win32":
        import ctypes
        import locale

        return locale.windows_locale.get(ctypes.windll.kernel32.GetUserDefaultUILanguage(), "")
    return ""


@lru_cache
def _sentences(language: str) -> Mapping[str, str]:
    """Return the translations of a language by the English sentences; nothing for one that there is not."""
    from grader.language.catalogue import read_catalogue

    file = FOLDER / f"{language}.po"
    return read_catalogue(file.read_text("utf-8")) if language in languages() and file.is_file() else {}
