"""`python -m grader.language update|check`: bring the catalogues up to date with the code, or say what is missing."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from grader.language import ENGLISH, FOLDER, languages
from grader.language.catalogue import read_catalogue, write_catalogue
from grader.language.collect import collect, names_in


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line asks for and return the exit code: 1 where a catalogue is not as it should be."""
    parser = argparse.ArgumentParser(prog="python -m grader.language", description=__doc__)
    parser.add_argument("what", choices=("update", "check"))
    parser.add_argument(
        "language", nargs="?", help="update or begin this one (default: those that there are)"
    )
    given = parser.parse_args(arguments)
    sentences = collect()
    problems = 0
    for language in [given.language] if given.language else languages()[1:]:
        file = FOLDER / f"{language}.po"
        text = file.read_text("utf-8") if file.is_file() and language != ENGLISH else ""
        known = read_catalogue(text)
        if given.what == "update":
            text = write_catalogue(language, sentences, known)
            file.write_text(text, "utf-8")
        for problem in problems_of(language, text, sentences):
            problems += 1
            print(f"{file.name}: {problem}", file=sys.stderr)
    return 1 if problems else 0


def problems_of(language: str, text: str, sentences: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield what is wrong with a catalogue: each sentence has to be there, with the same places for values."""
    known = read_catalogue(text)
    for english, places in sentences.items():
        if english not in known:
            yield f"not translated: {english!r} ({', '.join(places)})"
        elif _filled(english) and names_in(english) != names_in(known[english]):
            yield f"other places for values: {english!r} and {known[english]!r}"
    for english in known:
        if english not in sentences:
            yield f"nobody says it any more: {english!r}"
    if not any(True for english in sentences if english not in known) and text != write_catalogue(
        language, sentences, known
    ):
        yield f"not as it would be written; python -m grader.language update {language}"


def _filled(template: str) -> bool:
    """Return whether a sentence may be filled in: braces that are no names, as in code, mean themselves."""
    try:
        names_in(template)
    except ValueError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
