"""The file of grades as SQLite sees it: its tables, its version, and its complaints in words."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from grader.errors import Unusable

FILE = "grades.sqlite"
SCHEMA = 1
_APPLICATION = 0x434E4E47  # says in the file's head whose it is
PATIENCE_SECONDS = 30.0  # for another process that is writing, a page of the class that is being made

_TABLES = """
CREATE TABLE results (
    key TEXT PRIMARY KEY, result TEXT NOT NULL, sources BLOB NOT NULL, seconds REAL NOT NULL, graded_at TEXT NOT NULL,
    problem TEXT, final INTEGER NOT NULL, times INTEGER NOT NULL, about TEXT NOT NULL
);
CREATE TABLE submissions (
    student TEXT PRIMARY KEY, submission TEXT NOT NULL, digest TEXT NOT NULL, key TEXT NOT NULL, remark TEXT NOT NULL
);
CREATE TABLE evidence (key TEXT NOT NULL, check_id TEXT NOT NULL, data BLOB NOT NULL, PRIMARY KEY (key, check_id));
CREATE TABLE adjustments (
    id INTEGER PRIMARY KEY, student TEXT NOT NULL, points REAL NOT NULL, reason TEXT NOT NULL, made_at TEXT NOT NULL
);
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


def prepare(connection: sqlite3.Connection, file: Path) -> None:
    """Make the tables where there are none, and see that they are ours."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")  # a result that was told of survives a power cut
    connection.execute("BEGIN IMMEDIATE")
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if version == 0 and tables == 0:
        for statement in _TABLES.split(";")[:-1]:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {_APPLICATION}")
        connection.execute(f"PRAGMA user_version = {SCHEMA}")
    connection.execute("COMMIT")
    if (version, tables) != (0, 0) and version != SCHEMA:
        raise Unusable(
            f"{file} is of version {version}, and this grader reads version {SCHEMA}; nothing was changed: "
            "use the grader that wrote it, or give another --out"
        )


@contextlib.contextmanager
def in_words(folder: Path) -> Iterator[None]:
    """Turn what SQLite says into a sentence on what to do."""
    try:
        yield
    except sqlite3.Error as error:
        said = str(error)
        if "full" in said or "disk I/O" in said:
            raise Unusable(
                f"{folder} cannot take more ({said}); make room and give the same command again: "
                "what was graded is kept"
            ) from None
        if "locked" in said:
            raise Unusable(f"another process has been writing to {folder} for too long; try again") from None
        raise Unusable(f"{folder / FILE} cannot be used ({said}); give another --out") from None
