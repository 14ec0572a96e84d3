"""Find a submission and look at it without running any of it."""

from __future__ import annotations

import contextlib
import re
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checking.submission import Submission
from grader.courses import OURS, Course, course_names, read_course
from grader.courses.recognise import recognise
from grader.errors import Unusable
from grader.exercises import Exercise
from grader.language import phrase
from grader.reading.files import ReadFile, read_file
from grader.reading.gather import Gathered, gather
from grader.reading.locate import Located, asked_exercises, locate
from grader.reading.modules import write_modules
from grader.reading.needed import pick_needed
from grader.reading.support import offered_support
from grader.sandbox.handed_in import read_files

DEFAULT_FOLDER = "assignment"

# Each imports torch's compiler when it is used; `zero_grad` and `step` of every optimiser do.
_USES_COMPILER = re.compile(r"\b(optim|functorch|checkpoint|_dynamo|torch\.(func|compile|compiler|export))\b")

_MOST_READ = 1 << 20  # letters of all files together; parsing them takes seconds
_OURS_ALONE = 4  # names of files that no other course has all of


@dataclass(frozen=True, slots=True)
class FoundSubmission:
    """A submission that can be graded, at least in part.

    Attributes:
        name: the path as it was given.
        submission: where its files lie and what they must define.
        exercises: those that are graded.
        notices: one sentence for each thing that the reader should know of it as a whole.
        complete: False where a file or function that the course asks for is missing or cannot be read.
        course: the name of the course it was recognised as, or given as.
    """

    name: str
    submission: Submission
    exercises: tuple[Exercise, ...]
    notices: tuple[str, ...]
    complete: bool
    course: str = OURS


@contextlib.contextmanager
def open_submission(
    path: str | None, exercises: Sequence[Exercise], course: str | None = None, folder: Path | None = None
) -> Iterator[FoundSubmission]:
    """Find a submission and keep a private copy of it as long as the context lasts; see `find_submission`.

    Args:
        folder: where the copy lies; by default where temporary files do.
    """
    with tempfile.TemporaryDirectory(prefix="submission-", dir=folder) as private:
        yield find_submission(path, exercises, Path(private), course)


def find_submission(
    path: str | None, exercises: Sequence[Exercise], private: Path, course: str | None = None
) -> FoundSubmission:
    """Return the submission at a path, by default the folder `assignment` here.

    Args:
        path: a folder, a .py, an .ipynb or a .zip.
        exercises: those that are to be graded, as far as the submission's course asks for them.
        private: an empty folder, for a copy of what was handed in.
        course: its name; None recognises it.

    Raises:
        Unusable: if there is nothing that could be graded.
    """
    given = Path(path if path is not None else DEFAULT_FOLDER)
    if not given.exists():
        raise Unusable(
            phrase(
                "there is no {given}; give the folder that holds your files: python -m grader FOLDER",
                given=given,
            )
        )
    gathered = gather(given, private)
    courses = [read_course(name) for name in ([course] if course else _possible(gathered, exercises))]
    files = _read(gathered, courses, exercises)
    chosen = courses[0] if course else _recognise(gathered, courses, exercises, files)
    if chosen.before:
        files = [
            read_file(gathered.folder, file.path, chosen.before) if file.lines else file for file in files
        ]
    asked = asked_exercises(chosen, exercises, gathered, files)
    located = locate(chosen, chosen if chosen.name == OURS else read_course(OURS), asked, gathered, files)
    if located.nothing:
        raise Unusable(_why_nothing(given, gathered, located))
    for folder in chosen.folders:
        (gathered.folder / folder).mkdir(exist_ok=True)
    write_modules(gathered.folder, located.choices.values(), files)
    submission = _submission(gathered, chosen, asked, files, located)
    told = [choice.notice for choice in located.choices.values() if choice.notice]
    told += [f"{sentence}." for sentence in _trouble(files) if sentence not in submission.problems.values()]
    if chosen.name != OURS:
        told.insert(
            0,
            phrase(
                "graded as {course}; --course NAME grades as another, {names}.",
                course=chosen.title,
                names=", ".join(course_names()),
            ),
        )
    notices = dict.fromkeys([*gathered.notices, *told, *located.missing])
    return FoundSubmission(
        str(given), submission, asked, tuple(notices), not located.missing, course or chosen.name
    )


def wants_compiler(found: FoundSubmission) -> bool:
    """Return whether a submission looks as if it used what imports torch's compiler.

    Workers that find it imported save over a second each. Where this guesses wrongly, only time is lost.
    """
    folder = found.submission.folder
    files = {*folder.glob("*.py"), *(folder / place.file for place in found.submission.places.values())}
    return any(_USES_COMPILER.search(_text(file)) for file in files)


def _text(file: Path) -> str:
    try:
        return file.read_text("utf-8", "replace")
    except OSError:
        return ""


def _possible(gathered: Gathered, exercises: Sequence[Exercise]) -> tuple[str, ...]:
    """Return the courses that a submission may be of: ours alone where it holds the files that only ours asks for."""
    modules = {f"{exercise.module}.py" for exercise in exercises}
    at_top = {path.name for path in gathered.sources if len(path.parts) == 1}
    return (OURS,) if len(modules) >= _OURS_ALONE and modules <= at_top else course_names()


def _read(gathered: Gathered, courses: Sequence[Course], exercises: Sequence[Exercise]) -> list[ReadFile]:
    """Return the files that may define what some course asks for, read."""
    expected = {f"{exercise.module}.py" for exercise in exercises}
    names = {
        spelling.name
        for course in courses
        for row in course.exercises.values()
        for asked in row.functions.values()
        for spelling in asked.spellings
    } | {name for exercise in exercises for name in exercise.functions}
    definition = re.compile(rf"\bdef\s+({'|'.join(sorted(names))})\b")
    read: list[ReadFile] = []
    for path in gathered.sources:
        if path.name in gathered.unread or sum(len(file.text) for file in read) > _MOST_READ:
            continue
        if path.name in expected or gathered.single or definition.search(_text(gathered.folder / path)):
            read.append(read_file(gathered.folder, path))
    return read


def _recognise(
    gathered: Gathered, courses: Sequence[Course], exercises: Sequence[Exercise], files: Sequence[ReadFile]
) -> Course:
    """Return the course that fits best, of those that ask for any of the exercises."""
    wanted = {exercise.name for exercise in exercises}
    courses = [course for course in courses if course.name == OURS or wanted & set(course.exercises)]
    imports = {name for file in files for name in file.imports}
    defined = {name for file in files for name in file.bound}
    return recognise(courses, [path.name for path in gathered.sources], imports, defined)


def _why_nothing(given: Path, gathered: Gathered, located: Located) -> str:
    """Return why nothing can be graded: the first file that cannot be read, or none that is looked for."""
    reasons = list(gathered.unread.values())
    reasons += [file.notice or "" for file in (read_file(gathered.folder, path) for path in gathered.sources)]
    return next((reason.rstrip(".") for reason in reasons if reason), "") or (
        phrase(
            "{given} holds none of the files that are graded ({names}); give the folder with your files",
            given=given,
            names=", ".join(located.wanted),
        )
    )


def _submission(
    gathered: Gathered,
    course: Course,
    exercises: Sequence[Exercise],
    files: Sequence[ReadFile],
    located: Located,
) -> Submission:
    """Return what workers are told."""
    found = {key: choice for key, choice in located.choices.items() if choice.place}
    python = [path for path in gathered.sources if path.suffix == ".py"]
    texts = [_text(gathered.folder / path) for path in python] + [file.text for file in files if file.lines]
    graded = {choice.place.file for choice in found.values() if choice.place}
    graded |= {f"{exercise.module}.py" for exercise in exercises}
    return Submission(
        gathered.folder.resolve(),
        {name: f"{exercise.module}.{name}" for exercise in exercises for name in exercise.functions},
        places={key: choice.place for key, choice in found.items() if choice.place},
        shown={key: choice.shown for key, choice in found.items()},
        problems={key: choice.problem for key, choice in found.items() if choice.problem},
        lines={file.module.name: (file.name, file.lines) for file in files if file.lines},
        support=offered_support(course, python, texts),
        files=pick_needed(read_files(gathered.folder).files, graded),
        folders=tuple(sorted(path.name for path in gathered.folder.glob("*") if path.is_dir())),
        cuda_on_cpu=course.cuda_on_cpu,
    )


def _trouble(files: Sequence[ReadFile]) -> Iterator[str]:
    """Yield what is wrong with parts of notebooks, of which the rest is graded."""
    for file in files:
        if file.lines:
            yield from file.trouble.values()
