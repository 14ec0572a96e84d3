"""The page on a class tells what the grades hold, lets nobody's text in as markup or formula, and can be heard and sorted."""

from __future__ import annotations

import csv
import dataclasses
import io
import re
from itertools import pairwise

import pytest

from grader.class_page import csv_files
from grader.class_page.examples import Examples
from grader.class_page.histogram import count_scores, draw_histogram
from grader.class_page.links import find_links
from grader.class_page.page import FILE, look_at, render, write
from grader.class_page.records import read_class
from grader.class_page.tables import share
from grader.class_page.tally import skeleton, tally_checks, tally_mistakes
from grader.class_page.written import Handout
from grader.errors import Unusable
from grader.reports.page.text import clean
from tests.graded_class import MISTAKE, check, failed, graded
from tests.test_page import HOSTILE, Reader

STUB = failed("heat/adds_up", "not written yet: heat in maps.py", None)
STOPPED = failed(
    "cold/ends", "heat took longer than 5 seconds and was stopped", "look for a loop", points=2.0
)
NAMES = ["Zoë", "김민준", "ada", "Łukasz Dvořák", "O'Brien, Haruto"]
FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\t=1", "=cmd|' /C calc'!A0", '" =1', "a;=1", "%0A=1", "\uff1d1"]
CLASS = (
    graded("Zoë", check(), check("cold/ends", points=2.0), seconds=3.0),
    graded("김민준", failed(), STOPPED, seconds=9.0),
    graded("ada", STUB, check("cold/ends", points=2.0)),
    graded("Łukasz Dvořák", failed(hint=None, message="off by 3 % (maps.py, line 4: x = 1)"), check("cold/ends", points=2.0)),
    graded("O'Brien, Haruto", problem="the archive is damaged"),
)  # fmt: skip


def looked(*records):
    return look_at(records or CLASS, Handout())


def text_of(*records, links=None, title="Homework 3"):
    return render(looked(*records), title, links or {})


def read(*records, **about):
    return Reader(text_of(*records, **about))


def rows_of(text):
    """Return the rows of a file for spreadsheets, by their heads."""
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_the_page_is_html_without_an_error():
    """As a parser of the standard's own algorithm reads it; also of a class of none and of one."""
    html5lib = pytest.importorskip("html5lib")
    for records in (CLASS, CLASS[:1], CLASS[4:], [graded(words, failed(hint=words)) for words in HOSTILE]):
        html5lib.HTMLParser(strict=True).parse(text_of(*records))
    html5lib.HTMLParser(strict=True).parse(render(look_at([], Handout()), "none", {}))


def test_the_class_is_told_in_figures():
    """Those without a score count as students, and not as points."""
    words = read().text
    for said in (
        "5 students",
        "2 of 5 median score",
        "2.2 of 5 mean score",
        "1 with full marks",
        "1 not graded",
        "1 with a timeout",
    ):
        assert said in words, said
    assert "1 without a score is left out" in words


def test_a_student_without_a_report_has_no_points():
    """Nor is a fault of the grader's kept quiet; it is not counted as a failure of the student's."""
    faulty = graded("a", check(status="error", points=3.0), check("cold/ends"))
    none = graded("b")
    words = read(faulty, none).text

    assert "1 check was not graded, through no fault of the student (heat); grade it again" in words
    assert "there is no report on it; grade it again" in words
    (tally,) = [one for one in tally_checks(read_class([faulty])) if one.id == "heat/adds_up"]
    assert (tally.faults, tally.failed, tally.lost) == (1, 0, 0.0)


def test_adjustments_count_and_are_told():
    """Points by hand, with the reason in the file."""
    page = looked(graded("a", check(), adjustments=((2.0, "was ill"), (-0.5, "late"))))
    words = Reader(render(page, "t", {})).text
    (row,) = rows_of(csv_files.scores_csv(page.students))

    assert "4.5 , 3 by the grader, +1.5 by hand" in words
    assert (row["score"], row["automatic"], row["adjustment"]) == ("4.5", "3.0", "1.5")
    assert row["reasons"] == "was ill (+2), late (-0.5)"


def test_the_course_s_policies_count():
    """The final score of a report is the score; a bonus is beyond what is to be had, and no loss."""
    bonus = failed("more/bonus", points=4.0, bonus=True)
    effects = [{"policy": "late", "points": -1.0, "says": "late", "exactly": "1 day late: 1 point less"}]
    final = {"score": 2.0, "max_score": 3.0, "effects": effects}
    late = graded("late", check(), bonus)
    page = looked(
        dataclasses.replace(late, result=late.result | {"final": final}), graded("b", check(), bonus)
    )
    (b, row) = rows_of(csv_files.scores_csv(page.students))

    assert (row["score"], row["max_score"], row["policies"]) == ("2.0", "3.0", "late (-1)")
    assert (b["score"], b["max_score"], b["policies"]) == ("3.0", "3.0", "")
    assert [(one.id, one.lost) for one in page.checks] == [("heat/adds_up", 0.0), ("more/bonus", 0.0)]
    words = Reader(render(page, "t", {})).text
    assert "2.5 of 3 median score" in words
    assert "Heat 100 % of 3" in words
    assert "More 100 %" not in words


def test_checks_are_sorted_by_what_they_cost():
    """All students together; code that is not written is told apart, and so is what got no hint."""
    heat, cold = tally_checks(read_class(CLASS))
    assert (heat.id, heat.lost, heat.asked, heat.failed, heat.unwritten, heat.unexplained) == (
        "heat/adds_up",
        9.0,
        4,
        3,
        1,
        1,
    )
    assert (cold.id, cold.lost, cold.timeouts) == ("cold/ends", 2.0, 1)


def test_what_a_check_cost_is_shared_among_all_who_were_graded():
    """Also where not all were asked for it, so that the rows stand in the order of the column."""
    records = [
        graded("a", failed("x/rare", points=8.0), check("y/usual")),
        graded("b", failed("y/usual")),
        graded("c", failed("y/usual")),
    ]
    words = read(*records, graded("d", problem="none")).text
    assert words.index("It rare. X 2.67 of 2.67") > 0
    assert words.index("It rare. X 2.67") < words.index("It usual. Y 2.00 of 3")


def test_mistakes_are_counted_by_students():
    """Not by checks; a stub is no mistake, and failures without a hint are told by what was said, numbers aside."""
    twice = graded("b", failed(), failed("heat/other"))
    mistakes = tally_mistakes(
        read_class(
            [*CLASS, twice, graded("c", failed(hint=None, message="off by 4.5 % (maps.py, line 9: y)"))]
        )
    )
    told = {(mistake.hint or mistake.message): len(mistake.cases) for mistake in mistakes}

    assert told == {MISTAKE: 2, "look for a loop": 1, "off by … %": 2}
    assert next(mistake for mistake in mistakes if mistake.hint == MISTAKE).lost == 9.0
    assert len(next(mistake for mistake in mistakes if mistake.hint == MISTAKE).checks) == 2


def test_messages_that_differ_in_numbers_and_places_are_one():
    """Whatever numbers a student's code made."""
    first = "step 1 of 1 is off by 88 % of its norm, 87,554 times (a.py, line 3: x = f(1)); at −1.5e-05"
    second = "step 2 of 3 is off by 7 % of its norm, 1 times (b.py, line 33: y = g(x)[0]); at 2"
    assert skeleton(first) == skeleton(second)
    assert skeleton(first) != skeleton(first.replace("norm", "sum"))


SOURCE = '''# Kim Mina, group 4
def heat(x):
    """By Kim Mina."""
    y = x  # Mina's own idea
    return y
'''


def test_an_example_names_nobody():
    """Comments and docstrings are gone; an example that mentions its writer is passed over, or has a gap."""
    place = {"file": "maps.py", "line": 4}
    mina = graded("Kim Mina", failed(message="Mina's map is off", **place), sources={"maps.py": SOURCE})
    other = graded(
        "Ada",
        failed(message="it is off", **place),
        sources={"maps.py": SOURCE.replace("y = x", "y = -x").replace("return y", "print(y)\n    return y")},
    )

    alone = Examples().of(tally_mistakes(read_class([mina]))[0])
    assert (alone.message, alone.code) == ("…'s map is off", "def heat(x):\n    y = x\n    return y")
    both = Examples().of(tally_mistakes(read_class([mina, other]))[0])
    assert both.message == "it is off"
    assert "Mina" not in both.code
    words = read(mina, other).text
    assert "y = -x" in words
    assert words.count("Mina") == 2  # among the students, and among the slowest


@pytest.mark.parametrize(
    "place",
    [{}, {"file": "maps.py", "line": 999}, {"file": "gone.py", "line": 1}, {"file": "maps.py", "line": 1}],
)
def test_an_example_does_without_lines(place):
    """Where they are not at hand."""
    mistake = tally_mistakes(read_class([graded("a", failed(**place), sources={"maps.py": SOURCE})]))[0]
    assert Examples().of(mistake).code == ""


@pytest.mark.parametrize("words", HOSTILE)
def test_no_text_gets_in_as_markup(words):
    """Names, reasons, hints, code, titles: all come out as the text that they are, once it is cleaned."""
    source = f"def heat(x):\n    y = {words!r}\n    y = y + y\n    y = y * 2\n    y = y - 1\n    return y\n"
    odd = failed(f"{words}/{words}", words, words, title=words, file="m.py", line=2)
    records = [
        graded(words, odd, sources={"m.py": source, words + ".py": source}, submission=words, remark=words, adjustments=((1.0, words),)),
        graded("b", odd, failed(hint=None, message=words), sources={"m.py": source}),
        graded(words * 2, problem=words),
    ]  # fmt: skip
    read_page = Reader(render(look_at(records, Handout(), [words + "absent"]), words, {}))
    plain = {tag for tag, _ in read().tags} | {"pre", "code", "h3", "abbr"}

    assert {tag for tag, _ in read_page.tags} <= plain
    assert len(read_page.having("script")) == len(read_page.having("style")) == 1
    assert not any(name.startswith("on") for _, attributes in read_page.tags for name in attributes)
    assert read_page.text.count(" ".join(clean(words).split()).removeprefix(": ")) >= 8


def test_nothing_comes_from_elsewhere():
    """Links lead to places within the page, to the files beside it, and to the students' pages; a policy forbids the rest."""
    read_page = read(links={"Zoë": "pages/Zo%C3%AB.html"})
    addresses = {
        value
        for _, attributes in read_page.tags
        for name, value in attributes.items()
        if name in ("src", "href")
    }
    files = {csv_files.SCORES, csv_files.CHECKS, csv_files.MISCONCEPTIONS, csv_files.LOOKALIKES}

    assert {one for one in addresses if not one.startswith(("#", "data:"))} == files - {
        csv_files.LOOKALIKES
    } | files & addresses | {"pages/Zo%C3%AB.html"}
    assert "url(" not in text_of()
    policy = next(attributes["content"] for attributes in read_page.having("meta") if "content" in attributes)
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_it_can_be_heard():
    """Headings in order, one main, every table with a caption and heads of columns and rows, every field with a label."""
    read_page = read()
    levels = [int(tag[1]) for tag, _ in read_page.tags if re.fullmatch(r"h[1-6]", tag)]
    names = [attributes["id"] for _, attributes in read_page.tags if "id" in attributes]
    tables = len(read_page.having("table"))

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert len(names) == len(set(names))
    assert {a["href"][1:] for a in read_page.having("a") if a["href"].startswith("#")} <= set(names)
    assert {
        value
        for _, attributes in read_page.tags
        for key, value in attributes.items()
        if key in ("aria-labelledby", "for")
    } <= set(names)
    assert len(read_page.having("caption")) == len(read_page.having("thead")) == tables > 4
    assert all(head.get("scope") in ("col", "row") for head in read_page.having("th"))
    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in read_page.having("svg"))
    assert {field["id"] for field in read_page.having("input")} == {
        label["for"] for label in read_page.having("label")
    }
    assert all("tabindex" in box for box in read_page.having("div") if "scrolls" in box.get("class", ""))
    assert len(read_page.having("main")) == 1


def test_the_histogram_says_what_it_shows():
    """In words for whoever does not see it, and as a table with every student in it once."""
    scores = [0, 0, 49.99, 50, 100, 103, -2]
    bars = count_scores(scores, 100)
    drawn = draw_histogram(scores, 100)

    assert [(bar.low, bar.high, bar.count) for bar in bars if bar.count] == [
        (0, 10, 3),
        (40, 50, 1),
        (50, 60, 1),
        (90, 100, 2),
    ]
    assert (
        "Histogram of the scores of 7 students, of 100 points: median 49.99, lowest -2, highest 103;" in drawn
    )
    assert re.findall(r'<td class="number">(\d+)</td>', drawn) == [
        "3",
        "0",
        "0",
        "0",
        "1",
        "1",
        "0",
        "0",
        "0",
        "2",
    ]
    assert len(count_scores([1.0] * 60, 100)) == 20
    assert all(0 <= float(place) <= 100 for place in re.findall(r'"(-?[\d.]+)%"', drawn))


def test_a_score_on_an_edge_is_in_the_bar_that_begins_there():
    """Whatever floating point makes of a tenth of the points."""
    for most in (tenths / 10 for tenths in range(1, 400)):
        for number in range(10):
            bars = count_scores([number * most / 10], most)
            assert [bar.count for bar in bars].index(1) == number, (most, number)


def test_students_who_could_have_other_points_are_compared_in_per_cent():
    """And the page says so."""
    words = read(graded("a", check()), graded("b", check(points=10.0))).text
    assert "100 of 100 median score" in words
    assert "compared in per cent" in words


def test_shares_do_not_round_somebody_to_nobody():
    """Nor all but one to all."""
    assert [share(*some) for some in ((0, 9), (1, 999), (1, 3), (998, 999), (9, 9), (0, 0))] == [
        "0 %",
        "under 1 %",
        "33 %",
        "over 99 %",
        "100 %",
        "0 %",
    ]


@pytest.mark.parametrize("words", FORMULAS)
def test_no_cell_is_a_formula(words):
    """Whoever the student is, and whatever the submission is called, in all four files."""
    source = "def f(x):\n    x = 1\n    x = 2\n    x = 3\n    x = 4\n    return x\n"
    page = looked(
        graded(words, failed(words, words, words, title=words), submission=words, remark=words, sources={f"{words}.py": source, "a.py": source}),
        graded("b", sources={"a.py": source}, problem=words),
    )  # fmt: skip
    files = (
        csv_files.scores_csv(page.students), csv_files.checks_csv(page.checks),
        csv_files.misconceptions_csv(page.mistakes), csv_files.lookalikes_csv(page.lookalikes.groups),
    )  # fmt: skip
    for text in files:
        for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
            for cell in row:
                harmless = cell.startswith("'") or not re.match(r"[\s\"']*[=+\-@|%\uff1d]", cell)
                assert harmless or re.fullmatch(r"-?[\d.e+-]+", cell), cell
                assert not re.search(r";\s*[=+\-@]", cell)
    assert len(rows_of(files[3])) == 2


def test_the_files_hold_the_tables():
    """Read back as a spreadsheet would: every student once, numbers as numbers."""
    page = looked()
    scores = rows_of(csv_files.scores_csv(page.students))
    checks = rows_of(csv_files.checks_csv(page.checks))
    misconceptions = rows_of(csv_files.misconceptions_csv(page.mistakes))

    assert sorted(row["student"] for row in scores) == sorted(NAMES)
    by_name = {row["student"]: row for row in scores}
    assert (by_name["Zoë"]["score"], by_name["Zoë"]["heat"], by_name["Zoë"]["cold"]) == ("5.0", "3.0", "2.0")
    assert (by_name["O'Brien, Haruto"]["score"], by_name["O'Brien, Haruto"]["problem"]) == (
        "",
        "the archive is damaged",
    )
    assert [(row["check"], row["failed"], row["points_lost"]) for row in checks] == [
        ("heat/adds_up", "3", "9.0"),
        ("cold/ends", "1", "2.0"),
    ]
    assert [row["hint"] for row in misconceptions] == [MISTAKE, "look for a loop", ""]
    assert not any(name in csv_files.misconceptions_csv(page.mistakes) for name in NAMES)


def test_of_two_records_of_a_student_the_later_counts():
    """And two students whose names look alike stay two."""
    students = read_class(
        [graded("a", check()), graded("a", failed()), graded("b\u200b", check()), graded("b", check())]
    )
    assert [(student.name, student.score) for student in students] == [("a", 0.0), ("b", 3.0), ("b (2)", 3.0)]


def test_links_lead_to_the_pages_that_are_there(tmp_path):
    """From wherever the page on the class lies, and in letters that an address may hold."""
    grades, out = tmp_path / "grades", tmp_path / "out" / "deep"
    (grades / "pages").mkdir(parents=True)
    (grades / "pages" / "김민준.html").write_text("")
    students = read_class([graded("김민준"), graded("b")])

    assert find_links(students, [out, grades], out, "{}.html".format) == {
        "김민준": "../../grades/pages/%EA%B9%80%EB%AF%BC%EC%A4%80.html"
    }
    assert find_links(students, [grades], grades, "{}.html".format) == {
        "김민준": "pages/%EA%B9%80%EB%AF%BC%EC%A4%80.html"
    }
    assert 'href="pages/%EA' in text_of(
        graded("김민준", check()), links=find_links(students, [grades], grades, "{}.html".format)
    )


def test_five_files_are_written_or_it_says_why(tmp_path):
    """Each whole or not at all."""
    write(looked(), tmp_path / "a", "t", {})
    assert sorted(path.name for path in (tmp_path / "a").iterdir()) == sorted(
        [FILE, csv_files.SCORES, csv_files.CHECKS, csv_files.MISCONCEPTIONS, csv_files.LOOKALIKES]
    )
    (tmp_path / "b").write_text("")
    with pytest.raises(Unusable, match="cannot be written to"):
        write(looked(), tmp_path / "b", "t", {})


def test_a_thousand_students_make_a_page_of_a_few_hundred_kilobytes():
    """What grows with the class is a row per student."""
    records = [
        graded(f"student {number}", failed(), *[check(f"e{n}/c") for n in range(6)]) for number in range(1000)
    ]
    assert len(text_of(*records)) < 1_000_000
