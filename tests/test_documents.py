"""What the project's pages point at is there: files, headings, commands of the Makefile."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LISTED = subprocess.run(
    ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
    cwd=ROOT, capture_output=True, text=True, check=False,
).stdout.split()  # fmt: skip
PAGES = LISTED or [path.relative_to(ROOT).as_posix() for path in ROOT.glob("[a-zA-Z]*/*.md")] + ["README.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)


def links_of(page):
    """Return where a page points to within the repository: path and heading, either may be empty."""
    text = CODE.sub("", (ROOT / page).read_text("utf-8"))
    found = [target for target in LINK.findall(text) if not re.match(r"[a-z]+:", target)]
    return [(page, *target.partition("#")[::2]) for target in found]


def anchors_of(page):
    """Return the names that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.*)$", CODE.sub("", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize(
    ("page", "path", "heading"),
    [link for page in PAGES for link in links_of(page)],
    ids=lambda part: part or "same page",
)
def test_every_link_leads_somewhere(page, path, heading):
    """Seen from the page's own folder, as GitHub and editors follow it; a heading is one of the page it leads to.

    Chapters of the handout are read as a part of assignment/README.md and of the notebooks beside it.
    """
    read_as = ROOT / (f"assignment/{Path(page).name}" if page.startswith("reference/handout/") else page)
    target = (read_as.parent / path).resolve() if path else ROOT / page
    assert target.is_relative_to(ROOT)
    assert target.exists()
    assert not heading or heading in anchors_of(target)


def test_the_pages_have_links():
    """The pattern finds those that are known to be there."""
    found = {link for page in PAGES for link in links_of(page)}
    assert ("assignment/README.md", "../docs/pictures/handout-saliency.png", "") in found
    assert ("README.md", "grader/exercises.toml", "") in [(page, path, head) for page, path, head in found]


def makefile_targets():
    """Return the targets that the Makefile calls phony and those that it has rules for."""
    text = (ROOT / "Makefile").read_text("utf-8")
    phony = set(re.findall(r"^\.PHONY:(.*)$", text, re.MULTILINE)[0].split())
    return phony, set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))


def test_every_target_has_a_rule():
    """And every rule is called phony, since none makes a file of its name."""
    phony, ruled = makefile_targets()
    assert phony == ruled


@pytest.mark.parametrize("page", PAGES)
def test_every_make_command_has_a_rule(page):
    """A page that says `make something` is true."""
    commands = re.findall(r"(?:`|^)make ([a-z][a-z-]*)", (ROOT / page).read_text("utf-8"), re.MULTILINE)
    assert set(commands) <= makefile_targets()[1]
