"""What the how-to pages say is what happens: every command is run, every file written; see tests/howto.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.howto import ROOT, Step, copy_checkout, do, matches, read_steps

PAGES = ("private-fixtures", "grade", "add-a-check", "add-an-exercise", "add-a-course", "policies")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_tells_what_happens(page, tmp_path):
    """From its first block to its last, in a copy of the repository; without what takes minutes."""
    _follow(page, tmp_path, slow=False)


@pytest.mark.slow
@pytest.mark.parametrize("page", ["private-fixtures"])
def test_a_page_tells_what_happens_in_minutes_too(page, tmp_path):
    """The blocks that are left out above among the others."""
    _follow(page, tmp_path, slow=True)


def _follow(page: str, folder: Path, *, slow: bool) -> None:
    steps = read_steps((ROOT / "docs" / f"{page}.md").read_text("utf-8"))
    copy_checkout(folder)
    for step in steps:
        if slow or not step.slow:
            assert (fault := do(step, folder)) == "", f"docs/{page}.md, {fault}"


def test_the_index_leads_to_every_page():
    """Nobody finds a page that nothing leads to."""
    index = (ROOT / "docs" / "README.md").read_text("utf-8")
    assert [page for page in PAGES if f"]({page}.md)" not in index] == []
    assert "](docs/README.md)" in (ROOT / "README.md").read_text("utf-8")


def test_blocks_are_read_by_what_stands_before_them():
    """Commands with what they print, files by their place; a block that nobody would run is told."""
    page = (
        "# A page\n\n```sh\nls\n```\n\n```text\na\n```\n\nNow write `a/b.toml`:\n\n```toml\nx = 1\n```\n\n"
        "In `c.py`:\n\n```diff\n-a\n+b\n```\n```sh slow\nsleep 9\n```\n"
    )
    assert read_steps(page) == [
        Step("run", "ls\n", 3, shown="a\n"),
        Step("write", "x = 1\n", 13, file="a/b.toml"),
        Step("in", "-a\n+b\n", 19, file="c.py"),
        Step("run", "sleep 9\n", 23, slow=True),
    ]
    with pytest.raises(
        ValueError, match="line 3: nobody knows what to do with this block of python language"
    ):
        read_steps("# A page\n\n```python\nx = 1\n```\n")


@pytest.mark.parametrize(
    ("shown", "printed", "same"),
    [
        ("a\nb", "a \nb\n\n", True),
        ("a … c\n", "a b c\n", True),
        ("a … c\n", "a b\nc\n", False),
        ("a\n…\nc\n", "a\nb\nb\nc\n", True),
        ("a\n…\nc\n", "a\nc\n", True),
        ("a\n", "a\nb\n", False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_what_is_shown_is_compared_line_by_line(shown, printed, same):
    """With room where the page leaves some."""
    assert matches(shown, printed) is same


def test_a_page_that_is_wrong_is_seen(tmp_path):
    """Another output, another exit code, a change of lines that are not there."""
    (tmp_path / "a.txt").write_text("one\ntwo\n")

    assert do(Step("run", "cat a.txt\n", 1, shown="one\n…\n"), tmp_path) == ""
    assert "does not print" in do(Step("run", "cat a.txt\n", 1, shown="one\n"), tmp_path)
    assert "exit code 3, expected 0" in do(Step("run", "exit 3\n", 1), tmp_path)
    assert "exit code 1, expected 0" in do(Step("run", "false\ntrue\n", 1), tmp_path)
    assert do(Step("run", "exit 1  # exit code 1\n", 1), tmp_path) == ""
    assert "holds the old lines 0 times" in do(Step("in", "-three\n+four\n", 1, file="a.txt"), tmp_path)
    assert do(Step("in", " one\n-two\n+three\n", 1, file="a.txt"), tmp_path) == ""
    assert (tmp_path / "a.txt").read_text() == "one\nthree\n"
