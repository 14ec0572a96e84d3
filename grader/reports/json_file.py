"""`result.json`, as docs/result.schema.json describes it, and the figures that the student drew, in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from grader.reports.files import write_pictures, write_whole
from grader.result import SubmissionResult, to_json


def write(result: SubmissionResult, folder: Path) -> None:
    """Write `result.json`, whole or not at all, and `pictures/<exercise>/<check>.png`.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    text = json.dumps(to_json(result), indent=2, ensure_ascii=False, allow_nan=False)
    write_whole(folder, "result.json", text + "\n")
    write_pictures(result, folder)
