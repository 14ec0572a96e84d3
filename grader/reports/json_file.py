"""`result.json` and the figures that the student drew, in a folder."""

from __future__ import annotations

import json
from pathlib import Path

from grader.errors import Unusable
from grader.result import SubmissionResult, to_json


def write(result: SubmissionResult, folder: Path) -> None:
    """Write `result.json`, whole or not at all, and `pictures/<exercise>/<check>.png`.

    Raises:
        Unusable: if the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for check in result.checks:
            if check.picture is not None:
                picture = folder / "pictures" / f"{check.id}.png"
                picture.parent.mkdir(parents=True, exist_ok=True)
                picture.write_bytes(check.picture)
        partial = folder / "result.json.partial"
        partial.write_text(json.dumps(to_json(result), indent=2) + "\n", "utf-8")
        partial.replace(folder / "result.json")
    except OSError as error:
        raise Unusable(f"{folder} cannot be written to ({error.strerror}); give another --out") from None
