import re
from pathlib import Path

import matplotlib as mpl
import pytest
from PIL import Image

from fixtures import handout_pictures
from fixtures.handout_pictures import draw_handout_pictures, picture_names
from fixtures.handout_pictures.__main__ import main

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def keep_backend():
    with mpl.rc_context():
        yield


def test_every_picture_of_the_handout_can_be_drawn_and_is_used():
    """A file for each module, and a place in the text for each."""
    drawn = {path.stem.removeprefix("handout-") for path in (ROOT / "docs/pictures").glob("handout-*.png")}
    shown = re.findall(r"docs/pictures/handout-(\w+)\.png", (ROOT / "assignment/README.md").read_text())
    assert set(picture_names()) == drawn == set(shown)


def test_a_picture_is_found_by_its_name(tmp_path, monkeypatch):
    """A new module of the package is a new picture; one with an underscore is none."""
    (tmp_path / "dot.py").write_text(
        "import matplotlib.pyplot as plt\n\ndef draw():\n    plt.plot([1], [1], 'o')\n"
    )
    (tmp_path / "_shared.py").write_text("")
    monkeypatch.setattr(handout_pictures, "__path__", [str(tmp_path)])
    assert picture_names() == ("dot",)
    (path,) = draw_handout_pictures(tmp_path / "out")
    with Image.open(path) as picture:
        assert (path.name, picture.format) == ("handout-dot.png", "PNG")


def test_one_picture_can_be_asked_for(tmp_path, capsys):
    """And is the same each time."""
    for name in ("a", "b"):
        assert main(["filters", "--out", str(tmp_path / name)]) == 0
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["handout-filters.png"]
    first, second = ((tmp_path / name / "handout-filters.png").read_bytes() for name in ("a", "b"))
    assert first == second


def test_a_picture_that_there_is_not_is_refused(tmp_path, capsys):
    """With the names that there are."""
    with pytest.raises(SystemExit) as exit:
        main(["filter", "--out", str(tmp_path)])
    assert exit.value.code == 2
    assert re.search(r"expected a picture among .*filters.*, got 'filter'", capsys.readouterr().err)


@pytest.mark.slow
@pytest.mark.parametrize("name", picture_names())
def test_every_picture_is_drawn(name, tmp_path):
    """As wide as a page shows it."""
    (path,) = draw_handout_pictures(tmp_path, [name])
    with Image.open(path) as picture:
        assert 150 < picture.width < 1200
        assert 150 < picture.height < 800
        assert len(picture.convert("RGB").getcolors(1 << 24)) > 2
