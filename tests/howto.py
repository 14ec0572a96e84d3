"""Pages that show what to type: their commands are run, their files written, and what they show is compared.

What a page may hold, beside text:

- ```sh: commands, run in the top folder of a copy of this repository; they must end with exit code 0 unless a comment in
  them says `# exit code 1`. Blocks opened by ```sh slow are run in full runs only.
- ```text right below them: what they print, on stdout or stderr. `…` stands for any text within a line, a line of its own
  for any number of lines.
- any other block whose last line of text before it ends in "write `file`:" or "add to `file`:" (at its end), and ```diff
  below "in `file`:", whose unchanged and removed lines stand in the file once and together.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHECKOUT = ("assignment", "docs", "fixtures", "grader", "reference", "tests/submissions")
FILES = ("README.md", "pyproject.toml", "constraints.txt")
_FENCE = re.compile(r"^(```+)(\w*)([^\n]*)\n(.*?)^\1$", re.DOTALL | re.MULTILINE)
_PLACE = re.compile(r"\b(write|add to|in)\s+`([^`\n]+)`:\s*\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Step:
    """One block of a page.

    Attributes:
        kind: "run", or how the text gets into a file: "write", "add to", "in".
        text: the commands, or what is written.
        file: that is written.
        shown: what the page says that the commands print; None where it says nothing.
        slow: whether only full runs do it.
        line: of the page.
    """

    kind: str
    text: str
    line: int
    file: str = ""
    shown: str | None = None
    slow: bool = False


def read_steps(page: str) -> list[Step]:
    """Return the steps of a page, in order.

    Raises:
        ValueError: if a block is neither run nor written nor shown.
    """
    steps: list[Step] = []
    end = 0
    for fence in _FENCE.finditer(page):
        before, language, more, text = page[end : fence.start()], fence[2], fence[3].strip(), fence[4]
        line, end = page.count("\n", 0, fence.start()) + 1, fence.end()
        place = _PLACE.search(before)
        if language == "sh":
            steps.append(Step("run", text, line, slow=more == "slow"))
        elif language == "text" and steps and steps[-1].kind == "run" and not before.strip():
            last = steps.pop()
            steps.append(Step("run", last.text, last.line, shown=text, slow=last.slow))
        elif place is not None:
            steps.append(Step(place[1].lower(), text, line, file=place[2]))
        else:
            raise ValueError(
                f"line {line}: nobody knows what to do with this block of {language or 'no'} language"
            )
    return steps


def copy_checkout(folder: Path) -> Path:
    """Return a folder with what an instructor's clone holds, as far as pages speak of it."""
    for name in CHECKOUT:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    for name in FILES:
        shutil.copyfile(ROOT / name, folder / name)
    return folder


def do(step: Step, folder: Path) -> str:
    """Do a step in a folder, and return what is wrong with it; nothing where all is as the page says."""
    if step.kind == "run":
        return _run(step, folder)
    file = folder / step.file
    if step.kind == "in":
        return _change(step, file)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w" if step.kind == "write" else "a", encoding="utf-8") as opened:
        opened.write(step.text)
    return ""


def matches(shown: str, printed: str) -> bool:
    """Return whether what was printed is what a page shows, trailing spaces aside."""
    pattern = ""
    for line in shown.strip("\n").splitlines():
        if line.strip() == "…":
            pattern += r"(?:[^\n]*\n)*?"
        else:
            pattern += r"[^\n]*?".join(map(re.escape, line.rstrip().split("…"))) + r"[ \t]*\n"
    return re.fullmatch(pattern, printed.strip("\n") + "\n") is not None


def _run(step: Step, folder: Path) -> str:
    bin_folder = Path(sys.executable).parent
    ended = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", step.text],
        cwd=folder,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")},
            "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "100",
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=1800,
        check=False,
    )
    found = re.search(r"# exit code (\d)", step.text)
    code = int(found[1]) if found else 0
    if ended.returncode != code:
        return (
            f"line {step.line}: exit code {ended.returncode}, expected {code}:\n{step.text}\n{ended.stdout}"
        )
    if step.shown is not None and not matches(step.shown, ended.stdout):
        return f"line {step.line}: it does not print what the page shows:\n{step.text}\n{ended.stdout}"
    return ""


def _change(step: Step, file: Path) -> str:
    lines = step.text.splitlines()
    old, new = ("".join(f"{line[1:]}\n" for line in lines if line[:1] != mark) for mark in "+-")
    text = file.read_text("utf-8")
    if text.count(old) != 1:
        return f"line {step.line}: {step.file} holds the old lines {text.count(old)} times:\n{old}"
    file.write_text(text.replace(old, new), "utf-8")
    return ""
