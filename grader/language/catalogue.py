"""Catalogues as gettext writes them: the English sentence, and what it is in one language."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

_ABOUT = {
    "Project-Id-Version": "inside-cnns",
    "Language": "{language}",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
}


def read_catalogue(text: str) -> dict[str, str]:
    """Return the translations of a catalogue by the English sentences; those that are empty are left out.

    Raises:
        ValueError: if a line is none of a catalogue's, or a sentence stands there twice.
    """
    pairs: dict[str, str] = {}
    parts: dict[str, str] = {}
    part = ""

    def end() -> None:
        if parts:
            english = parts["msgid"]
            if english in pairs:
                raise ValueError(f"twice in the catalogue: {english}")
            pairs[english] = parts["msgstr"]
            parts.clear()

    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        name, _, quoted = line.partition(" ") if not line.startswith('"') else (part, "", line)
        if name not in ("msgid", "msgstr") or (name == "msgstr" and "msgid" not in parts):
            raise ValueError(f"line {number} is none of a catalogue's: {line}")
        if name == "msgid" and not line.startswith('"'):
            end()
        part = name
        parts[part] = parts.get(part, "") + _unquoted(quoted)
    end()
    pairs.pop("", None)  # the head, which is about the catalogue
    return {english: said for english, said in pairs.items() if said}


def write_catalogue(language: str, sentences: Mapping[str, Sequence[str]], known: Mapping[str, str]) -> str:
    """Return a catalogue.

    Args:
        language: its code, such as "ko".
        sentences: where each English one is said.
        known: what some of them are in that language; those that nobody says are left out.
    """
    about = (f"{name}: {value.format(language=language)}\n" for name, value in _ABOUT.items())
    entries = ["\n".join(['msgid ""', 'msgstr ""', *map(_quoted, about)])]
    for english, places in sentences.items():
        where = f"#: {' '.join(places)}\n"
        entries.append(f"{where}msgid {_quoted(english)}\nmsgstr {_quoted(known.get(english, ''))}")
    return "\n\n".join(entries) + "\n"


def _unquoted(text: str) -> str:
    """Return what stands between quotes; where nothing is escaped, which is nearly always, without json's help."""
    plain = text[:1] == '"' == text[-1:] and text.count('"') == 2 and "\\" not in text
    return text[1:-1] if plain else str(json.loads(text))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
