"""Find every function that a course asks for, and say which are missing and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.courses import OURS, Asked, Course, Spelling
from grader.errors import MISSING, NO_FUNCTION, Unusable
from grader.exercises import Exercise
from grader.language import phrase
from grader.reading.files import ReadFile
from grader.reading.gather import Gathered
from grader.reading.places import Choice, choose


@dataclass(frozen=True, slots=True)
class Located:
    """Where the functions of a submission lie.

    Attributes:
        choices: by "module.function".
        missing: one sentence for each file or function that the course asks for and that cannot be used.
        nothing: whether there is nothing at all that could be graded.
        wanted: the files in which functions were looked for in vain.
    """

    choices: Mapping[str, Choice]
    missing: tuple[str, ...]
    nothing: bool
    wanted: tuple[str, ...]


def locate(
    course: Course, ours: Course, exercises: Sequence[Exercise], gathered: Gathered, files: Sequence[ReadFile]
) -> Located:
    """Return where each function of the exercises lies.

    Args:
        course: whose names they may have.
        ours: the course whose names the checks use.
        exercises: that are graded.
        gathered: what was handed in.
        files: of it, as far as they were read.

    """
    usable = [file for file in files if file.notice is None]
    choices: dict[str, Choice] = {}
    absent: dict[str, list[str]] = {}
    for exercise in exercises:
        file = _own_file(course, exercise)
        for function in exercise.functions:
            asked = _asked(course, exercise, function)
            parameters = _asked(ours, exercise, function).spellings[0]
            choice = choose(function, asked, parameters, usable, (exercise.module, Path(file).stem))
            choices[f"{exercise.module}.{function}"] = choice
            if choice.place is None:
                absent.setdefault(gathered.single or file, []).append(asked.spellings[0].name)
    broken = {file.name: file.notice for file in files if file.notice} | dict(gathered.unread)
    present = {path.name for path in gathered.sources}
    troubled = {file.name for file in files if file.trouble and not file.lines}
    missing = [
        sentence
        for file, functions in absent.items()
        for sentence in _why_absent(file, functions, present, broken, troubled)
    ]
    found = any(choice.place for choice in choices.values())
    kept = gathered.single not in broken if gathered.single else any(file in present for file in absent)
    nothing = not found and not kept
    return Located(choices, tuple(dict.fromkeys(missing)), nothing, tuple(absent))


def asked_exercises(
    course: Course, exercises: Sequence[Exercise], gathered: Gathered, files: Sequence[ReadFile]
) -> tuple[Exercise, ...]:
    """Return the exercises as the course asks for them: its points, its functions.

    Who hands in one file of several is graded on what that file is for.

    Raises:
        Unusable: if the course asks for none of them.
    """
    rows = [
        _as_asked(exercise, course)
        for exercise in exercises
        if exercise.name in course.exercises or course.name == OURS
    ]
    if not rows:
        raise Unusable(
            phrase(
                "{course} does not ask for {names}; it asks for {others}",
                course=course.title,
                names=", ".join(exercise.name for exercise in exercises),
                others=", ".join(course.exercises),
            )
        )
    if not gathered.single:
        return tuple(rows)
    bound = {definition.name for file in files for definition in file.definitions}
    bound |= {name for file in files for name in file.bound}
    unread = " ".join(text for file in files for text in file.trouble)

    def is_there(exercise: Exercise) -> bool:
        asked = [_asked(course, exercise, function) for function in exercise.functions]
        names = {spelling.name for entry in asked for spelling in entry.spellings}
        own = gathered.single == _own_file(course, exercise)
        return own or bool(names & bound) or any(f"def {name}" in unread for name in names)

    return tuple(exercise for exercise in rows if is_there(exercise)) or tuple(rows)


def _asked(course: Course, exercise: Exercise, function: str) -> Asked:
    """Return how a course writes a function; one that our own table leaves out is called as the checks do."""
    row = course.exercises.get(exercise.name)
    if row is None or function not in row.functions:
        return Asked((Spelling(function, (), {}),), "returned")
    return row.functions[function]


def _as_asked(exercise: Exercise, course: Course) -> Exercise:
    if course.name == OURS:
        return exercise
    row = course.exercises[exercise.name]
    return Exercise(
        name=exercise.name,
        module=exercise.module,
        further=exercise.further,
        points=exercise.points if row.points is None else row.points,
        functions={name: axes for name, axes in exercise.functions.items() if name in row.functions},
        left_out=tuple(name for name in exercise.functions if name not in row.functions),
    )


def _own_file(course: Course, exercise: Exercise) -> str:
    """Return the name of the file that a course asks for an exercise in."""
    row = course.exercises.get(exercise.name)
    return (row.file if row else "") or f"{exercise.module}.py"


def _why_absent(
    file: str, functions: Sequence[str], present: set[str], broken: Mapping[str, str], troubled: set[str]
) -> list[str]:
    """Return why functions were not found where they should be."""
    if file in broken:
        return [broken[file]]
    if file not in present:
        sentence = f"{phrase(MISSING, file=file)}."
        return [*broken.values(), sentence]
    if file in troubled:
        return []  # each check of this file says where
    return [f"{phrase(NO_FUNCTION, file=file, name=name)}." for name in functions]
