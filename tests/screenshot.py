"""`python -m tests.screenshot`: grade a submission and draw the terminal and the page to docs/."""

from __future__ import annotations

import dataclasses
import io
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from grader.result import SubmissionResult
from grader.sandbox.environment import ONE_THREAD
from tests.browser import CHROMIUM, screenshot

ROOT = Path(__file__).resolve().parents[1]
SUBMISSION = "tests/submissions/half_done"
EXERCISES = ("filters", "fooling", "class_visualization", "gradcam")
ON_THE_PAGE = ("saliency", "fooling", "gradcam")


def main() -> None:
    """Write the pictures of a real run; seconds in them differ from run to run."""
    os.environ.update(ONE_THREAD)
    from rich.console import Console

    from grader.checking.collected import Collected
    from grader.exercises import read_exercises, select_exercises
    from grader.fixtures import open_fixtures
    from grader.grade import grade
    from grader.reports import page, terminal
    from grader.sandbox.sources import open_source
    from grader.settings import Settings
    from grader.submissions import open_submission

    exercises = select_exercises(read_exercises(), (*EXERCISES, *ON_THE_PAGE))
    store = open_fixtures(None)
    with (
        open_submission(str(ROOT / SUBMISSION), exercises) as found,
        open_source("auto", store.folder / "weights", jobs=2) as source,
    ):
        source.wait_until_warm()
        result = grade(found, store, source, Settings(jobs=2, evidence=True), Collected())
    console = Console(record=True, width=100, file=io.StringIO(), highlight=False)
    options = " ".join(f"-e {name}" for name in EXERCISES)
    console.print(f"$ python -m grader {SUBMISSION} {options}")
    terminal.write(_only(result, EXERCISES), console=console)
    console.save_svg(str(ROOT / "docs" / "screenshot.svg"), title="python -m grader")
    if CHROMIUM is None:
        print("docs/page.png is left as it is: it needs chromium")
        return
    with tempfile.TemporaryDirectory() as folder:
        _draw_page(page.write(_only(result, ON_THE_PAGE), Path(folder)), Path(folder))


def _only(result: SubmissionResult, exercises: Sequence[str]) -> SubmissionResult:
    """Return the result of some exercises."""
    checks = tuple(check for check in result.checks if check.exercise in exercises)
    return dataclasses.replace(result, checks=checks)


def _draw_page(file: Path, scratch: Path) -> None:
    """Write docs/page.png: the upper part of the page."""
    from PIL import Image

    screenshot(file, scratch / "profile", scratch / "page.png", width=1120, height=1040)
    picture = Image.open(scratch / "page.png").convert("RGB")
    picture.save(ROOT / "docs" / "page.png", optimize=True)


if __name__ == "__main__":
    main()
