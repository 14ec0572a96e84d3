"""The page on a class in a browser: no complaint, as wide as the screen, sorted and searched by its own script."""

from __future__ import annotations

import random
import re

import pytest

from grader.class_page.page import look_at, write
from grader.class_page.written import Handout
from tests.browser import CHROMIUM, complaints, measure
from tests.graded_class import MISTAKE, SOLVED, check, failed, graded

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, which is not on this machine")

NAMES = [
    "Élodie Moreau",
    "ada",
    "Zoë Kaya",
    "김민준",
    "Ada 10",
    "Ada 9",
    "<b>Eve</b>",
    "=cmd|' /C calc'!A0",
    "Wolfeschlegelsteinhausenbergerdorff" * 2,
]
# What someone does on the page, one thing after the other, and what is seen after each.
DO = """
const all = (what) => [...document.querySelectorAll(what)];
const names = () => all("#roll tbody tr:not([hidden]) th").map((one) => one.textContent);
const press = (column) => all("#roll th button")[column].click();
const find = (words) => {
  const field = document.getElementById("find");
  field.value = words;
  field.dispatchEvent(new Event("input"));
};
const seen = { tables: all("table.sortable").map((one) => [one.tHead.querySelectorAll("button").length, one.tHead.rows[0].cells.length]) };
press(0);
seen.downwards = names();
press(1);
seen.scores = all("#roll tbody tr").map((row) => row.cells[1].textContent);
seen.direction = all("#roll th").map((head) => head.getAttribute("aria-sort"));
find("ADA 1");
seen.found = [names(), document.querySelector(".find output").textContent];
find("\\u1106\\u1175\\u11ab");
seen.decomposed = names();
dispatchEvent(new Event("beforeprint"));
seen.printed = all("details[open]").length;
dispatchEvent(new Event("afterprint"));
seen.folded = all("details[open]").length;
"""


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page on a class in which everything occurs."""
    rng = random.Random(0)
    records = [
        graded(
            name,
            check("heat/adds_up") if rng.random() < 0.5 else failed(hint=rng.choice([MISTAKE, None]), file="maps.py", line=10),
            check("class_visualization/ends", points=2.5),
            failed("class_visualization/is_" + "very_" * 30 + "long", "took longer than 5 seconds and was stopped", "look", 1.0),
            sources={"maps.py": SOLVED},
            seconds=20 * rng.random(),
        )
        for name in NAMES
    ]  # fmt: skip
    records.append(graded("Ünal", problem="the archive is damaged: " + "very " * 40))
    out = tmp_path_factory.mktemp("class")
    return write(look_at(records, Handout()), out, "Homework 3", {"ada": "pages/ada.html"})


@pytest.fixture(scope="module")
def seen(page, tmp_path_factory):
    """What is seen on the page while someone works with it."""
    return measure(page, tmp_path_factory.mktemp("profile"), do=DO, also="seen")["also"]


def test_the_browser_has_nothing_to_complain_about(page, tmp_path):
    """No error of the script, nothing that the page's own policy forbids."""
    assert complaints(page, tmp_path) == []


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_it_fits_a_phone_and_a_screen(page, width, dark, tmp_path):
    """Also with everything unfolded: what is wide scrolls in its own frame."""
    found = measure(
        page,
        tmp_path,
        width=width,
        dark=dark,
        do="document.querySelectorAll('details').forEach((one) => { one.open = true; });",
    )

    assert (found["width"], found["scrolled"] <= width, found["wide"]) == (width, True, [])
    assert found["unfolded"] > 3
    assert found["background"] == ("rgb(20, 22, 27)" if dark else "rgb(247, 246, 243)")


def test_tables_are_sorted_by_any_column(seen):
    """Numbers as numbers, from the largest; names as people sort them; a second press turns it round."""
    by_name, scores = seen["downwards"], seen["scores"]

    assert by_name.index("Ada 10") < by_name.index(
        "Ada 9"
    )  # upwards from the start, so downwards: 10 before 9
    assert by_name.index("Zoë Kaya") < by_name.index("Élodie Moreau") < by_name.index("ada")
    assert len(scores) == len(NAMES) + 1
    assert scores[-1] == "none"
    assert len(set(scores)) > 2
    assert [float(score) for score in scores[:-1]] == sorted(map(float, scores[:-1]), reverse=True)
    assert [one for one in seen["direction"] if one] == [seen["direction"][1]] == ["descending"]


def test_every_table_can_be_sorted_from_the_keyboard(seen):
    """By buttons, one for each column."""
    assert len(seen["tables"]) >= 6
    assert all(buttons == columns for buttons, columns in seen["tables"])


def test_a_student_is_found_by_a_part_of_the_name(seen):
    """However it is written, and the page says how many are left."""
    assert seen["found"] == [["Ada 10"], "1 of 10"]
    assert seen["decomposed"] == ["김민준"]


def test_print_shows_all_that_is_folded(page, seen):
    """And folds it again afterwards."""
    assert (seen["printed"], seen["folded"]) == (len(re.findall("<details", page.read_text("utf-8"))), 0)
