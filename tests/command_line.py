"""`python -m grader` as a process, for tests of what someone at a terminal sees."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SUBMISSIONS = ROOT / "tests" / "submissions"


def run_grader(*arguments, environment=(), program=("-m", "grader")):
    """Return the ended process of `python -m grader ARGUMENTS`, run from the top folder.

    Args:
        arguments: of the command line.
        environment: variables that are set for it.
        program: what Python runs in place of the grader, with the same arguments.
    """
    return subprocess.run(
        [sys.executable, *program, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), **dict(environment)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def read_result(out):
    """Return result.json of a folder."""
    return json.loads((out / "result.json").read_text("utf-8"))


def read_verdicts(out):
    """Return what result.json says of each check, without times: status, points, message, hint."""
    return {
        check["id"]: (check["status"], check["points"], check["message"], check["hint"])
        for check in read_result(out)["checks"]
    }


def read_prints(out):
    """Return what result.json says that each check printed."""
    return {check["id"]: check["prints"] for check in read_result(out)["checks"]}
