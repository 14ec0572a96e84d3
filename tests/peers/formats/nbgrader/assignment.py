"""The assignment as nbgrader has it: a notebook with a cell for the solution and a locked test cell for each check.

Run in nbgrader's environment: `python assignment.py SOURCE.ipynb` writes the instructor's notebook, and
`python assignment.py RELEASED.ipynb SUBMISSION.py HANDED_IN.ipynb` puts a student's code into a released one.
"""

from __future__ import annotations

import sys
from pathlib import Path

import course_checks
import nbformat
from nbformat.v4 import new_code_cell, new_notebook

SOLUTION = "answers"
STUB = "### BEGIN SOLUTION\npass\n### END SOLUTION"
IMPORTS = "import sys\n\nimport course_checks\n\nsubmission = sys.modules['__main__']"


def write_source(target: Path) -> None:
    """Write the instructor's notebook."""
    cells = [
        _cell(STUB, SOLUTION, solution=True),
        _cell(IMPORTS, "imports", locked=True),
        *(
            _cell(
                f"# {check.__doc__}\ncourse_checks.{check.__name__}(submission)",
                check.__name__,
                grade=True,
                locked=True,
                points=points,
            )
            for check, points in course_checks.POINTS.items()
        ),
    ]
    spec = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(new_notebook(cells=cells, metadata={"kernelspec": spec}), target)


def fill_in(released: Path, submission: Path, target: Path) -> None:
    """Write a student's notebook: a released one with their code in the cell for it."""
    notebook = nbformat.read(released, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == SOLUTION:
            cell.source = submission.read_text(encoding="utf-8")
    target.parent.mkdir(parents=True)
    nbformat.write(notebook, target)


def _cell(source: str, name: str, **flags):
    noted = {
        "grade": False,
        "solution": False,
        "locked": False,
        "task": False,
        "schema_version": 3,
        "grade_id": name,
    }
    return new_code_cell(source, metadata={"nbgrader": noted | flags})


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if len(given) == 1:
        write_source(given[0])
    else:
        for file in given[1:-1]:
            fill_in(given[0], file, given[-1] / file.stem / "course" / "course.ipynb")
