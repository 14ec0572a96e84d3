"""Pages of real runs: in a browser without a complaint, at the width of a phone, and official ones without an answer."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest

from fixtures.store import DATA_FOLDER, open_store
from grader.checking.reducing import reduce
from grader.evidence import Evidence, Exhibit, pack, unpack
from grader.reports.page.draw import draw_map, scale_of
from tests.browser import CHROMIUM, complaints, measure, screenshot
from tests.command_line import ROOT, SUBMISSIONS, read_result, run_grader

EXERCISES = ("-e", "filters", "-e", "gradcam", "-e", "fooling")
BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="needs chromium, which is not on this machine")
PLACES = {
    "half_done": (SUBMISSIONS / "half_done", 1),
    "perfect": (ROOT / "reference", 0),
    "untouched": (ROOT / "assignment", 1),
    "raises": (SUBMISSIONS / "raises", 2),
    "loops": (SUBMISSIONS / "infinite_loop", 2),
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory, needed):
    """The pages of some submissions, written by `python -m grader`."""
    made = {}
    for name in needed("name") or ["half_done"]:
        folder, code = PLACES[name]
        out = tmp_path_factory.mktemp(name)
        more = ("-e", "saliency", "--timeout", "3") if name in ("loops", "raises") else ()
        ended = run_grader(folder, *EXERCISES, *more, "--format", "html,json", "--out", out)
        assert (ended.returncode, ended.stdout) == (code, ""), ended.stderr
        assert f"grader: the page is {out / 'result.html'}\n" in ended.stderr
        made[name] = out / "result.html"
    return made


@pytest.fixture(scope="module")
def official(tmp_path_factory):
    """A folder with the results of half_done as a student may see them after an official run."""
    out = tmp_path_factory.mktemp("official")
    options = ("--audience", "student", "--fixtures", DATA_FOLDER, "--format", "html,json", "--out", out)
    ended = run_grader(SUBMISSIONS / "half_done", *EXERCISES, *options)
    assert ended.returncode == 1, ended.stderr
    return out


def expected_picture(case, *, signed=True):
    """Return the address of the expected map of a case, as a page would hold it."""
    evidence = Evidence("", (Exhibit("map", reduce(case.expected, None).yours),))
    shown = unpack(pack(evidence)).exhibits[0].yours
    return draw_map(shown, scale_of(shown, signed=signed))


@pytest.mark.parametrize("name", ["half_done"])
def test_what_is_expected_is_on_a_students_own_page(pages, name):
    """With the fixtures that everybody has; so the next test looks for the right thing."""
    case = open_store().case("gradcam/first_scene")
    assert expected_picture(case) in pages[name].read_text("utf-8")


def test_an_official_page_holds_no_answer(official):
    """No expected map in either scale, no difference, no input; verdicts and the student's own picture are there."""
    text = (official / "result.html").read_text("utf-8")
    case = open_store().case("gradcam/first_scene")
    captions = set(re.findall(r"<figcaption>(.*?)</figcaption>", text))

    assert captions == {"yours", "the figure that you drew"}
    assert expected_picture(case) not in text
    assert expected_picture(case, signed=False) not in text
    assert "not right yet" in text
    assert 'class="mark"' not in text
    assert "asked" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)


def test_official_reasons_tell_of_the_students_code_only(official):
    """What raises is told; by how much an answer is off, and what was printed, is not."""
    checks = read_result(official)["checks"]
    messages = {check["message"] for check in checks if check["exercise"] == "gradcam"}

    assert messages - {""} == {"the result is not what is expected"}
    assert any(check["hint"] for check in checks)
    assert not any(check["prints"] for check in checks)


@BROWSER
@pytest.mark.parametrize("name", PLACES)
def test_the_browser_has_nothing_to_complain_about(pages, name, tmp_path):
    """No error of the script, nothing that the page's own policy forbids."""
    assert complaints(pages[name], tmp_path) == []


@BROWSER
def test_complaints_are_heard(tmp_path):
    """A script that fails is seen, so silence means something."""
    (tmp_path / "bad.html").write_text("<!doctype html><script>nothing.at.all</script>")
    assert len(complaints(tmp_path / "bad.html", tmp_path / "profile")) == 1


@BROWSER
@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(("width", "dark"), [(390, True), (1280, False)])
def test_it_fits_a_phone_and_a_screen(pages, name, width, dark, tmp_path):
    """Also with everything unfolded: no sideways scrolling, every picture is there, light or dark as is asked."""
    unfold = "document.querySelector('button').click();"
    found = measure(pages[name], tmp_path, width=width, dark=dark, do=unfold)

    assert found["width"] == width
    assert found["scrolled"] <= width
    assert found["wide"] == []
    assert found["broken"] == 0
    assert found["unfolded"] > 1
    assert found["background"] == ("rgb(20, 22, 27)" if dark else "rgb(247, 246, 243)")


@BROWSER
@pytest.mark.parametrize("name", ["half_done"])
def test_the_buttons_and_the_address_work(pages, name, tmp_path):
    """Only what is not right; and a link to a check unfolds it."""
    first = measure(pages[name], tmp_path / "a")
    second = measure(pages[name], tmp_path / "b", do="document.querySelectorAll('button')[1].click();")
    third = measure(pages[name], tmp_path / "c", anchor="filters/shows_the_title")

    assert first["buttons"] == ["Unfold all", "Only what is not right"]
    assert (first["unfolded"], first["hidden"], third["unfolded"]) == (1, 0, 2)
    assert second["hidden"] > 5


@BROWSER
@pytest.mark.parametrize("name", ["perfect"])
def test_a_perfect_page_is_small_quick_and_full_of_pictures(pages, name, tmp_path):
    """Under 3 MB, a picture for each exercise, drawn within seconds by a browser that has to start first."""
    text = pages[name].read_text("utf-8")
    picture = tmp_path / "page.png"
    began = time.perf_counter()
    screenshot(pages[name], tmp_path / "profile", picture, width=1280, height=900)

    assert len(text) < 3_000_000
    assert time.perf_counter() - began < 30
    assert picture.stat().st_size > 30_000
    for exercise in ("filters", "gradcam", "fooling"):
        section = text.partition(f'<h2 id="{exercise}"')[2].partition("</section>")[0]
        assert section.count("<figure>") >= 5


def test_nothing_is_kept_where_no_page_is_asked_for(tmp_path):
    """The grader is as quick as it was."""
    spoilt = "import sys, grader.checking.evidence as e; e.Witness.__init__ = lambda *a, **k: sys.exit('a witness')"
    program = ("-c", f"{spoilt}\nfrom grader.__main__ import main; sys.exit(main(sys.argv[1:]))")
    ended = run_grader(
        ROOT / "reference", "-e", "filters", "--format", "json", "--out", tmp_path, program=program
    )
    assert ended.returncode == 0, ended.stderr
    assert np.isclose(read_result(tmp_path)["score"], 10)
