import re
from pathlib import Path

from grader.exercises import read_exercises
from tests.variants.__main__ import Row, count_variants, main, write_table

ROOT = Path(__file__).parents[1]


def decorators(folder, kind):
    """Count the marked functions of a folder without importing them."""
    return sum(
        len(re.findall(rf"^@{kind}\(", path.read_text(), re.MULTILINE))
        for path in (ROOT / folder).glob("[a-z]*.py")
    )


def test_every_variant_is_counted_once():
    """As many as there are decorators in the files: none is for a function that no exercise has."""
    rows = count_variants()
    assert sum(len(row.mistakes) for row in rows) == decorators("reference/variants", "mistake")
    assert sum(len(row.accepted) for row in rows) == decorators("reference/variants", "accepted")
    assert sum(len(row.styles) for row in rows) == decorators("tests/variants", "accepted")


def test_every_function_of_the_course_has_a_row():
    """In the order of the table, also while it has no variant."""
    assert [row.function for row in count_variants()] == [
        f"{exercise.module}.{function}" for exercise in read_exercises() for function in exercise.functions
    ]


def test_the_table_adds_up():
    """A dash for none; the names where they are asked for."""
    rows = [Row("m.f", ["a", "b"], [], ["c"]), Row("m.longer", ["d"], ["e"], [])]
    assert write_table(rows) == [
        "function  mistakes  accepted  styles",
        "--------  --------  --------  ------",
        "m.f              2         -       1",
        "m.longer         1         1       -",
        "together         3         1       1",
    ]
    assert "    mistakes: a, b" in write_table(rows, names=True)


def test_the_command_prints_it(capsys):
    """And its exit code says whether a function lacks what it is judged by."""
    code = main(["--names"])
    said = capsys.readouterr().out
    assert re.search(r"^gradcam\.vis_gradcam +\d+ +(\d+|-) +\d+$", said, re.MULTILINE)
    assert "no_relu" in said
    assert code == (
        0 if all(row.mistakes and (row.accepted or row.styles) for row in count_variants()) else 1
    )


def test_every_function_of_the_core_is_taken_in_twelve_styles():
    """There is no single way to write a right answer."""
    core = {
        f"{exercise.module}.{function}"
        for exercise in read_exercises()
        if not exercise.further
        for function in exercise.functions
    }
    few = {
        row.function: len(row.accepted) + len(row.styles) for row in count_variants() if row.function in core
    }
    assert {name: count for name, count in few.items() if count < 12} == {}
