"""`python -m tests.class_screenshot [STUDENTS]`: grade known mistakes, make up a class of them, draw docs/class.png.

Each made-up student hands in, for every exercise of the core, the solved file, one with a known mistake or the stub. All
of these are really graded, once each; a student's report is put together from them. A few have copied.
"""

from __future__ import annotations

import ast
import dataclasses
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from grader.batch.graded import GradedSubmission
from grader.class_page.page import look_at, write
from grader.class_page.written import read_handout
from grader.exercises import read_exercises
from reference.variants import find_variants
from reference.variants.submission import FROM_REFERENCE, write_submission
from tests.browser import CHROMIUM, screenshot
from tests.harness import Job, grade_all

ROOT = Path(__file__).resolve().parents[1]
STUDENTS = 200
MISTAKES = 8  # of each function
GIVEN = (
    "Ada",
    "Mina",
    "Jisoo",
    "Noor",
    "Élodie",
    "José",
    "Zoë",
    "Søren",
    "Łukasz",
    "Anaïs",
    "Björn",
    "Wei",
    "Kwame",
    "Yara",
)
FAMILY = (
    "Nguyễn",
    "García",
    "Müller",
    "O'Brien",
    "Åkesson",
    "Dvořák",
    "Kowalska",
    "Rossi",
    "Okafor",
    "Sharma",
    "Tanaka",
    "김",
    "이",
)
SUPPORT = ("imaging", "evaluation", "receptive_field")


@dataclass(frozen=True, slots=True)
class Part:
    """One file, graded.

    Attributes:
        exercise: that was graded.
        kind: "solved", "mistake" or "stub".
        module: the file's name, without ".py".
        text: the file.
        checks: what the report says.
    """

    exercise: str
    kind: str
    module: str
    text: str
    checks: tuple[dict[str, Any], ...]


def main(students: int = STUDENTS) -> None:
    """Write the picture, and say where the whole page is."""
    made = make_class(grade_parts(), students)
    page = look_at(made, read_handout([ROOT / "assignment"]))
    out = ROOT / "out" / "class"
    file = write(page, out, "Homework 3", {})
    print(f"the page is {file.relative_to(ROOT)}")
    if CHROMIUM is None:
        print("docs/class.png is left as it is: it needs chromium")
        return
    from PIL import Image

    with tempfile.TemporaryDirectory() as scratch:
        drawn = Path(scratch, "class.png")
        screenshot(file, Path(scratch, "profile"), drawn, width=1120, height=1320)
        Image.open(drawn).convert("RGB").save(ROOT / "docs" / "class.png", optimize=True)


def grade_parts() -> list[Part]:
    """Return solved files, stubs and mistakes of every exercise of the core, with what each gets."""
    files: list[tuple[str, str, str, str]] = []
    for row in [row for row in read_exercises() if not row.further]:
        for kind, folder in (("solved", "reference"), ("stub", "assignment")):
            text = (ROOT / folder / f"{row.module}.py").read_text("utf-8")
            files.append((row.name, kind, row.module, FROM_REFERENCE.sub(r"from \1 import", text)))
        for function in row.functions:
            known = [one for one in find_variants(row.module) if one.function == f"{row.module}.{function}"]
            files += [(row.name, "mistake", row.module, write_submission(one)) for one in known[:MISTAKES]]
    with tempfile.TemporaryDirectory() as scratch:
        jobs = []
        for number, (exercise, _, module, text) in enumerate(files):
            folder = Path(scratch, str(number))
            folder.mkdir()
            (folder / f"{module}.py").write_text(text, "utf-8")
            for name in SUPPORT:
                (folder / f"{name}.py").write_bytes((ROOT / "assignment" / f"{name}.py").read_bytes())
            jobs.append(Job(str(folder), (exercise,)))
        answers = grade_all(jobs)
    return [
        Part(*file, checks=tuple(answer["result"]["checks"]))
        for file, answer in zip(files, answers)
        if "result" in answer
    ]


def make_class(parts: Sequence[Part], students: int) -> list[GradedSubmission]:
    """Return a class, the same each time: most know much, a few have copied, a few cannot be graded."""
    rng = random.Random(0)
    exercises = list(dict.fromkeys(part.exercise for part in parts))
    made = []
    for number in range(students):
        skill = rng.betavariate(2.6, 1.2)
        chosen = [_choose(parts, exercise, skill, rng) for exercise in exercises]
        name = f"{rng.choice(FAMILY)}, {rng.choice(GIVEN)} ({number + 1})"
        made.append(_hand_in(name, chosen, rng))
    for first in range(0, students - 4, 50):
        for other in range(first + 1, first + rng.choice([2, 3, 4])):
            sources = {name: _own_names(text, rng) for name, text in made[first].sources.items()}
            made[other] = dataclasses.replace(made[other], result=made[first].result, sources=sources)
    for number in range(7, students, 60):
        made[number] = dataclasses.replace(
            made[number], result={}, problem="there is no Python file and no notebook in it"
        )
    return made


def _choose(parts: Sequence[Part], exercise: str, skill: float, rng: random.Random) -> Part:
    luck = rng.random()
    kind = "stub" if luck > skill + 0.35 else "mistake" if luck > skill else "solved"
    offered = [part for part in parts if (part.exercise, part.kind) == (exercise, kind)]
    return rng.choices(offered, [1 / (1 + place) for place in range(len(offered))])[0]


def _hand_in(name: str, chosen: Sequence[Part], rng: random.Random) -> GradedSubmission:
    checks = [
        {
            **check,
            "seconds": check["seconds"] * rng.uniform(0.8, 1.5),
            "file": f"{part.module}.py",
            "line": None,
        }
        for part in chosen
        for check in part.checks
    ]
    sources = {
        f"{part.module}.py": part.text if part.kind == "stub" else _own_way(part.text, rng) for part in chosen
    }
    for check in checks:
        check["line"] = _last_definition(sources[check["file"]]) if check["status"] == "failed" else None
    seconds = sum(check["seconds"] for check in checks)
    return GradedSubmission(name, f"{name}.zip", "", {"checks": checks}, sources, seconds)


def _last_definition(text: str) -> int:
    """Return the line of the last function, where a mistake stands in a file that was written by `write_submission`."""
    return max((node.lineno for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)), default=1)


def _own_way(text: str, rng: random.Random) -> str:
    """Return a file with idle statements here and there, so that no two students have the same by chance."""
    tree = ast.parse(_own_names(text, rng))
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and len(node.body) > 1:
            node.body.insert(
                rng.randrange(1, len(node.body)), ast.parse(f"_ = {rng.randrange(1000)}").body[0]
            )
    return ast.unparse(tree)


def _own_names(text: str, rng: random.Random) -> str:
    """Return a file with other names for its variables and without comments."""
    tree = ast.parse(text)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef):
            names = {
                node.id
                for node in ast.walk(function)
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
            }
            own = {
                name: f"{name}_{rng.choice('abcxyz')}"
                for name in names - {argument.arg for argument in function.args.args}
            }
            for node in ast.walk(function):
                if isinstance(node, ast.Name):
                    node.id = own.get(node.id, node.id)
    return ast.unparse(tree)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
