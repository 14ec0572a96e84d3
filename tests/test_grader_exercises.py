"""The course's table is read as it is written, and a mistake in it is told in a sentence."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pytest

from grader.checking.plan import plan_checks
from grader.errors import Unusable
from grader.exercises import Exercise, read_exercises, select_exercises
from grader.options import parse_options

TABLE = """
[exercises.saliency]
points = 12.5
functions.compute_saliency_maps = "(N, H, W)"

[exercises.filters]
points = 3
functions.plot_filters = "one figure"
"""


def test_rows_come_in_the_order_of_the_table(table):
    """A course orders its exercises as it teaches them."""
    assert read_exercises(table(TABLE)) == (
        Exercise("saliency", "saliency", False, 12.5, {"compute_saliency_maps": "(N, H, W)"}),
        Exercise("filters", "filters", False, 3.0, {"plot_filters": "one figure"}),
    )


def test_a_course_says_when_outcomes_are_seen(table):
    """One word for all checks of an exercise, or one for each; a word that means nothing is told."""
    rows = TABLE + 'visibility = "hidden"\n'
    saliency, filters = read_exercises(
        table(rows.replace("points = 12.5", 'points = 12\nvisibility.a = "after_due_date"'))
    )

    assert (saliency.visibility, filters.visibility) == ({"a": "after_due_date"}, {"*": "hidden"})
    for wrong in ('"never"', "3", '["hidden"]'):
        with pytest.raises(Unusable, match="cannot be used"):
            read_exercises(table(TABLE + f"visibility = {wrong}\n"))


def test_a_check_is_seen_when_the_table_says(table):
    """By its name, else as the exercise; a name that no check has is told, as it would hide nothing."""

    class Item:
        get_closest_marker = staticmethod(lambda _: SimpleNamespace(args=(1,)))

        def __init__(self, name):
            self.name = self.nodeid = name

    def announced(visibility):
        exercise = dataclasses.replace(read_exercises(table(TABLE))[0], visibility=visibility)
        planned = plan_checks(exercise, [Item("test_a"), Item("test_b")], "a seed")
        return [check.visibility for check in planned.values()]

    assert announced({}) == ["visible", "visible"]
    assert announced({"*": "hidden", "b": "visible"}) == ["hidden", "visible"]
    with pytest.raises(ValueError, match="c: no such check"):
        announced({"c": "hidden"})


def test_the_core_of_the_table_that_ships_adds_up_to_100():
    """A course that changes nothing grades the core, out of 100."""
    core = select_exercises(read_exercises(), [])

    assert sum(exercise.points for exercise in core) == 100
    assert not any(exercise.further for exercise in core)


def test_the_table_that_ships_names_each_function_once():
    """A function is asked for by one exercise, so that its points are clear."""
    functions = [name for exercise in read_exercises() for name in exercise.functions]

    assert len(functions) == len(set(functions))


def test_further_exercises_come_when_they_are_asked_for():
    """Further exercises are graded with --all, or by their name, and never by chance."""
    exercises = read_exercises()
    further = [exercise for exercise in exercises if exercise.further]

    assert further
    assert select_exercises(exercises, [], all_of_them=True) == exercises
    assert select_exercises(exercises, [further[0].name]) == (further[0],)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[exercises",
        "exercises = 3",
        "[exercises.saliency]\npoints = 3",
        "[exercises.saliency]\nfunctions.f = 'x'",
        "[exercises.saliency]\npoints = 'many'\nfunctions.f = 'x'",
        "[exercises.saliency]\npoints = 3\nfunctions = 3",
        "[exercises]\nsaliency = 3",
        "exercises = [1]",
    ],
)
def test_a_table_that_cannot_be_used_is_named(table, text):
    """Whoever edited it learns which file it is."""
    with pytest.raises(Unusable, match=r"the table of exercises .*exercises\.toml cannot be used: "):
        read_exercises(table(text))


def test_a_table_that_is_not_there_is_named(tmp_path):
    """The same sentence."""
    with pytest.raises(Unusable, match=r"nowhere\.toml cannot be used: "):
        read_exercises(tmp_path / "nowhere.toml")


def test_a_selection_keeps_the_order_of_the_table():
    """However it was asked for, and each exercise once."""
    every = read_exercises()
    names = [exercise.name for exercise in every]

    found = select_exercises(every, [names[3], names[0], names[3]])
    assert [exercise.name for exercise in found] == [names[0], names[3]]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("salience", "there is no exercise 'salience'; did you mean saliency?"),
        ("grad_cam", "did you mean gradcam?"),
        ("Filters", "did you mean filters?"),
        ("zzz", "there is no exercise 'zzz'; there are filters, saliency, fooling"),
        ("", "there is no exercise ''"),
    ],
)
def test_an_unknown_exercise_is_answered_with_a_near_one(name, words):
    """Or with all there are."""
    with pytest.raises(Unusable) as caught:
        select_exercises(read_exercises(), [name])
    assert words in str(caught.value)


def test_options_have_defaults_that_suit_a_student():
    """No option at all grades everything in the default folder, on all cores, to the terminal."""
    options = parse_options([])

    assert (options.path, options.exercises, options.formats) == (None, (), ("terminal",))
    assert (options.verbosity, options.seconds, options.workers) == (0, None, "auto")
    assert options.jobs >= 1


def test_formats_are_a_list_with_commas():
    """Spaces and empty entries do no harm."""
    assert parse_options(["--format", "json, terminal,"]).formats == ("json", "terminal")
