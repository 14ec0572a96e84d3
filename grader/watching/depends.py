"""What each exercise's grade depends on, as a number: the same number, the same grade."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from grader.checking.submission import Submission
from grader.exercises import Exercise
from grader.reading.needed import pick_needed
from grader.reading.trouble import describe, parse
from grader.submissions import FoundSubmission

# Looked at by people, and no part of a grade unless a program names them. A notebook's code is graded as a module of
# its own, so that its outputs may change.
_DOCUMENTS = (".ipynb", ".md", ".rst", ".html", ".pdf", ".png", ".jpg", ".jpeg", ".gif", ".svg")
_WORD = re.compile(rb"\w+")


def fingerprints(found: FoundSubmission) -> dict[str, str]:
    """Return for each exercise a number of all that its grade depends on."""
    return {exercise.name: _fingerprint(exercise, found.submission) for exercise in found.exercises}


def unreadable(found: FoundSubmission, exercises: Sequence[Exercise]) -> dict[str, str]:
    """Return those of which a file is no Python, by name, and why: somebody is in the middle of a line."""
    why = {exercise.name: why_unreadable(found, exercise) for exercise in exercises}
    return {name: sentence for name, sentence in why.items() if sentence}


def why_unreadable(found: FoundSubmission, exercise: Exercise) -> str | None:
    """Return a sentence on the first file of an exercise that is no Python, None where all are."""
    for path in sorted(_own_files(exercise, found.submission)):
        content = (found.submission.files or {}).get(path)
        if content is None:
            continue
        text = content.decode("utf-8-sig", "replace")
        try:
            parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return describe(PurePosixPath(path).name, text, error)
    return None


def _fingerprint(exercise: Exercise, submission: Submission) -> str:
    own = [submission.functions[name] for name in exercise.functions if name in submission.functions]
    files, words = _needed(submission.files or {}, _own_files(exercise, submission))
    modules = {PurePosixPath(path).name for path in files}
    told = [
        exercise,
        [(name, submission.places.get(name)) for name in own],
        [(name, submission.shown.get(name), submission.problems.get(name)) for name in own],
        sorted((name, lines) for name, lines in submission.lines.items() if name in modules),
        sorted(submission.support.items()),
        [folder for folder in submission.folders if folder.encode() in words],
        submission.cuda_on_cpu,
        submission.folder.name,
    ]
    digest = hashlib.sha256(repr(told).encode("utf-8", "replace"))
    for path, content in sorted(files.items()):
        digest.update(f"\0{path}\0{len(content)}\0".encode("utf-8", "replace"))
        digest.update(content)
    return digest.hexdigest()


def _own_files(exercise: Exercise, submission: Submission) -> set[str]:
    """Return the modules that define an exercise's functions."""
    keys = [submission.functions.get(name, "") for name in exercise.functions]
    places = [submission.places[key].file for key in keys if key in submission.places]
    return {*places, f"{exercise.module}.py"}


def _needed(files: Mapping[str, bytes], own: set[str]) -> tuple[dict[str, bytes], set[bytes]]:
    """Return the files that an exercise's modules may import or open, and all words of the programs among them."""
    kept = pick_needed(files, own)
    words = {word for path, text in kept.items() if path.endswith(".py") for word in _WORD.findall(text)}
    needed = {
        path: content
        for path, content in kept.items()
        if not path.lower().endswith(_DOCUMENTS) or PurePosixPath(path).stem.encode() in words
    }
    return needed, words
