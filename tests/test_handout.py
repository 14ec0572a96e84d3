import ast
import re
import struct
from pathlib import Path

import pytest

from grader.options import parse_options

ROOT = Path(__file__).parents[1]
README = ROOT / "assignment" / "README.md"
EXERCISES = ("filters", "saliency", "fooling", "class_visualization", "gradcam", "activations")


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text()


def functions_of(exercise: str) -> list[str]:
    tree = ast.parse((ROOT / "assignment" / f"{exercise}.py").read_text())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def section_of(text: str, exercise: str) -> str:
    return text.split(f"\n## {exercise}\n")[1].split("\n## ")[0]


def points_in_table(text: str) -> dict[str, int]:
    return {
        name: int(points)
        for name, points in re.findall(r"^\| \[(\w+)\]\(#\1\) .*\| (\d+) \|$", text, re.MULTILINE)
    }


def test_the_table_names_every_exercise_and_adds_up(text):
    """One hundred points, shared among the exercises that there are."""
    assert tuple(points_in_table(text)) == EXERCISES
    assert sum(points_in_table(text).values()) == 100


def test_the_grader_gives_the_points_that_the_handout_promises(text):
    """The table of the handout is that of grader/exercises.toml."""
    table = (ROOT / "grader" / "exercises.toml").read_text()
    graded = {
        name: int(points) for name, points in re.findall(r"\[exercises\.(\w+)\]\npoints = (\d+)", table)
    }
    assert graded == points_in_table(text)


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_exercise_is_told(text, exercise):
    """What it is, what to write, its points, what it teaches, and a picture."""
    section = section_of(text, exercise)
    assert all(f"`{function}(" in section for function in functions_of(exercise))
    assert f"*{points_in_table(text)[exercise]} points.*" in section
    assert "\nYou learn " in section
    assert f"../docs/pictures/handout-{exercise}.png" in section


@pytest.mark.parametrize("exercise", EXERCISES)
def test_every_picture_is_there_and_small(exercise):
    """A PNG that a page shows without delay."""
    data = (ROOT / "docs" / "pictures" / f"handout-{exercise}.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert len(data) < 250_000
    assert 150 < width < 1200
    assert 150 < height < 800


@pytest.mark.parametrize("exercise", EXERCISES)
def test_the_table_lists_what_the_files_define(text, exercise):
    """No function is forgotten, none is invented."""
    (row,) = re.findall(rf"^\| \[{exercise}\].*$", text, re.MULTILINE)
    assert re.findall(r"`(\w+)`", row) == functions_of(exercise)


def test_every_command_is_one_that_the_grader_understands(text):
    """The command lines shown are parsed by the grader itself."""
    commands = re.findall(r"^python -m grader(.*?)(?:#.*)?$", text, re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        parse_options(command.split())


def test_formulas_are_closed(text):
    """GitHub shows a formula only between a pair of dollar signs."""
    without_code = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    assert without_code.count("$$") % 2 == 0
    assert without_code.replace("$$", "").count("$") % 2 == 0


@pytest.mark.parametrize("exercise", EXERCISES)
def test_nothing_solved_is_handed_out(exercise):
    """Every function of a stub is its docstring and one sentence that says what to write."""
    tree = ast.parse((ROOT / "assignment" / f"{exercise}.py").read_text())
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        assert ast.get_docstring(function)
        assert [ast.unparse(node) for node in function.body[1:]] == [
            f"raise NotImplementedError('{exercise}: write {function.name}')"
        ]
