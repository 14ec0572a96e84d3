"""Which course a submission is of, by its files, what they import and what they define."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from grader.courses import Course

# An import tells most: students rename files, and several courses share names of functions.
_IMPORT, _FILE, _FUNCTION = 4, 2, 1


def recognise(
    courses: Sequence[Course], files: Iterable[str], imports: Iterable[str], functions: Iterable[str]
) -> Course:
    """Return the course that fits best, the first of them where several do.

    Args:
        courses: ours first.
        files: names of the files.
        imports: modules that they import.
        functions: functions and classes that they define.
    """
    named, imported, defined = set(files), set(imports), set(functions)

    def fit(course: Course) -> int:
        return (
            _IMPORT * len(imported & set(course.imports))
            + _FILE * len(named & set(course.files))
            + _FUNCTION * len(defined & set(course.functions))
        )

    return max(courses, key=fit)
