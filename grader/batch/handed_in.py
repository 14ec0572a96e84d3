"""What was handed in, and by whom: a folder of submissions, or what a learning platform lets one download."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone
from pathlib import Path

from grader.batch.download_names import Named, read_name
from grader.batch.gradescope_export import FILE as EXPORT
from grader.batch.gradescope_export import read_export
from grader.batch.roster import Roster
from grader.errors import Unusable
from grader.exercises import read_exercises
from grader.reading.archive import is_debris, unpack
from grader.reading.gather import SOURCES, walk

_MOST_BYTES = 16 << 30  # that a whole class unpacks to
_LOOKS_LIKE_ONE = 3  # files of the assignment that lie where those of students should


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One student's submission.

    Attributes:
        student: a name that no other student has.
        submission: what was handed in, beneath the folder of submissions.
        files: where each lies, and the name that the student gave it; a single one without a name is graded where
            it lies, several are put together in a folder.
        when: sorts submissions of one student by time.
        words: by which a roster may know the student, the surest first.
        remark: what the instructor should know.
    """

    student: str
    submission: str
    files: tuple[tuple[Path, str], ...]
    when: str
    words: tuple[str, ...]
    remark: str = ""


def find_handed_in(given: Path, private: Path, roster: Roster) -> tuple[list[HandedIn], list[str]]:
    """Return one submission of each student, by name, and a sentence on each thing that is not as expected.

    Args:
        given: a folder of submissions, an export, or a zip of either.
        private: an empty folder, for what a zip holds.
        roster: whoever takes the course; an empty one knows nobody.

    Raises:
        Unusable: if there is nothing that was handed in.
    """
    folder = _unwrap(_open(given, private))
    notices: list[str] = []
    found = list(_of_export(folder) if (folder / EXPORT).is_file() else _of_folder(folder, notices))
    if not found:
        raise Unusable(
            f"{given} holds no submissions; give the folder that holds one folder or file per student"
        )
    if roster.rows:
        found, unknown = _by_roster(found, roster)
        notices += [f"{name} is not in the roster; graded all the same." for name in unknown]
        there = {one.student for one in found}
        notices += [f"{name} has handed in nothing." for name in roster.names() if name not in there]
    by_student: dict[str, list[HandedIn]] = {}
    for one in found:
        by_student.setdefault(one.student, []).append(one)
    latest = []
    for several in by_student.values():
        *earlier, last = sorted(several, key=lambda one: (one.when, one.submission))
        if earlier:
            said = f"handed in {len(several)} times; {last.submission}, the latest, counts"
            notices.append(f"{last.student} {said}, not {', '.join(one.submission for one in earlier)}.")
            last = replace(last, remark="; ".join(filter(None, (last.remark, said))))
        latest.append(last)
    return sorted(latest, key=lambda one: one.student), notices


def _open(given: Path, private: Path) -> Path:
    if given.suffix.lower() == ".zip" and given.is_file():
        unpack(given, private / given.stem, most=_MOST_BYTES, nested=False)
        return private / given.stem
    if not given.is_dir():
        raise Unusable(f"there is no folder {given}; give the one that holds the submissions, or their zip")
    return given


def _unwrap(folder: Path) -> Path:
    """Return the folder in which the export lies, where a download wraps it in one more."""
    inside = [path for path in folder.iterdir() if not is_debris((path.name,))]
    if len(inside) == 1 and (inside[0] / EXPORT).is_file():
        return inside[0]
    return folder


def _of_export(folder: Path) -> Iterator[HandedIn]:
    exported = read_export(folder / EXPORT)
    people = {person for one in exported for person in one.submitters}
    names = [name for name, _, _ in people]
    for one in exported:
        lies = folder / one.folder
        remark = "" if lies.is_dir() else f"{EXPORT} names the folder {one.folder}, which is not there"
        for name, number, email in one.submitters or ((one.folder, "", ""),):
            student = name if name and names.count(name) == 1 else f"{name} ({email or number})".strip()
            words = (email, number, name)
            yield HandedIn(student, one.folder, ((lies, ""),), one.created_at, words, remark)


def _of_folder(folder: Path, notices: list[str]) -> Iterator[HandedIn]:
    modules = {f"{exercise.module}.py" for exercise in read_exercises()}
    entries = sorted(path for path in folder.iterdir() if not is_debris((path.name,)))
    if len(modules & {path.name for path in entries}) >= _LOOKS_LIKE_ONE:
        raise Unusable(
            f"{folder} looks like one submission; give the folder that holds one folder or file per student, "
            f"or grade this one: python -m grader {folder}"
        )
    downloaded: dict[str, list[tuple[Named, Path]]] = {}
    for path in entries:
        if named := read_name(path.name):
            downloaded.setdefault(named.student, []).append((named, path))
        elif path.is_dir() or path.suffix.lower() in (*SOURCES, ".zip"):
            name = path.name if path.is_dir() else path.stem
            yield HandedIn(name, path.name, ((path, ""),), _when(path), (name,))
        elif not path.name.startswith("."):
            notices.append(
                f"{path.name} is neither a folder nor a .py, .ipynb or .zip file; it was left out."
            )
    for student, several in downloaded.items():
        yield _put_together(student, several, notices)


def _put_together(student: str, several: Sequence[tuple[Named, Path]], notices: list[str]) -> HandedIn:
    """Return the submission that consists of the files of one student in a download."""
    last: dict[str, tuple[Named, Path]] = {}
    for named, path in sorted(several, key=lambda one: one[0].upload):
        if named.file in last and named.file:
            notices.append(f"{student} handed in {named.file} again; {path.name}, the latest, counts.")
        last[named.file or path.name] = (named, path)
    files = tuple((path, named.file) for named, path in last.values())
    if len(files) == 1 and (files[0][0].is_dir() or files[0][1].lower().endswith(".zip")):
        files = ((files[0][0], ""),)
    first, shown = several[0][0], ", ".join(sorted(path.name for path, _ in files))
    remark = "late" if any(named.late for named, _ in several) else ""
    when = max(_when(path) for path, _ in files)
    return HandedIn(student, shown, files, when, (first.number, first.who), remark)


def _by_roster(found: Sequence[HandedIn], roster: Roster) -> tuple[list[HandedIn], list[str]]:
    """Return the submissions under the roster's names, and the students who are not in it."""
    names, named, unknown = roster.names(), [], []
    for one in found:
        row = roster.find(one.words)
        if row is None:
            unknown.append(one.student)
        named.append(one if row is None else replace(one, student=names[row]))
    return named, unknown


def _when(path: Path) -> str:
    """Return when the newest file of a submission was written."""
    try:
        newest = max(
            ((path / inside).stat().st_mtime for inside, _ in walk(path))
            if path.is_dir()
            else [path.stat().st_mtime],
            default=path.stat().st_mtime,
        )
    except OSError:
        newest = 0.0
    return datetime.fromtimestamp(newest, timezone.utc).isoformat(timespec="microseconds")
