"""Choose, of all that a submission defines, the function that is graded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grader.courses import Asked, Spelling
from grader.language import later, phrase
from grader.reading.cells import defines
from grader.reading.files import ReadFile
from grader.reading.source import Definition


@dataclass(frozen=True, slots=True)
class Place:
    """Where a function of a submission lies, and how it is called.

    Attributes:
        file: the module's file, relative to the folder.
        attribute: the function's name in it, or "Class.method".
        parameters: our names of the arguments, in our order; empty where they are not known.
        positional, keywords: as in `grader.courses.Spelling`; None where it is called as the checks do.
    """

    file: str
    attribute: str
    parameters: tuple[str, ...] = ()
    positional: tuple[str, ...] | None = None
    keywords: Mapping[str, str | tuple[Any]] | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen for one function.

    Attributes:
        place: None where it was not found.
        shown: name of its file, for sentences.
        notice: on other candidates.
        problem: why it cannot be called, although it was handed in.
        dropped: stubs that would hide it: their file and their lines.
    """

    place: Place | None = None
    shown: str = ""
    notice: str | None = None
    problem: str | None = None
    dropped: tuple[tuple[ReadFile, Definition], ...] = ()


def choose(
    name: str, asked: Asked, ours: Spelling, files: Sequence[ReadFile], expected: Sequence[str]
) -> Choice:
    """Return where a function lies.

    Args:
        name: ours, of the function.
        asked: how the course may write it.
        ours: our own spelling.
        files: of the submission, those near its top first.
        expected: names of the files that it should lie in, without suffix.
    """
    found = [
        (file, definition, spelling)
        for file in files
        for definition in file.definitions
        for spelling in asked.spellings
        if definition.name == spelling.name
    ]
    if not found:
        return _choose_other(name, asked, ours, files, expected)

    def rank(entry: tuple[ReadFile, Definition, Spelling]) -> tuple[bool, bool, int, bool, int, int]:
        file, definition, spelling = entry
        return (
            not definition.callable,
            definition.stub,
            asked.spellings.index(spelling),
            file.path.stem not in expected,
            files.index(file),
            -definition.first,
        )

    best = min(found, key=rank)
    file, definition, spelling = best
    others = [entry for entry in found if entry is not best]
    hiding = tuple(
        (other, stub)
        for other, stub, _ in others
        if other is file and stub.dotted == definition.dotted and stub.first > definition.first
    )
    return Choice(
        _place(file, definition, spelling, ours),
        file.name,
        _notice(best, others) if not definition.stub else None,
        None if definition.callable else _needs_arguments(file, definition),
        dropped=hiding,
    )


def _choose_other(
    name: str, asked: Asked, ours: Spelling, files: Sequence[ReadFile], expected: Sequence[str]
) -> Choice:
    """Return where a name lies that no `def` defines: bound in another way, or in what cannot be read."""
    names = [spelling.name for spelling in asked.spellings]
    for file in files:
        for text, sentence in file.trouble.items():
            if sentence and any(defines(text, wanted) for wanted in names):
                return Choice(_as_named(file, name, ours), file.name, problem=sentence)
    ordered = sorted(files, key=lambda file: file.path.stem not in expected)
    for file in ordered:
        whole = [sentence for sentence in file.trouble.values() if sentence] if not file.lines else []
        if whole and file.path.stem in expected:
            return Choice(_as_named(file, name, ours), file.name, problem=whole[0])
    for file in ordered:
        for wanted in names:
            if wanted in file.bound and file.path.suffix != ".ipynb":
                return Choice(_as_named(file, wanted, ours), file.name)
    for file in ordered:
        unread = any(defines(text, wanted) for text in file.trouble for wanted in names)
        star = file.path.stem in expected and "*" in file.bound
        if unread or star:
            return Choice(_as_named(file, name, ours), file.name)
    return Choice()


def _as_named(file: ReadFile, attribute: str, ours: Spelling) -> Place:
    return Place(file.module.as_posix(), attribute, ours.positional)


def _place(file: ReadFile, definition: Definition, spelling: Spelling, ours: Spelling) -> Place:
    module = file.module.as_posix()
    if spelling == ours:
        return Place(module, definition.dotted, ours.positional)
    keywords = {
        theirs: value
        for theirs, value in spelling.keywords.items()
        if isinstance(value, str) or definition.keywords or theirs in definition.parameters
    }
    permuted = not spelling.keywords and set(definition.parameters) == set(spelling.positional)
    positional = definition.parameters if permuted else spelling.positional
    return Place(module, definition.dotted, ours.positional, positional, keywords)


def _needs_arguments(file: ReadFile, definition: Definition) -> str:
    return phrase(
        "the class {owner} in {file} ({place}) needs arguments to be built, so its {name} cannot be called; give every "
        "argument of its __init__ a default",
        owner=definition.owner,
        file=file.name,
        place=file.where(definition.first),
        name=definition.name,
    )


def _notice(
    best: tuple[ReadFile, Definition, Spelling], others: Sequence[tuple[ReadFile, Definition, Spelling]]
) -> str | None:
    """Return a sentence on the candidates that were not chosen, None where there are none."""
    if not others:
        return None
    file, definition, _ = best
    other, second, _ = others[0]
    if other is file:
        both = sorted([definition, second], key=lambda entry: entry.first)
        twice = later("{file} defines {name} twice ({first} and {second}); the first is graded.")
        if second.stub:
            twice = later(
                "{file} defines {name} twice ({first} and {second}); the one that is written is graded."
            )
        elif both[1] is definition:
            twice = later("{file} defines {name} twice ({first} and {second}); the second is graded.")
        places = [_at(file, entry) for entry in both]
        return phrase(twice, file=file.name, name=definition.name, first=places[0], second=places[1])
    apart = later("{name} stands in {one} ({first}) and in {other} ({second}); the one in {file} is graded.")
    if second.stub:
        apart = later(
            "{name} stands in {one} ({first}) and in {other} ({second}); the written one in {file} is graded."
        )
    return phrase(
        apart,
        name=definition.name,
        one=file.path.as_posix(),
        first=_at(file, definition),
        other=other.path.as_posix(),
        second=_at(other, second),
        file=file.name,
    )


def _at(file: ReadFile, definition: Definition) -> str:
    return file.where(definition.first) + (phrase(", not written") if definition.stub else "")
