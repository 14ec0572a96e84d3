"""A pack for Gradescope: what it unpacks into /autograder/source, with its two scripts at the top.

Source: https://gradescope-autograders.readthedocs.io/en/latest/specs/
"""

from __future__ import annotations

from grader.pack.tree import Contents, fill, grading_tree


def gradescope_files(contents: Contents) -> dict[str, bytes]:
    """Return the files of the archive."""
    return {
        **grading_tree(contents),
        "setup.sh": fill("gradescope_setup.sh", contents),
        "run_autograder": fill("gradescope_run.sh", contents),
    }
