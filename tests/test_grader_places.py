"""Of all that a submission defines, the function that is graded is found, and what else there is, is said."""

from __future__ import annotations

import json

import pytest

from grader.errors import Unusable
from grader.exercises import read_exercises, select_exercises
from grader.reading.source import imported_modules
from grader.submissions import find_submission

WRITTEN = "def {name}(X, y, model):\n    return model(X)\n"
STUB = "def {name}(X, y, model):\n    raise NotImplementedError('write it')\n"
MAPS = "compute_saliency_maps"


@pytest.fixture
def find(tmp_path):
    """Look at files, given by name and text, as CS231n or another course would."""

    def look(course="cs231n", exercise="saliency", **files):
        folder = tmp_path / "mine"
        for name, text in files.items():
            path = folder / name.replace("__", "/").replace("_py", ".py").replace("_ipynb", ".ipynb")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        private = tmp_path / "private"
        private.mkdir()
        return find_submission(str(folder), select_exercises(read_exercises(), [exercise]), private, course)

    return look


def maps(found):
    """Return where the saliency maps are found and how they are called."""
    return found.submission.places["saliency.compute_saliency_maps"]


def told(found):
    return [notice for notice in found.notices if not notice.startswith("graded as")]


def cells(*texts):
    return json.dumps({"cells": [{"cell_type": "code", "source": text} for text in texts]})


def test_a_function_is_found_wherever_it_lies(find):
    """In any file, in any folder, under the name that the course knows."""
    found = find(assignment3__work_py=WRITTEN.format(name=MAPS), other_py="x = 1")

    assert (maps(found).file, maps(found).attribute) == ("assignment3/work.py", MAPS)
    assert told(found) == []
    assert found.complete


@pytest.mark.parametrize(
    ("head", "is_found"),
    [
        ("class A:", True),
        ("class A:\n    def __init__(self, size=3, *more, colour='red'): ...", True),
        ("class A:\n    def __init__(self, size): ...", False),
        ("class A:\n    def __init__(self, *, size): ...", False),
    ],
)
def test_a_method_of_a_class_that_needs_nothing_is_found(find, head, is_found):
    """The class is built when it is called; one that needs arguments cannot be."""
    method = "    def compute_saliency_maps(self, X, y, model):\n        return X\n"
    found = find(work_py=f"{head}\n{method}")

    problem = found.submission.problems.get("saliency.compute_saliency_maps", "")

    assert maps(found).attribute == "A.compute_saliency_maps"
    assert (problem == "") is is_found
    assert is_found or problem.startswith(
        "the class A in work.py (line 3) needs arguments to be built, so its compute"
    )


def test_a_notebook_is_a_module_like_any_other(find):
    """Its lines are known by their cells."""
    found = find(net_ipynb=cells("import torch", "x = train()", WRITTEN.format(name=MAPS)))
    place = maps(found)
    module = found.submission.folder / place.file
    name, lines = found.submission.lines[module.name]

    assert name == "net.ipynb"
    assert lines[module.read_text().split("\n").index(f"def {MAPS}(X, y, model):")] == (
        "net.ipynb, cell 3",
        1,
    )
    assert "train" not in module.read_text()


def test_of_two_the_written_one_is_graded(find):
    """Even where the stub comes later and would hide it, for every name that asks Python for it."""
    found = find(work_py=WRITTEN.format(name=MAPS) + "\n\n" + STUB.format(name=MAPS) + "x = 1\n")
    text = (found.submission.folder / "work.py").read_text()

    assert told(found) == [
        "work.py defines compute_saliency_maps twice (line 1 and line 5, not written); the one that is written is graded."
    ]
    assert "NotImplementedError" not in text
    assert text.split("\n")[6] == "x = 1"


def test_of_two_files_the_written_one_is_graded(find):
    """A stub beside it is named."""
    found = find(a_py=STUB.format(name=MAPS), b_py=WRITTEN.format(name=MAPS))

    assert maps(found).file == "b.py"
    (notice,) = told(found)
    assert notice.startswith(
        "compute_saliency_maps stands in b.py (line 1) and in a.py (line 1, not written); the wri"
    )


def test_of_two_written_ones_the_later_counts_in_a_file(find):
    """As Python has it."""
    found = find(saliency_py="x = 1\n" + 2 * WRITTEN.format(name=MAPS))
    assert told(found) == [
        "saliency.py defines compute_saliency_maps twice (line 2 and line 4); the second is graded."
    ]


def test_of_two_written_ones_the_upper_counts_in_a_folder(find):
    """As a reader looks."""
    found = find(saliency_py=WRITTEN.format(name=MAPS), old__saliency_py=WRITTEN.format(name=MAPS))

    assert maps(found).file == "saliency.py"
    assert told(found)[0].startswith(
        "compute_saliency_maps stands in saliency.py (line 1) and in old/saliency.py (line 1)"
    )


def test_of_two_the_one_that_can_be_called_is_graded(find):
    """Whichever lies nearer to the top."""
    method = "class A:\n    def __init__(self, size): ...\n    def compute_saliency_maps(self, X, y, model):\n        return 2 * X\n"
    found = find(a_py=method, b_py=WRITTEN.format(name=MAPS))

    assert maps(found).file == "b.py"
    assert found.submission.problems == {}


@pytest.mark.parametrize(
    "body",
    [
        "pass",
        "...",
        '"""Words."""',
        "saliency = None\n    return saliency",
        "raise NotImplementedError",
        "return None",
    ],
)
def test_what_a_template_leaves_is_a_stub(find, body):
    """Whatever it says, it does nothing."""
    found = find(a_py=f"def {MAPS}(X, y, model):\n    {body}\n", b_py=WRITTEN.format(name=MAPS))
    assert maps(found).file == "b.py"


STEP = "class_visualization.class_visualization_update_step"


@pytest.mark.parametrize(
    ("course", "head", "positional", "keywords"),
    [
        (
            "cs231n",
            "class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)",
            None,
            None,
        ),
        (
            "cs231n",
            "update_class_visulization(model, target_y, l2_reg, learning_rate, img)",
            ("model", "target_y", "l2_reg", "learning_rate", "img"),
            {},
        ),
        (
            "cs231n",
            "update_class_visualization(img, model, target_y, learning_rate, l2_reg)",
            ("img", "model", "target_y", "learning_rate", "l2_reg"),
            {},
        ),
        (
            "eecs498",
            "class_visualization_step(img, target_y, model, **kwargs)",
            ("img", "target_y", "model"),
            {"l2_reg": "l2_reg", "learning_rate": "learning_rate"},
        ),
    ],
)
def test_a_renamed_function_is_called_as_it_is_written(find, course, head, positional, keywords):
    """Its own name and order of arguments; the checks know one order only."""
    found = find(course, "class_visualization", work_py=f"def {head}:\n    return img.x\n")
    place = found.submission.places[STEP]

    assert place.parameters == ("img", "model", "target_y", "l2_reg", "learning_rate")
    assert (place.positional, place.keywords) == (positional, keywords)


def test_a_word_that_a_function_does_not_take_is_not_said(find):
    """verbose=False is for those that print on demand."""
    head = "def make_adversarial_attack(X, target_y, model{more}):\n    return X.clone()\n"
    found = find("eecs498", "fooling", work_py=head.format(more=""))
    assert found.submission.places["fooling.make_fooling_image"].keywords == {}


def test_a_function_that_is_missing_is_named_as_the_course_names_it(find):
    """With the file that it belongs into."""
    found = find("eecs498", "fooling", network_visualization_py="x = 1\n")

    (notice,) = told(found)
    assert notice.startswith(
        "network_visualization.py has no function make_adversarial_attack; functions keep"
    )
    assert not found.complete


def test_what_a_broken_cell_hides_is_told_by_its_cell(find):
    """The other functions of the notebook are graded."""
    broken = f"def {MAPS}(X, y, model):\n    return (X\n"
    found = find("ours", "saliency", saliency_ipynb=cells(broken, WRITTEN.format(name="visualize_saliency")))
    problem = found.submission.problems["saliency.compute_saliency_maps"]

    assert problem.startswith("saliency.ipynb, cell 1 cannot be read as Python: '(' was never closed (line 2")
    assert "saliency.visualize_saliency" in found.submission.places
    assert "saliency.visualize_saliency" not in found.submission.problems


def test_a_file_whose_marks_of_a_conflict_are_left_is_told(find):
    """For every function that it should hold."""
    text = "<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> friend\n" + WRITTEN.format(name=MAPS)
    found = find("ours", "saliency", saliency_py=text)

    assert len(found.submission.problems) == 3
    assert all(
        "merge conflict (line 1: <<<<<<<)" in problem for problem in found.submission.problems.values()
    )


def test_a_broken_notebook_beside_a_whole_file_costs_nothing(find):
    """What is not looked for cannot be missed."""
    found = find(
        "ours", "filters", filters_py="def plot_filters(data, title):\n    print(data)\n", filters_ipynb="{"
    )

    assert found.complete
    assert found.submission.places["filters.plot_filters"].file == "filters.py"


def test_a_notebook_that_is_none_is_told(find):
    """Where it is all that there is."""
    with pytest.raises(
        Unusable, match=r"^filters.ipynb is not a notebook: it is no JSON from line 2 on; save it again"
    ):
        find("ours", "filters", filters_ipynb='{"cells": [\n')


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import a.b, c as d\n", {"a.b", "c"}),
        (
            "def f():\n    from .image_utils import X, Y as Z  # why\n",
            {".image_utils", ".image_utils.X", ".image_utils.Y"},
        ),
        ("from . import image_utils", {".image_utils"}),
        ("from cs231n import image_utils", {"cs231n", "cs231n.image_utils"}),
        ("from a4_helper import *", {"a4_helper", "a4_helper.*"}),
        ("from a import (\n    b,\n)", {"a"}),
        ("important = 3", set()),
    ],
)
def test_what_a_text_imports_is_read_off_its_lines(text, modules):
    """By these a course is recognised."""
    assert imported_modules(text) == modules
