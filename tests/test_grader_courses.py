"""A course is one table: what it says is read, what it says wrongly is told, and its files are recognised."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from grader.courses import OURS, Spelling, course_names, read_course, read_spelling, support_sources
from grader.courses.recognise import recognise
from grader.errors import Unusable
from grader.exercises import read_exercises

ROOT = Path(__file__).parents[1]
COURSES = course_names()
EXERCISES = {exercise.name: exercise for exercise in read_exercises()}


@pytest.mark.parametrize("name", COURSES)
def test_every_course_asks_for_what_is_graded(name):
    """Its exercises and functions are known, and every argument that it passes is one of ours."""
    course, ours = read_course(name), read_course(OURS)
    for exercise, row in course.exercises.items():
        assert set(row.functions) <= set(EXERCISES[exercise].functions)
        for function, asked in row.functions.items():
            known = set(ours.exercises[exercise].functions[function].spellings[0].positional)
            for spelling in asked.spellings:
                passed = {
                    *spelling.positional,
                    *(value for value in spelling.keywords.values() if isinstance(value, str)),
                }
                assert passed <= known
    assert set(support_sources(course)) == set(course.support)


@pytest.mark.parametrize("name", [name for name in COURSES if name != OURS])
def test_a_course_of_others_is_worth_a_hundred_points(name):
    """As ours is."""
    assert sum(row.points or 0 for row in read_course(name).exercises.values()) == 100


def test_ours_knows_every_function_that_is_graded():
    """So that the sentence on a wrong signature can name the arguments, in the order of the handout."""
    ours = read_course(OURS)
    for exercise in EXERCISES.values():
        for function in exercise.functions:
            (spelling, *_) = ours.exercises[exercise.name].functions[function].spellings
            source = (ROOT / "assignment" / f"{exercise.module}.py").read_text("utf-8")
            head = re.search(rf"^def {function}\((.*?)\) ->", source, re.DOTALL | re.MULTILINE)
            names = re.findall(r"(\w+)\s*:", re.sub(r"\[[^\]]*\]", "", head[1]))
            assert spelling == Spelling(function, tuple(names), {})


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ("", "'title'"),
        ("title = ", "Invalid value"),
        ("title = 'x'\n[exercises]\n[other]", "other means nothing here"),
        (
            "title = 'x'\n[conventions]\nstep = 'sideways'\n[exercises]",
            "the convention step = 'sideways' is not known",
        ),
        ("title = 'x'\n[exercises.saliency]\nfunctions.f = {}", "'calls'"),
        (
            "title = 'x'\n[exercises.saliency]\nfunctions.f = {calls = ['f']}",
            "'f' is not a call such as f(X, y, model)",
        ),
        ("title = 'x'\n[exercises.saliency]\nfunctions.f = {calls = ['f(']}", "'f(' is not a call such as"),
        ("title = 'x'\n[exercises.saliency]\nfunctions.f = {calls = ['f()'], result = 'lost'}", "not 'lost'"),
    ],
)
def test_a_table_that_cannot_be_used_is_told(tmp_path, table, reason):
    """With the file and what is wrong in it."""
    (tmp_path / "mine.toml").write_text(table)
    with pytest.raises(Unusable, match=re.escape(reason)) as caught:
        read_course("mine", tmp_path)
    assert str(caught.value).startswith(f"the course {tmp_path / 'mine.toml'} cannot be used: ")


def test_a_course_that_is_not_there_is_told():
    """With those that are."""
    with pytest.raises(Unusable, match="there is no course 'cs1'; there are ours, boostcamp, cs231n"):
        read_course("cs1")


def test_a_spelling_says_how_a_function_is_called():
    """By position, by name, and with values of its own."""
    assert read_spelling("step(img, y, model, l2=l2_reg, verbose=False)") == Spelling(
        "step", ("img", "y", "model"), {"l2": "l2_reg", "verbose": (False,)}
    )


@pytest.mark.parametrize(
    ("files", "imports", "functions", "course"),
    [
        (["saliency.py", "gradcam.py"], ["imaging", "torch"], ["vis_gradcam"], "ours"),
        (["anything.py"], ["torch"], ["f"], "ours"),
        (["net_visualization_pytorch.py"], [".image_utils", "scipy.ndimage.filters"], [], "cs231n"),
        (["my_solution.py"], ["cs231n.image_utils"], ["class_visualization_update_step"], "cs231n"),
        (["hw.ipynb"], ["cs231n.image_utils"], ["create_class_visualization"], "cs231n_notebook"),
        (["a4.py"], ["a4_helper"], [], "eecs498"),
        (["a4.py"], ["torch"], ["make_adversarial_attack"], "eecs498"),
        (["saliency_map.py", "gradcam.py"], ["image_utils"], ["SaliencyMap"], "cs7643"),
        (["week4.ipynb"], ["google.colab"], ["vis_gradcam", "compute_gradient_score"], "boostcamp"),
        (["gradcam.py"], ["torch"], ["vis_gradcam"], "ours"),
    ],
)
def test_a_course_is_recognised(files, imports, functions, course):
    """By what its files import, what they are called and what they define."""
    courses = [read_course(name) for name in COURSES]
    assert recognise(courses, files, imports, functions).name == course
