"""The comparison with other autograders: the same checks in each peer's format; the peers' own modules are stubs."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import types

import pytest

from tests.peers.graders.asking import COURSE, FORMATS, ROOT
from tests.peers.submissions import FUNCTIONS, find, one_file

# Checks on small nets, and the exercise that each is of.
QUICK = {"maps_of_linear_models": "saliency", "climbs_a_steep_score": "fooling"}


def points():
    """Return what each check is worth, read from the source."""
    tree = ast.parse((COURSE / "course_checks.py").read_text("utf-8"))
    (table,) = [
        node.value for node in tree.body if isinstance(node, ast.Assign) and node.targets[0].id == "POINTS"
    ]
    return {key.id: value.value for key, value in zip(table.keys, table.values)}


def checks_of(path):
    """Return by check the points that a file of a format gives, 0 where the format has none, None where it is unused."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            asked = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)} & set(points())
            said = [
                re.search(r"(?:weight\(|points=)(\d+)", ast.unparse(decorator))
                for decorator in node.decorator_list
            ]
            worth = [int(match[1]) for match in said if match]
            found |= dict.fromkeys(asked, worth[0] if worth else 0)
    return found


@pytest.mark.parametrize(
    ("files", "weighed"),
    [("pytest/test_course.py", False), ("check50/__init__.py", False), ("gradescope/tests/*.py", True), ("otter/tests/*.py", True)],
)  # fmt: skip
def test_every_format_asks_every_check(files, weighed):
    """For the same points, where the format has points; nbgrader's notebook is made from the table itself."""
    found = {name: worth for path in FORMATS.glob(files) for name, worth in checks_of(path).items()}

    assert found == (points() if weighed else dict.fromkeys(points(), 0))


def test_the_checks_are_those_of_our_own_grader():
    """As many, for the same weights, of the same three functions."""
    ours = []
    for exercise in FUNCTIONS:
        for node in ast.parse((ROOT / "grader" / "checks" / f"test_{exercise}.py").read_text("utf-8")).body:
            asked = {part.attr for part in ast.walk(node) if isinstance(part, ast.Attribute)}
            is_check = isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
            if is_check and not asked & {"compute_gradient_score", "visualize_saliency"}:
                marks = ast.unparse(ast.Module(node.decorator_list, []))
                ours.append(int(re.search(r"points\((\d+)\)", marks)[1]))

    assert sorted(ours) == sorted(points().values())


def module_of(name, **values):
    """Return a module made of values."""
    made = types.ModuleType(name)
    vars(made).update(values)
    return made


@pytest.fixture
def hand_in(monkeypatch):
    """Return what makes a text the submission that every format finds; the peers' own modules are stubs."""
    monkeypatch.syspath_prepend(COURSE)

    def bare(*_, **__):
        return lambda function: function

    def make(text):
        submission = module_of("submission")
        exec(compile(text, "submission.py", "exec"), vars(submission))
        stubs = {
            "submission": submission,
            "gradescope_utils": module_of("gradescope_utils"),
            "gradescope_utils.autograder_utils": module_of("autograder_utils"),
            "gradescope_utils.autograder_utils.decorators": module_of("decorators", weight=bare, number=bare),
            "otter": module_of("otter"),
            "otter.test_files": module_of("test_files", test_case=bare),
            "check50": module_of("check50", check=bare, Failure=AssertionError),
            "check50.py": module_of("check50.py", import_=lambda _: submission),
        }
        vars(stubs["check50"])["py"] = stubs["check50.py"]
        for name, stub in stubs.items():
            monkeypatch.setitem(sys.modules, name, stub)

    return make


def ask(file, check):
    """Ask a check of the submission as a format asks it."""
    spec = importlib.util.spec_from_file_location("asked", FORMATS / file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    cases = [case for case in vars(module).values() if hasattr(case, f"test_{check}")]
    if cases:
        getattr(cases[0](f"test_{check}"), f"test_{check}")()
    elif file.startswith("otter"):
        getattr(module, f"test_{check}")(vars(sys.modules["submission"]))
    else:
        getattr(module, check if file.startswith("check50") else f"test_{check}")()


@pytest.mark.parametrize(
    ("check", "file"),
    [
        (check, file.format(exercise))
        for check, exercise in QUICK.items()
        for file in ("pytest/test_course.py", "gradescope/tests/test_course.py", "otter/tests/{}.py", "check50/__init__.py")
    ],
)  # fmt: skip
def test_the_same_check_says_the_same_in_each_format(hand_in, check, file):
    """Of an answer in another style, and of one with a mistake that this check is there for."""
    exercise = QUICK[check]
    right, wrong = {"saliency": ("one_hot_backward", "no_abs"), "fooling": ("sign_steps", "descends")}[
        exercise
    ]

    hand_in(one_file(find(exercise, right)))
    ask(file, check)
    hand_in(one_file(find(exercise, wrong)))
    with pytest.raises(AssertionError):
        ask(file, check)
