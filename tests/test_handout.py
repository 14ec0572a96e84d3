import ast
import re
import struct
from pathlib import Path

import pytest

from grader.exercises import read_exercises
from grader.options import parse_options
from reference.__main__ import main
from reference.chapters import MODULES, ChapterError, read_built_exercises, read_chapters
from reference.readme import write_points, write_readme

ROOT = Path(__file__).parents[1]
README = ROOT / "assignment" / "README.md"
EXERCISES = read_built_exercises(ROOT / "reference")
CHAPTERS = {chapter.module: chapter for chapter in read_chapters(ROOT / "reference/handout", EXERCISES)}


@pytest.fixture(scope="module")
def text() -> str:
    return README.read_text()


def functions_of(module: str) -> list[str]:
    tree = ast.parse((ROOT / "assignment" / f"{module}.py").read_text())
    return [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]


def section_of(text: str, module: str) -> str:
    return text.split(f"\n## {CHAPTERS[module].title}\n")[1].split("\n## ")[0]


def rows_of(text: str) -> list[tuple[str, list[str], int]]:
    """Return the rows of both tables: name, functions, points."""
    rows = re.findall(r"^\| \[?(\w+)\]?\S* \| (.*) \| (\d+) \|$", text, re.MULTILINE)
    return [(name, re.findall(r"`(\w+)`", functions), int(points)) for name, functions, points in rows]


def test_the_handout_and_the_notebooks_are_up_to_date(capsys):
    """What lies in assignment/ is what the chapters give."""
    assert main(["handout", "--check", "--out", str(ROOT / "assignment")]) == 0, capsys.readouterr().err


def test_the_table_is_that_of_the_grader(text):
    """The names, functions and points of every exercise that is built, in the order of the chapters."""
    graded = [(row.name, [*row.functions], int(row.points)) for row in EXERCISES]
    assert sorted(rows_of(text)) == sorted(graded)
    modules = [
        row.module for name, *_ in rows_of(text) for row in EXERCISES if row.name == name and not row.further
    ]
    assert modules == sorted(modules, key=MODULES.index)


def test_the_core_adds_up(text):
    """One hundred points in the first table; the further exercises have a table and a sum of their own."""
    assert "| | **together** | **100** |" in text
    assert sum(row.points for row in EXERCISES if not row.further) == 100
    further = sum(row.points for row in EXERCISES if row.further)
    assert not further or f"| | **together** | **{further:g}** |" in text


def test_the_chapters_follow_the_course(text):
    """In the one order, each below its title."""
    titles = [chapter.title for chapter in CHAPTERS.values()]
    assert [*CHAPTERS] == [module for module in MODULES if module in CHAPTERS]
    assert [
        heading for heading in re.findall(r"^## (.*)$", text, re.MULTILINE) if heading in titles
    ] == titles


@pytest.mark.parametrize("module", CHAPTERS)
def test_every_chapter_is_told(text, module):
    """What to write, its points, what it teaches, and a picture."""
    section = section_of(text, module)
    assert all(f"`{function}(" in section for function in CHAPTERS[module].functions)
    assert write_points(CHAPTERS[module].exercises) in section
    assert re.search(r"\b[Yy]ou learn ", section)
    assert f"../docs/pictures/handout-{module}.png" in section


@pytest.mark.parametrize("module", CHAPTERS)
def test_every_picture_is_there_and_small(module):
    """A PNG that a page shows without delay."""
    data = (ROOT / "docs" / "pictures" / f"handout-{module}.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", data[16:24])
    assert len(data) < 250_000
    assert 150 < width < 1200
    assert 150 < height < 800


@pytest.mark.parametrize("module", CHAPTERS)
def test_a_chapter_asks_for_what_the_file_defines(module):
    """No function is forgotten, none is invented."""
    assert sorted(CHAPTERS[module].functions) == sorted(
        name for name in functions_of(module) if any(name in row.functions for row in read_exercises())
    )
    assert all(name in CHAPTERS[module].functions for name in functions_of(module))


def test_what_it_links_to_is_there(text):
    """Files beside it and headings in it, named as GitHub names them."""
    headings = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in anchors, link
        elif not link.startswith("http"):
            assert (ROOT / "assignment" / link).exists(), link


def test_every_command_is_one_that_the_grader_understands(text):
    """The command lines shown are parsed by the grader itself."""
    commands = re.findall(r"^python -m grader(.*?)(?:#.*)?$", text, re.MULTILINE)
    assert len(commands) >= 3
    for command in commands:
        parse_options(command.split())


def test_formulas_are_closed(text):
    """GitHub shows a formula only between a pair of dollar signs."""
    without_code = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    assert without_code.count("$$") % 2 == 0
    assert without_code.replace("$$", "").count("$") % 2 == 0


@pytest.mark.parametrize("module", CHAPTERS)
def test_nothing_solved_is_handed_out(module):
    """Every function of a stub is its docstring and one sentence that says what to write."""
    tree = ast.parse((ROOT / "assignment" / f"{module}.py").read_text())
    for function in (node for node in tree.body if isinstance(node, ast.FunctionDef)):
        assert ast.get_docstring(function)
        assert [ast.unparse(node) for node in function.body[1:]] == [
            f"raise NotImplementedError('{module}: write {function.name}')"
        ]


CHAPTER = """\
# Title

Text.

## Part

```python
# shown
f(x)
```

```python cell
# run
g(x)
```

More, see [there](#part).
"""


def read(folder, text, module="saliency"):
    (folder / f"{module}.md").write_text(text)
    (chapter,) = read_chapters(folder, EXERCISES)
    return chapter


def test_a_chapter_is_text_and_cells(tmp_path):
    """Code that is shown stays in the text; cells stand alone."""
    chapter = read(tmp_path, CHAPTER)
    assert chapter.title == "Title"
    assert [block.code for block in chapter.blocks] == [False, True, False]
    assert chapter.blocks[0].text == "Text.\n\n## Part\n\n```python\n# shown\nf(x)\n```"
    assert chapter.blocks[1].text == "# run\ng(x)"


def test_the_handout_has_the_text_without_the_cells(tmp_path):
    """One level deeper, but a comment in code is no heading."""
    written = write_readme("# Course\n\n<!-- tables -->", [read(tmp_path, CHAPTER)], EXERCISES)
    assert "## Title\n" in written
    assert "\n### Part\n\n```python\n# shown\nf(x)\n```\n\nMore, see" in written
    assert "# run" not in written


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Title\n", r"saliency\.md:1: expected '# <Title>' in the first line, got 'Title'"),
        ("", "expected '# <Title>'"),
        ("# A\n\n# B\n", r":3: a chapter has one title"),
        ("# A\n\n```python cell\nx = 1\n", r":3: the block '```python cell' is never closed"),
        ("# A\n\n```sh\nx = 1\n", r":3: the block '```sh' is never closed"),
        ("# A\n\n```python cell\nx = 1\ny = (\n```\n", r":5: this is no Python"),
        ("# A\n\n```python cell\n# nothing\n```\n", ":3: the cell is empty"),
        ("# A\n\n```py cell\nx = 1\n```\n", r":3: expected '```python cell', got '```py cell'"),
    ],
)
def test_a_chapter_that_cannot_be_used_is_refused_with_its_line(tmp_path, text, said):
    """And with what to do about it."""
    with pytest.raises(ChapterError, match=said):
        read(tmp_path, text)


def test_a_chapter_of_no_module_is_refused(tmp_path):
    """A name that is misspelt would be left out silently."""
    with pytest.raises(ChapterError, match="expected a chapter named after one of autograd, filters"):
        read(tmp_path, CHAPTER, "salience")


def test_what_differs_is_listed(tmp_path, capsys):
    """Changed, missing and foreign files, with what to do."""
    assert main(["handout", "--out", str(tmp_path)]) == 0
    assert main(["handout", "--check", "--out", str(tmp_path)]) == 0
    (tmp_path / "saliency.ipynb").write_text("{}")
    (tmp_path / "README.md").write_text("mine")
    (tmp_path / "old.ipynb").write_text("{}")
    (tmp_path / "gradcam.ipynb").unlink()
    capsys.readouterr()
    assert main(["handout", "--check", "--out", str(tmp_path)]) == 1
    said = capsys.readouterr().err
    assert (
        "saliency.ipynb: differs from reference/handout/saliency.md; change that, then run: python -m reference handout"
        in said
    )
    assert "README.md: differs from reference/handout/" in said
    assert "gradcam.ipynb: missing; run: python -m reference handout" in said
    assert "old.ipynb: comes from no file of reference/; remove it" in said
