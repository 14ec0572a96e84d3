"""`python -m tests.screenshot`: grade a submission and draw the terminal to docs/screenshot.svg."""

from __future__ import annotations

import io
import os
from pathlib import Path

from grader.sandbox.environment import ONE_THREAD

ROOT = Path(__file__).resolve().parents[1]
SUBMISSION = "tests/submissions/half_done"
EXERCISES = ("filters", "fooling", "class_visualization", "gradcam")


def main() -> None:
    """Write the picture of a real run; seconds in it differ from run to run."""
    os.environ.update(ONE_THREAD)
    from rich.console import Console

    from grader.exercises import read_exercises, select_exercises
    from grader.fixtures import open_fixtures
    from grader.grade import Settings, grade
    from grader.reports import terminal
    from grader.sandbox.sources import open_source
    from grader.submissions import open_submission

    exercises = select_exercises(read_exercises(), EXERCISES)
    store = open_fixtures(None)
    with (
        open_submission(str(ROOT / SUBMISSION), exercises) as found,
        open_source("auto", store.folder / "weights", jobs=2) as source,
    ):
        source.wait_until_warm()
        result = grade(found, store, source, Settings(jobs=2))
    console = Console(record=True, width=100, file=io.StringIO(), highlight=False)
    options = " ".join(f"-e {name}" for name in EXERCISES)
    console.print(f"$ python -m grader {SUBMISSION} {options}")
    terminal.write(result, console=console)
    console.save_svg(str(ROOT / "docs" / "screenshot.svg"), title="python -m grader")


if __name__ == "__main__":
    main()
