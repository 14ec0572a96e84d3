"""Grade submissions one after the other in one process, by otter's documented `otter.api.grade_submission`.

`python grade_all.py AUTOGRADER.zip OUT FILE ...` writes OUT/NAME.json for each file that could be graded.
"""

import json
import sys
from pathlib import Path

from otter.api import grade_submission

if __name__ == "__main__":
    autograder, out, *files = sys.argv[1:]
    for file in files:
        try:
            results = grade_submission(file, autograder, quiet=True)
        except Exception as error:  # one submission's end must not be that of the class
            print(file, error, file=sys.stderr)
            continue
        told = {"score": float(results.total), "max_score": float(results.possible)}
        Path(out, f"{Path(file).stem}.json").write_text(json.dumps(told), encoding="utf-8")
