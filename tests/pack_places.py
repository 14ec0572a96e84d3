"""A machine like a platform's: its folders below a temporary one, a submission, and what it finds out about the wall."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOLVED = (ROOT / "reference" / "filters.py").read_text("utf-8").replace("from reference.", "from ")
IMAGING = (ROOT / "reference" / "imaging.py").read_text("utf-8")

# By name: what a student's plot_filters does. All count parameters rightly, so that two exercises tell more than one.
BODIES = {
    "looping": "while data.shape[1] > 3:\n        pass",  # as one check asks for
    "right": None,
    "wrong": "pry()\n    plt.imshow(data[0, 0].detach())",
    "crashing": "__import__('os').abort()",
}

# What a prying student tries: to read what lies around. Prints may be kept from students, a crash shows in any report.
PRY = """

def pry():
    import glob, os
    for pattern in {patterns!r}:
        for path in glob.glob(pattern) or [pattern]:
            try:
                open(path, "rb").read(20)
            except OSError:
                continue
            os.abort()
"""


def hand_in(name, folder, patterns=()):
    """Write a submission into a folder and return the folder.

    Args:
        name: one of BODIES.
        folder: new.
        patterns: of files that the wrong one tries to read.
    """
    folder.mkdir(parents=True)
    text = SOLVED
    if BODIES[name] is not None:
        head, _, rest = SOLVED.partition("def plot_filters(")
        text = f"{head}def plot_filters(data, title=None):\n    {BODIES[name]}\n\n\ndef {rest[rest.index('count_parameters') :]}"
        text += PRY.format(patterns=list(map(str, patterns)))
    (folder / "filters.py").write_text(text, "utf-8")
    (folder / "imaging.py").write_text(IMAGING, "utf-8")
    return folder


@functools.cache
def isolated():
    """Whether official grading is possible on this machine."""
    ended = subprocess.run(
        [sys.executable, "-m", "grader", "doctor"], cwd=ROOT, capture_output=True, check=False
    )
    return ended.returncode == 0


def weaker():
    """Return what a pack needs on a machine that cannot keep code apart: nothing on one that can."""
    return [] if isolated() else ["--weaker-isolation"]


def clean(**more):
    """Return an environment in which Python finds nothing of the repository."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "GITHUB"))}
    return {**kept, "LC_ALL": "C.UTF-8", "LANGUAGE": "en", "PYTHONDONTWRITEBYTECODE": "1", **more}


def unpack(archive, folder):
    """Unpack an archive with the modes that it holds, as `unzip` does."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)
