"""nbgrader: a course folder with the submissions as notebooks, graded by one command."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.peers.environments import version
from tests.peers.graders.asking import FORMATS, Command, Plan, activated
from tests.peers.measuring import surroundings

OURS = FORMATS / "nbgrader"
_EARNED = """
    SELECT student.id, SUM(grade.auto_score), SUM(grade_cell.max_score), COUNT(*), COUNT(grade.auto_score)
    FROM student
    JOIN submitted_assignment ON submitted_assignment.student_id = student.id
    JOIN submitted_notebook ON submitted_notebook.assignment_id = submitted_assignment.id
    JOIN grade ON grade.notebook_id = submitted_notebook.id
    JOIN grade_cells AS grade_cell ON grade_cell.id = grade.cell_id
    GROUP BY student.id
"""


@dataclass(frozen=True, slots=True)
class Nbgrader:
    """One process for the whole class, one submission after the other; it has no way to use more cores."""

    python: Path
    name: str = "nbgrader"
    alone_by: str = "nbgrader autograde of a course with one submission"
    class_by: str = "one nbgrader autograde of the whole class, which takes one after the other"

    @property
    def title(self) -> str:
        """Its name with the version."""
        return f"nbgrader {version('nbgrader')}"

    def plan(self, files: Sequence[Path], place: Path, cores: int) -> Plan:
        """Make the course, release the assignment, hand in; return the one command that grades."""
        shutil.copy(OURS / "nbgrader_config.py", place)
        source = place / "source" / "course" / "course.ipynb"
        source.parent.mkdir(parents=True)
        program = str(self.python.with_name("nbgrader"))
        self._call([str(self.python), str(OURS / "assignment.py"), str(source)], place)
        self._call([program, "generate_assignment", "course"], place)
        released = place / "release" / "course" / "course.ipynb"
        fill_in = [str(self.python), str(OURS / "assignment.py"), str(released), *map(str, files)]
        self._call([*fill_in, str(place / "submitted")], place)
        return Plan([Command([program, "autograde", "course", "--create"], place, activated(self.python))])

    def shares(self, files: Sequence[Path], place: Path, codes: Sequence[int]) -> list[float | None]:
        """Read the gradebook; where a cell was left without a grade, nothing is said of the submission."""
        try:
            with closing(sqlite3.connect(place / "gradebook.db")) as book:
                rows = book.execute(_EARNED).fetchall()
        except sqlite3.Error:
            return [None for _ in files]
        earned = {
            student: score / most
            for student, score, most, cells, graded in rows
            if cells == graded and score is not None
        }
        return [earned.get(file.stem) for file in files]

    def _call(self, words: Sequence[str], place: Path) -> None:
        around = surroundings() | activated(self.python)
        ended = subprocess.run(words, cwd=place, env=around, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise RuntimeError(
                f"{' '.join(words[:3])} ended with code {ended.returncode}: {ended.stderr[-500:]}"
            )
