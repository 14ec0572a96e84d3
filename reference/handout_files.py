"""The handout and the notebooks: every file that `python -m reference handout` makes."""

from pathlib import Path

from reference.chapters import read_built_exercises, read_chapters
from reference.notebooks import write_notebook
from reference.readme import write_readme


def write_handout(reference: Path) -> dict[str, str]:
    """Return the text of README.md and of one notebook for each chapter, by file name.

    Args:
        reference: the folder of the solved exercises; the chapters lie in its folder `handout`.
    Raises:
        ChapterError: if a chapter or the table of exercises cannot be used.
    """
    exercises = read_built_exercises(reference)
    chapters = read_chapters(reference / "handout", exercises)
    introduction = (reference / "handout" / "introduction.md").read_text(encoding="utf-8")
    readme = write_readme(introduction, chapters, exercises)
    return {"README.md": readme} | {
        f"{chapter.module}.ipynb": write_notebook(chapter) for chapter in chapters
    }
