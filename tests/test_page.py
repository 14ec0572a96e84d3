"""The page holds what the result holds, lets nobody's text in as markup, and gives nothing away."""

from __future__ import annotations

import base64
import dataclasses
import io
import re
from html.parser import HTMLParser

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

from grader.errors import MISSING, Unusable
from grader.evidence import Evidence, Exhibit, Frame, pack
from grader.language import phrase
from grader.reports import page
from grader.reports.page.colours import DIVERGING, SEQUENTIAL
from grader.reports.page.draw import Scale, draw_map, draw_overlay, scale_of
from grader.result import CheckResult, SubmissionResult
from grader.sandbox.text import clean

RAMP = np.linspace(0, 1, 20 * 30, dtype=np.float32).reshape(20, 30)
PHOTO = (255 * np.random.default_rng(0).random((20, 30, 3))).astype(np.uint8)
PASSED = CheckResult("cam/a", "cam", "It adds up.", "passed", 3.0, 3.0, seconds=0.5)
FAILED = CheckResult(
    "cam/b", "cam", "It is fair.", "failed", 0.0, 2.0, "off by 3 %", "try again", prints="hello"
)
STUB = CheckResult("tsne/a", "tsne", "It maps.", "failed", 0.0, 5.0, "not written yet: tsne in embedding.py")
FAULTY = CheckResult("tsne/b", "tsne", "It rests.", "error", 0.0, 1.0, "the grader failed in this check")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</pre></details></main>",
    "</style><style>*{display:none}",
    "</script><script>alert(1)//",
    "$title ${style} {0} %s",
    "&lt;b&gt;",
    "::error::\x1b[31m\u202e\ud800\x00",
    "javascript:alert(1)//https://example.org",
]


def result_of(*checks, **changes):
    return SubmissionResult(
        **{"submission": "assignment", "checks": checks, "seconds": 1.2, "isolation": "a wall"} | changes
    )


def with_evidence(check, *exhibits, **about):
    return dataclasses.replace(check, evidence=pack(Evidence(exhibits=exhibits, **about)))


class Reader(HTMLParser):
    """Reads a page, complaining about tags that are not closed as they were opened."""

    VOID = ("meta", "link", "img", "br", "circle", "rect", "polyline", "input")

    def __init__(self, text):
        super().__init__()
        self.open, self.tags, self.words = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.open
        assert self.open.pop() == tag

    def handle_data(self, words):
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(words)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def having(self, name):
        return [attributes for tag, attributes in self.tags if tag == name]


def read(*checks, official=False, **changes):
    """Return the page of some checks, read."""
    return Reader(page.render(result_of(*checks, **changes), official=official))


EXHIBITS = {
    "map": Exhibit("map", RAMP, RAMP[::-1], RAMP - RAMP[::-1], PHOTO, "class 3", "image 2 of 5", (1, 2), "row 1", 0.5, False),
    "faint difference": Exhibit("signed", RAMP - 0.5, RAMP - 0.501, 0 * RAMP + 0.001, right=False),
    "right map": Exhibit("map", RAMP, RAMP, 0 * RAMP, PHOTO, right=True),
    "coarse map": Exhibit("map", RAMP[::5, ::5], asked=PHOTO),
    "not a number": Exhibit("map", RAMP * np.nan),
    "infinite": Exhibit("signed", np.full((5, 5), -np.inf, np.float32)),
    "zero": Exhibit("map", 0 * RAMP, 0 * RAMP, 0 * RAMP, right=False),
    "huge": Exhibit("map", RAMP * np.float32(1e38), RAMP, RAMP * np.float32(1e38), right=False),
    "tiny": Exhibit("map", RAMP * np.float32(1e-38), RAMP * np.float32(1e-38), 0 * RAMP, right=False),
    "one number": Exhibit("map", RAMP[:1, :1], right=None),
    "colours": Exhibit("colours", np.stack([RAMP] * 3, -1) - 0.5, np.stack([RAMP] * 3, -1), np.stack([RAMP] * 3, -1), right=False),
    "picture": Exhibit("picture", PHOTO, PHOTO[::-1].copy(), 1.0 * PHOTO, place=(0, 0), where="a tile", right=False),
    "another size": Exhibit("picture", PHOTO, PHOTO[:5, :5].copy(), right=False),
    "changed picture": Exhibit("picture", PHOTO, difference=0.01 * PHOTO, asked=PHOTO),
    "unchanged picture": Exhibit("picture", PHOTO, difference=0.0 * PHOTO, asked=PHOTO),
    "curve": Exhibit("curve", RAMP[0], RAMP[1], RAMP[0] - RAMP[1], right=False),
    "curve of nothing": Exhibit("curve", RAMP[0] * np.nan),
    "numbers": Exhibit("numbers", RAMP[0, :4], RAMP[1, :4], RAMP[0, :4], place=(0, 2), right=False),
    "no finite number": Exhibit("numbers", np.array([np.nan, np.inf], np.float32)),
    "points": Exhibit("points", RAMP[:, :2]),
    "no points": Exhibit("points", RAMP[:, :2] * np.nan),
    "text": Exhibit("text", np.zeros(0), text="Add <Mul>"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EXHIBITS)
def test_every_kind_of_answer_is_drawn(kind):
    """Whatever the numbers, with words for whoever does not see the pictures, and nothing from elsewhere."""
    read_page = read(with_evidence(FAILED, EXHIBITS[kind]), PASSED)
    images = read_page.having("img")

    assert all("alt" in image and image["src"].startswith("data:image/") for image in images)
    assert all(
        0 <= float(place) <= 100 for place in re.findall(r"(?:top|left):([-\d.]+)%", str(read_page.tags))
    )
    assert not re.search(
        r"nan|inf(?!inite|o)", str([a for tag, a in read_page.tags if tag in ("rect", "circle", "polyline")])
    )


def test_a_wrong_map_is_shown_beside_what_is_expected():
    """In the order in which they are read, with one colour bar and one ring in each."""
    text = page.render(result_of(with_evidence(FAILED, EXHIBITS["map"], called="f(x)")))
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", text)

    assert captions == ["given, for class 3", "yours", "expected", "difference"]
    assert text.count('class="bar"') == 1
    assert text.count('class="mark"') == 3
    for words in (
        "f(x)",
        "This is image 2 of 5.",
        "The ring marks row 1,",
        "yours is shown times 0.5",
        "try again",
    ):
        assert words in text


def test_a_faint_difference_is_drawn_stronger_and_says_so():
    """A thousandth of the scale would not be seen."""
    text = page.render(result_of(with_evidence(FAILED, EXHIBITS["faint difference"])))
    assert "difference, ×\u00a0100" in text
    assert "The difference is drawn 100 times as strong." in text


def test_a_right_map_is_laid_over_its_picture():
    """There is nothing to compare it with; it is worth looking at."""
    text = page.render(result_of(with_evidence(PASSED, EXHIBITS["right map"])))
    assert re.findall(r"<figcaption>(.*?)</figcaption>", text) == ["given", "yours", "yours, laid over"]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_text_gets_in_as_markup(words):
    """Every field that a student or a folder can name comes out as the text that it is, once it is cleaned."""
    frame = Frame(words, 3, words, 2, (words, words))
    exhibit = Exhibit("text", np.zeros(0), text=words)
    drawn = Exhibit("map", RAMP, RAMP, RAMP, PHOTO, words, words, (0, 0), words, 1.0, False)
    odd = CheckResult(words, words, words, "failed", 0.0, 1.0, words, words, prints=words)
    odd = [with_evidence(odd, exhibit, called=words, frames=(frame,)), with_evidence(odd, drawn)]
    read_page = read(*odd, submission=words, isolation=words, notices=(words,))
    plain = read(PASSED)

    allowed = {tag for tag, _ in plain.tags} | {"img", "figure", "figcaption", "pre", "i", "b", "h4", "code"}
    assert {tag for tag, _ in read_page.tags} <= allowed | {"ul", "li", "details", "summary"}
    assert len(read_page.having("script")) == len(read_page.having("style")) == 1
    assert not any(name.startswith("on") for _, attributes in read_page.tags for name in attributes)
    shown = " ".join(clean(words).split()).removeprefix(": ")  # a blank takes the sting out of "::error::"
    assert read_page.text.count(shown) >= 8


def test_nothing_comes_from_elsewhere():
    """No address but data and places within the page, and a policy that would forbid any other."""
    drawn = [with_evidence(FAILED, exhibit) for exhibit in EXHIBITS.values()]
    read_page = read(*drawn, PASSED, STUB)
    addresses = [
        value
        for _, attributes in read_page.tags
        for name, value in attributes.items()
        if name in ("src", "href")
    ]

    assert addresses
    assert all(address.startswith(("data:", "#")) for address in addresses)
    assert "url(" not in page.render(result_of(*drawn))
    policy = next(attributes["content"] for attributes in read_page.having("meta") if "content" in attributes)
    assert policy.startswith("default-src 'none'; img-src data:;")


def test_links_within_the_page_lead_somewhere_and_names_are_used_once():
    """Each exercise and each check can be pointed at."""
    read_page = read(PASSED, FAILED, STUB)
    names = [attributes["id"] for _, attributes in read_page.tags if "id" in attributes]
    aims = [a["href"][1:] for a in read_page.having("a")]

    assert len(names) == len(set(names))
    assert {"cam", "tsne", "cam/a", "cam/b"} <= set(names)
    assert set(aims) <= set(names)


def test_points_and_verdicts_are_words_too():
    """Not only colours and signs."""
    text = read(PASSED, FAILED, FAULTY).text
    for words in (
        "passed",
        "not right yet",
        "the grader failed",
        "3 of 3",
        "0 of 2",
        "1 of 3 checks passed.",
    ):
        assert words in text
    assert 'aria-label="3 of 6 points"' in page.render(result_of(PASSED, FAILED, FAULTY))


def test_the_next_step_is_one_thing():
    """Code that is wrong comes before code that is not there; nothing after full points."""
    missing = dataclasses.replace(STUB, message=phrase(MISSING, file="tsne.py"))

    assert "work on Cam , then run python -m grader -e cam --open" in read(STUB, FAILED).text
    assert "begin with Tsne , then run" in read(PASSED, STUB).text
    assert "begin with Tsne , then run" in read(missing).text
    assert "Next:" not in read(PASSED, FAULTY).text
    assert 'class="check failed" id="cam/b" open' in page.render(result_of(STUB, PASSED, FAILED))


def test_an_exercise_that_is_not_written_takes_one_card():
    """Which says what is to be written, and what will be asked for; so does a missing file."""
    second = dataclasses.replace(STUB, id="tsne/c", title="It rests.")
    read_page = read(STUB, second)
    missing = dataclasses.replace(STUB, message="embedding.py is missing")

    assert len(read_page.having("details")) == 1
    assert "Not written yet: tsne in embedding.py" in read_page.text
    assert "It maps. It rests." in read_page.text
    assert "Nothing is written yet; 2 checks wait." in read_page.text
    assert read(missing, dataclasses.replace(missing, id="tsne/c")).text.count("embedding.py is missing") == 1


def test_an_exception_is_shown_in_the_students_own_lines():
    """The line itself is marked; a stub needs no traceback."""
    frame = Frame("saliency.py", 5, "f", 4, ("def f(X):", "    return X / 0", ""))
    text = page.render(result_of(with_evidence(FAILED, frames=(frame,)), PASSED))

    assert "stopped at saliency.py, line 5, in <code>f</code>" in text
    assert '<span class="line here"><i>5</i>    return X / 0</span>' in text
    assert "stopped at" not in page.render(result_of(with_evidence(STUB, frames=(frame,)), PASSED))


def test_notices_faults_and_official_mode_are_said():
    """Once, at the top."""
    text = read(PASSED, FAULTY, official=True, notices=("saliency.py is missing",)).text
    for words in (
        "saliency.py is missing",
        "The grader itself failed in the checks marked",
        "not handed out",
    ):
        assert text.count(words) == 1
    assert "not handed out" not in read(PASSED).text
    assert "Isolation: a wall" in text


def test_missing_files_are_told_in_one_sentence():
    """Beside the other notices."""
    missing = [
        f"{name}.py is missing; hand in the file even where its functions are not written yet"
        for name in "ab"
    ]
    text = read(PASSED, notices=(*missing, "something else")).text

    assert "a.py, b.py are missing; hand in the files even where their functions are not written yet" in text
    assert "something else" in text
    assert missing[0] in read(PASSED, notices=missing[:1]).text


def test_a_figure_that_the_student_drew_is_kept():
    """If it is a PNG of a sensible size."""
    buffer = io.BytesIO()
    Image.fromarray(PHOTO).save(buffer, "png")
    drawn = dataclasses.replace(PASSED, picture=buffer.getvalue())
    other = [
        dataclasses.replace(PASSED, picture=data)
        for data in (b"<svg onload=alert(1)>", buffer.getvalue() + bytes(400_000))
    ]

    assert "the figure that you drew" in read(drawn, FAILED).text
    assert all("the figure that you drew" not in read(one, FAILED).text for one in other)


def test_maps_have_matplotlibs_colours():
    """The tables are copies; a map's pixels are its values' colours, and what is not a number shows what is behind."""
    for table, name in ((SEQUENTIAL, "inferno"), (DIVERGING, "RdBu_r")):
        colours = colormaps[name](np.arange(256))[:, :3]
        np.testing.assert_allclose(np.frombuffer(table, np.uint8).reshape(-1, 3) / 255, colours, atol=0.002)
    values = np.array([[-2.0, 0.0, 2.0], [np.nan, 9.0, np.inf]])
    pixels = np.asarray(opened(draw_map(values, Scale(signed=True, limit=2.0, clipped=True))).convert("RGBA"))
    expected = colormaps["RdBu_r"]([0, 127, 254])[:, :3] * 255

    np.testing.assert_allclose(pixels[0, :, :3], expected, atol=1)
    assert pixels[1, 0, 3] == pixels[1, 2, 3] == 0
    np.testing.assert_array_equal(pixels[1, 1], pixels[0, 2])


def opened(address):
    """Return the picture in an address."""
    return Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))


def test_scales_end_at_the_percentile():
    """A few extreme values do not darken the rest, and the bar says that they exist."""
    values = np.ones((100, 100))
    values[0, :50] = 1000.0
    assert scale_of(values, signed=False) == Scale(signed=False, limit=1.0, clipped=True)
    assert scale_of(np.zeros((3, 3)), signed=True) == Scale(signed=True, limit=1.0, clipped=False)


def test_an_overlay_leaves_what_is_zero_grey():
    """And colours the rest."""
    photo = np.repeat(np.repeat(PHOTO, 4, 0), 4, 1)
    values = np.zeros((4, 6))
    values[:, 3:] = 1.0
    pixels = np.asarray(
        opened(draw_overlay(photo, values, Scale(signed=False, limit=1.0, clipped=False))).convert("RGB")
    )
    spread = np.ptp(pixels.astype(int), axis=-1)

    assert spread[:, :40].max() < 25 < spread[:, 90:].min()


def test_the_page_is_written_whole_or_not_at_all(tmp_path):
    """And says where it is; a folder that cannot be written to is named."""
    file = page.write(result_of(PASSED), tmp_path / "a" / "b")
    assert [path.name for path in file.parent.iterdir()] == ["result.html"]
    (tmp_path / "out").write_text("")
    with pytest.raises(Unusable, match="cannot be written to"):
        page.write(result_of(PASSED), tmp_path / "out")


def test_the_browser_is_opened_where_that_is_asked(tmp_path, monkeypatch, capsys):
    """With the file's own address."""
    opened_pages = []
    monkeypatch.setattr("webbrowser.open", opened_pages.append)
    file = page.write(result_of(PASSED), tmp_path)
    page.tell(file, opened=False, quiet=True)
    assert (opened_pages, capsys.readouterr().err) == ([], "")
    page.tell(file, opened=True, quiet=False)
    assert opened_pages == [file.as_uri()]
    assert capsys.readouterr().err == f"grader: the page is {file}\n"


@pytest.mark.parametrize("official", [False, True])
def test_the_page_is_html_without_an_error(official):
    """As a parser of the standard's own algorithm reads it."""
    html5lib = pytest.importorskip("html5lib")
    drawn = [with_evidence(FAILED, EXHIBITS[kind]) for kind in ("map", "curve", "numbers", "points", "text")]
    text = page.render(result_of(PASSED, *drawn, STUB, FAULTY), official=official)
    html5lib.HTMLParser(strict=True).parse(text)
