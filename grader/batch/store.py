"""What a batch keeps: one SQLite file in the folder of the grades, in which what is written stays written.

Results lie by the hash of all that they depend on, so two students with the same files share one, and a second run
finds what the first has done. Adjustments by hand lie beside them and are never touched by grading.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timezone
from pathlib import Path
from types import TracebackType
from typing import Any

from grader.batch.database import FILE, PATIENCE_SECONDS, in_words, prepare
from grader.batch.graded import GradedSubmission, Outcome
from grader.errors import Unusable

__all__ = ["GradedSubmission", "Grades", "Outcome", "open_grades"]


def open_grades(folder: Path, *, create: bool = False) -> Grades:
    """Return the grades in a folder.

    Args:
        folder: what `--out` named.
        create: whether to make what is not there.

    Raises:
        Unusable: if there are none, or they are another version's.
    """
    file = folder / FILE
    if not create and not file.is_file():
        raise Unusable(
            f"{folder} holds no grades; make them: python -m grader batch SUBMISSIONS --out {folder}"
        )
    with in_words(folder):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Unusable(f"{folder} cannot be made ({error.strerror}); give another --out") from None
        connection = sqlite3.connect(file, timeout=PATIENCE_SECONDS, isolation_level=None)
        try:
            prepare(connection, file)
        except BaseException:
            connection.close()
            raise
    return Grades(folder, connection)


class Grades:
    """An open file of grades; `open_grades` makes one.

    Args:
        folder: that it lies in.
        connection: to it.
    """

    def __init__(self, folder: Path, connection: sqlite3.Connection) -> None:
        self.folder = folder
        self._connection = connection

    def rows(self) -> Iterator[GradedSubmission]:
        """Yield every student's submission, in the order of the students' names."""
        with in_words(self.folder):
            adjusted: dict[str, list[tuple[float, str]]] = {}
            for student, points, reason in self._ask(
                "SELECT student, points, reason FROM adjustments ORDER BY id"
            ):
                adjusted.setdefault(student, []).append((points, reason))
            for row in self._ask(
                "SELECT student, submission, digest, key, remark, result, sources, seconds, graded_at, problem, times "
                "FROM submissions JOIN results USING (key) ORDER BY student"
            ):
                student, submission, digest, key, remark, result, sources, seconds, at, problem, times = row
                told = json.loads(result)
                yield GradedSubmission(
                    student=student,
                    submission=submission,
                    digest=digest,
                    result=told | {"submission": submission} if told else told,
                    sources=json.loads(zlib.decompress(sources)),
                    seconds=seconds,
                    graded_at=at,
                    adjustments=tuple(adjusted.get(student, ())),
                    problem=problem,
                    remark=remark,
                    key=key,
                    times=times,
                )

    def known(self) -> dict[str, bool]:
        """Return the keys of all results, and whether each is final."""
        with in_words(self.folder):
            return {key: bool(final) for key, final in self._ask("SELECT key, final FROM results")}

    def keep(
        self,
        key: str,
        outcome: Outcome,
        whose: Sequence[GradedSubmission] = (),
        about: Mapping[str, str] | None = None,
    ) -> None:
        """Write what grading gave, so that nothing short of a broken disk loses it.

        Args:
            key: hash of all that it depends on.
            outcome: what is to be kept.
            whose: submissions, as in `hand_in`.
            about: what the key was made of.
        """
        with self._writing():
            self._ask(
                "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?) ON CONFLICT (key) DO UPDATE SET "
                "result = excluded.result, sources = excluded.sources, seconds = excluded.seconds, graded_at = "
                "excluded.graded_at, problem = excluded.problem, final = excluded.final, times = times + 1",
                key,
                json.dumps(outcome.result, ensure_ascii=True, allow_nan=False),
                zlib.compress(json.dumps(outcome.sources).encode(), 1),
                outcome.seconds,
                _now(),
                outcome.problem,
                outcome.final,
                json.dumps(dict(about or {})),
            )
            self._ask("DELETE FROM evidence WHERE key = ?", key)
            for check, data in outcome.evidence.items():
                self._ask("INSERT INTO evidence VALUES (?, ?, ?)", key, check, data)
            self._hand_in(whose)

    def hand_in(self, submissions: Sequence[GradedSubmission]) -> None:
        """Say whose submission has which key; a student's earlier one is replaced, its result is kept.

        Args:
            submissions: of which student, submission, digest, remark and key count.
        """
        with self._writing():
            self._hand_in(submissions)

    def adjust(self, student: str, points: float, reason: str) -> None:
        """Give or take points by hand; earlier adjustments of the student stay."""
        with self._writing():
            self._ask(
                "INSERT INTO adjustments (student, points, reason, made_at) VALUES (?, ?, ?, ?)",
                student,
                points,
                reason,
                _now(),
            )

    def evidence(self, key: str) -> dict[str, bytes]:
        """Return what a page shows of the checks of a result, by their ids."""
        with in_words(self.folder):
            return dict(self._ask("SELECT check_id, data FROM evidence WHERE key = ?", key).fetchall())

    def fact(self, name: str) -> str | None:
        """Return what was noted under a name."""
        with in_words(self.folder):
            row = self._ask("SELECT value FROM facts WHERE name = ?", name).fetchone()
        return str(row[0]) if row else None

    def note(self, name: str, value: str) -> None:
        """Note a value under a name."""
        with self._writing():
            self._ask("INSERT OR REPLACE INTO facts VALUES (?, ?)", name, value)

    def tidy(self) -> None:
        """Forget what pages showed of results that are no student's any more."""
        with self._writing():
            self._ask("DELETE FROM evidence WHERE key NOT IN (SELECT key FROM submissions)")

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def __enter__(self) -> Grades:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def _ask(self, sql: str, *values: Any) -> sqlite3.Cursor:
        return self._connection.execute(sql, values)

    def _hand_in(self, submissions: Sequence[GradedSubmission]) -> None:
        for one in submissions:
            self._ask(
                "INSERT OR REPLACE INTO submissions VALUES (?, ?, ?, ?, ?)",
                one.student,
                one.submission,
                one.digest,
                one.key,
                one.remark,
            )

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        with in_words(self.folder):
            self._ask("BEGIN IMMEDIATE")
            try:
                yield
                self._ask("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._ask("ROLLBACK")
                raise


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")
