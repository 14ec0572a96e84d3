"""Code that is the same up to names is one group; code that differs in what it does, and what was handed out, is none."""

from __future__ import annotations

import ast
import random
import time

import pytest

from grader.class_page.lookalikes import find_lookalikes
from grader.class_page.pieces import cut
from grader.class_page.records import read_class
from grader.class_page.written import Handout, read_handout
from tests.graded_class import HANDOUT, HEAT, OTHER_HEAT, SOLVED, SOLVED_OTHERWISE, STUB, graded

HELPER = """
def _normalise(values, eps=1e-8):
    low, high = values.min(), values.max()
    if high - low < eps:
        return values * 0
    scaled = (values - low) / (high - low)
    return scaled ** 0.5
"""
# The same function, as someone might hand in who does not want that to be seen.
SAME = {
    "other locals": HEAT.replace("picked", "s").replace("gradient", "g").replace("maps", "saliency"),
    "other arguments": HEAT.replace("X", "images").replace("model", "net"),
    "comments and blank lines": HEAT.replace("    scores", "    # mine, all mine\n\n    scores"),
    "another docstring": HEAT.replace("Return the map of each image.", "My idea."),
    "no docstring": HEAT.replace('    """Return the map of each image."""\n', ""),
    "type hints": HEAT.replace("X, y, model):", "X: torch.Tensor, y: 'Tensor', model) -> 'Tensor':"),
    "a hinted variable": HEAT.replace("maps =", "maps: torch.Tensor ="),
    "other quotes and brackets": HEAT.replace("y.view(-1, 1)", "(y.view((-1), 1))"),
}  # fmt: skip
OTHER = {
    "a constant": HEAT.replace("dim=1)[0]", "dim=1)[1]"),
    "another kind of constant": HEAT.replace("gather(1,", "gather(1.0,"),
    "an operator": HEAT.replace("gradient.abs()", "(-gradient).abs()"),
    "a method": HEAT.replace(".abs()", ".square()"),
    "a statement more": HEAT.replace("    return", "    print(maps)\n    return"),
    "two statements changed round": HEAT.replace("    scores = model(X)\n", "").replace("    picked", "    scores = model(X)\n    picked", 1)
    .replace("    X = X.clone()", "    y = y + 0\n    X = X.clone()"),
    "another variable": HEAT.replace("gradient.abs()", "scores.abs()"),
    "another name of an argument": HEAT.replace("dim=1", "axis=1"),
    "a builtin": HEAT.replace("return maps", "return max(maps)"),
}  # fmt: skip


def groups_of(*files, handout=HANDOUT, tmp_path=None):
    """Return the groups of students who handed in these texts as maps.py, one each."""
    students = read_class(
        graded(f"s{number}", sources={"maps.py": text}) for number, text in enumerate(files)
    )
    return find_lookalikes(students, handout_of(handout)).groups


def shared_by(group):
    """Return what a group has in common, plainly."""
    return [(shared.file, shared.functions, shared.extent) for shared in group.common]


def handout_of(text):
    """Return what a handout of one file holds."""
    tree = ast.parse(text)
    names = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    return Handout(frozenset(), frozenset(piece.digest for piece in cut(tree, names)), frozenset(names))


@pytest.mark.parametrize("how", SAME)
def test_what_anyone_may_choose_freely_does_not_hide_a_copy(how):
    """Names, comments, docstrings, hints, layout and order do not change what code does."""
    changed = HANDOUT.replace(STUB, SAME[how])
    assert changed != SOLVED
    ast.parse(changed)
    (group,) = groups_of(SOLVED, changed)

    assert group.students == ("s0", "s1")
    assert shared_by(group) == [("maps.py", ("heat",), "all")]
    assert group.statements == 8 - 1  # the docstring does not count


def test_the_order_of_functions_does_not_count():
    """Nor do functions that stand in another file."""
    first, second = HANDOUT.replace(STUB, HEAT + HELPER), HELPER + HANDOUT.replace(STUB, "") + HEAT
    (group,) = groups_of(first, second)
    assert shared_by(group) == [("maps.py", ("heat", "_normalise"), "all")]

    students = read_class(
        [graded("a", sources={"maps.py": first}), graded("b", sources={"m.py": HEAT, "n.py": HELPER})]
    )
    (group,) = find_lookalikes(students, handout_of(HANDOUT)).groups
    assert group.statements == 7 + 5


@pytest.mark.parametrize("how", OTHER)
def test_code_that_does_something_else_is_no_copy(how):
    """One constant, one operator or one name of another thing is enough."""
    changed = HANDOUT.replace(STUB, OTHER[how])
    assert changed != SOLVED
    ast.parse(changed)
    assert groups_of(SOLVED, changed) == ()


def test_two_right_solutions_are_no_group():
    """Although they are right about the same thing, beside the same handed-out code."""
    assert groups_of(SOLVED, SOLVED_OTHERWISE) == ()


def test_what_was_handed_out_makes_no_group():
    """Stubs that nobody has touched, and support code, even reformatted or with a line of one's own beside it."""
    assert groups_of(HANDOUT, HANDOUT, HANDOUT + "\nSEED = 1\n", HANDOUT.replace("radius", "r")) == ()
    assert groups_of(HANDOUT, HANDOUT, handout="") != ()


def test_an_imported_module_is_known_by_what_it_is():
    """`F` and `functional` are one module; two modules of one alias are not."""
    as_f = "import torch.nn.functional as F\n" + HEAT.replace(
        "scores = model(X)", "scores = F.relu(model(X))"
    )
    as_functional = as_f.replace("F.", "functional.").replace(
        "import torch.nn.functional as F", "from torch.nn import functional"
    )
    elsewhere = as_f.replace("torch.nn.functional", "my.functional")

    assert [group.students for group in groups_of(as_f, as_functional, elsewhere, handout=STUB)] == [
        ("s0", "s1")
    ]


def test_helpers_may_have_other_names():
    """They are the writer's own; what the handout asks for by name is not."""
    use = HEAT.replace("return maps", "return _normalise(maps, eps=1e-6)")
    first, second = use + HELPER, (use + HELPER).replace("_normalise", "scale01").replace("eps", "tiny")
    (group,) = groups_of(first, second, handout=STUB)

    assert shared_by(group) == [("maps.py", ("heat", "_normalise"), "all")]
    two = STUB + STUB.replace("heat", "cold")
    assert groups_of(HEAT, HEAT.replace("heat", "cold"), handout=two) == ()


def test_the_same_bytes_are_said_to_be():
    """Also where the file is no Python that can be read; then its lines are counted."""
    (group,) = groups_of(SOLVED, SOLVED)
    assert shared_by(group) == [("maps.py", ("heat",), "bytes")]
    broken = SOLVED + "\ndef f(:\n"
    (group,) = groups_of(broken, broken, SOLVED_OTHERWISE)
    assert shared_by(group) == [("maps.py", ("outside of functions",), "bytes")]


def test_of_three_that_are_alike_two_may_have_the_same_bytes():
    """Which is told in the one group that they are."""
    renamed = SOLVED.replace("picked", "p")
    (group,) = groups_of(SOLVED, renamed, SOLVED)
    assert [(shared.extent, shared.alike) for shared in group.common] == [("all", 2)]


def test_code_in_doubtful_style_is_compared_too():
    """Python has something to say on a backslash; here it is not asked."""
    first = HANDOUT.replace(STUB, HEAT.replace("    return", "    print('\\d')\n    return"))
    (group,) = groups_of(first, first.replace("maps", "m"))
    assert group.statements == 7 + 1


def test_methods_and_notebooks_are_compared_too():
    """A function is the same in a class of one's own, and in a cell."""
    inside = "class Mine:\n" + "".join(f"    {line}\n" for line in HEAT.splitlines())
    cells = (
        '{"cells": [{"cell_type": "code", "source": %s}], "nbformat": 4, "nbformat_minor": 5, "metadata": {}}'
    )
    import json

    students = read_class(
        [
            graded("a", sources={"maps.ipynb": cells % json.dumps("%matplotlib inline\n" + HEAT)}),
            graded("b", sources={"other.py": inside}),
            graded("c", sources={"maps.ipynb": "no notebook"}),
        ]
    )
    (group,) = find_lookalikes(students, handout_of(STUB)).groups
    assert group.students == ("a", "b")


def test_three_who_share_all_come_before_ten_who_share_a_little():
    """What many have in common tells less; each group is told with all that its students share."""
    everybody = [SOLVED + f"\nSEED = {number}\n" for number in range(10)]
    few = [HANDOUT.replace(STUB, HEAT + HELPER) + f"\nSEED = {number}\n" for number in range(3)]
    first, second = groups_of(*few, *everybody)

    assert first.students == ("s0", "s1", "s2")
    assert shared_by(first) == [("maps.py", ("heat", "_normalise"), "all")]
    assert len(second.students) == 13
    assert shared_by(second) == [("maps.py", ("heat",), "part")]
    assert first.weight > second.weight


def test_the_usual_answer_is_left_out_and_named():
    """What more than half of a large class has in the same words was handed out, or has one right answer."""
    usual = [SOLVED + f"\nSEED = {number}\n" for number in range(25)]
    rare = [SOLVED_OTHERWISE + f"\nSEED = {number}\n" for number in range(20)]
    students = read_class(
        graded(f"s{number}", sources={"maps.py": text}) for number, text in enumerate([*usual, *rare])
    )
    found = find_lookalikes(students, handout_of(HANDOUT))

    assert found.left_out == ("maps.py: heat",)
    assert [len(group.students) for group in found.groups] == [20]


def test_a_pair_within_a_group_is_told_where_it_shares_more():
    """Much more than the group does; else it adds nothing to look at."""
    long = HELPER + HELPER.replace("_normalise", "_other").replace("0.5", "2")
    mine, a_bit_more = (
        HANDOUT.replace(STUB, HEAT),
        HANDOUT.replace(STUB, HEAT + "\ndef f(x):\n    x += 1\n    x += 2\n    return x\n"),
    )
    much_more = HANDOUT.replace(STUB, HEAT + long)

    assert [group.students for group in groups_of(mine, much_more, much_more)] == [
        ("s1", "s2"),
        ("s0", "s1", "s2"),
    ]
    assert [
        len(group.students)
        for group in groups_of(
            *[HANDOUT.replace(STUB, HEAT + long)] + [a_bit_more.replace(HEAT, HEAT + long)] * 2
        )
    ] == [3]


def test_the_same_among_few_comes_before_the_same_among_many():
    """However their names are sorted."""
    many = [SOLVED + f"\nSEED = {number}\n" for number in range(12)]
    few = [SOLVED_OTHERWISE + f"\nSEED = {number}\n" for number in range(2)]
    first, second = groups_of(*many, *few)

    assert (len(first.students), len(second.students)) == (2, 12)
    assert first.statements == second.statements


def test_four_statements_tell_nothing_and_five_do():
    """A longer function has more right ways."""
    four = "def heat(x):\n    a = x + 1\n    b = a * 2\n    c = b - 3\n    return c\n"
    five = four.replace("    return", "    c = c / 4\n    return")
    assert groups_of(four, four) == ()
    assert len(groups_of(five, five)) == 1


def test_short_functions_tell_nothing():
    """There is one way to write them."""
    assert (
        groups_of(
            "def heat(x):\n    y = x * 2\n    return y\n", "def heat(x):\n    z = x * 2\n    return z\n"
        )
        == ()
    )


def test_a_handout_is_read_from_its_folder(tmp_path):
    """Files, notebooks, and what lies in folders beneath."""
    (tmp_path / "week").mkdir()
    (tmp_path / "week" / "maps.py").write_text(HANDOUT)
    (tmp_path / "broken.py").write_text("def f(:")
    handout = read_handout([tmp_path])
    students = read_class(graded(f"s{number}", sources={"maps.py": HANDOUT}) for number in range(2))

    assert {"heat", "blur"} <= handout.names
    assert find_lookalikes(students, handout).groups == ()


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + ")" * 300,
        "x = " + "-" * 5000 + "1",
        "x = 1" + " + 1" * 5000,
        "\0",
        "\ud800",
        "def f(:",
        "",
    ],
    ids=["brackets", "signs", "sums", "a nul", "half a letter", "an error", "nothing"],
)
def test_odd_code_costs_nobody_but_itself(text):
    """Nor a warning of Python's own about what it holds."""
    (group,) = groups_of(SOLVED, SOLVED, text)
    assert group.students == ("s0", "s1")


def test_the_time_grows_with_the_code():
    """Four times the students take about four times as long, also where all have copied from all."""
    rng = random.Random(0)

    def seconds(students):
        files = [
            HANDOUT.replace(STUB, rng.choice([HEAT, OTHER_HEAT]) + HELPER)
            + f"\nA = [{rng.randrange(9)}] * {number}\n"
            for number in range(students)
        ]
        began = time.process_time()
        groups_of(*files)
        return time.process_time() - began

    seconds(20)
    small, large = min(seconds(50) for _ in range(3)), min(seconds(200) for _ in range(3))
    assert large < 8 * small
