import ast
import json
import re

import nbformat
import pytest

from reference.chapters import read_built_exercises, read_chapters
from reference.notebooks import write_notebook
from tests.notebook_runs import ROOT, lay_out, run_notebook

REFERENCE = ROOT / "reference"
CHAPTERS = {
    chapter.module: chapter
    for chapter in read_chapters(REFERENCE / "handout", read_built_exercises(REFERENCE))
}
# Run with every test; the others take some ten seconds each.
QUICK = "saliency"
EACH = [module if module == QUICK else pytest.param(module, marks=pytest.mark.slow) for module in CHAPTERS]


def notebook(module):
    return ROOT / "assignment" / f"{module}.ipynb"


@pytest.mark.parametrize("module", EACH)
def test_with_the_reference_a_notebook_shows_pictures_and_no_error(module, tmp_path):
    """From top to bottom, with the solved functions beside it."""
    run = run_notebook(notebook(module), lay_out(tmp_path / "answers", [module]))
    assert run.errors == []
    assert run.pictures >= 1
    assert "Not written yet" not in run.text
    assert "This cell needs" not in run.text


@pytest.mark.parametrize("module", EACH)
def test_with_the_stubs_a_notebook_ends_and_names_every_missing_function(module, tmp_path):
    """Each in one line, where its result would stand."""
    run = run_notebook(notebook(module), lay_out(tmp_path / "answers", [module], "assignment"))
    assert run.errors == []
    said = {name for line in re.findall(r"Not written yet: (.*?)\.", run.text) for name in line.split(", ")}
    assert said == set(CHAPTERS[module].functions)


def write(path, cells):
    """Write a notebook whose first two cells are those of the saliency chapter, then some code."""
    made = json.loads(write_notebook(CHAPTERS["saliency"]))
    first = [cell for cell in made["cells"] if cell["cell_type"] == "code"][:2]
    more = [{**first[0], "id": f"more-{i}", "source": code} for i, code in enumerate(cells)]
    path.write_text(json.dumps(made | {"cells": [*first, *more]}))
    return path


def test_what_is_no_missing_function_stays_an_error(tmp_path):
    """A slip of the pen stops the notebook as ever, and so does what PyTorch has not implemented."""
    answers = lay_out(tmp_path / "answers", ["saliency"])
    for code, said in (
        ("1 + nothing_of_the_kind", "NameError"),
        ("raise NotImplementedError('on CUDA')", "on CUDA"),
    ):
        with pytest.raises(Exception, match=said) as failure:
            run_notebook(write(tmp_path / "slip.ipynb", [code, "print('went on')"]), answers)
        assert "went on" not in str(failure.value)


def test_a_notebook_follows_the_students_file(tmp_path):
    """A function that is written between two cells counts in the second, and what waited for it is not held back."""
    answers = lay_out(tmp_path / "answers", ["saliency"], "assignment")
    solved = lay_out(tmp_path / "solved", ["saliency"]) / "saliency.py"
    cells = [
        "model = load_model('tiny')\nmaps = compute_saliency_maps(torch.rand(2, 3, 6, 9), torch.tensor([0, 1]), model)",
        "print(maps.shape, 'at last')",
        f"import time; time.sleep(1.1)\nPath('saliency.py').write_text(Path({str(solved)!r}).read_text());",
        "maps = compute_saliency_maps(torch.rand(2, 3, 6, 9), torch.tensor([0, 1]), model)",
        "print(maps.shape, 'at last')",
        "plt.imshow(maps[0]); figure = plt.gcf(); figure",
    ]
    run = run_notebook(write(tmp_path / "follow.ipynb", cells), answers)
    assert run.errors == []
    assert "Not written yet: compute_saliency_maps. Write it in saliency.py" in run.text
    assert "This cell needs maps from a cell above, which waits for compute_saliency_maps." in run.text
    assert run.text.count("torch.Size([2, 6, 9]) at last") == 1
    assert run.pictures == 1


@pytest.mark.parametrize("module", CHAPTERS)
def test_a_notebook_is_valid_and_carries_nothing_that_changes(module):
    """As nbformat has it; no output, no count, ids that stay."""
    text = notebook(module).read_text("utf-8")
    made = nbformat.reads(text, as_version=4)
    nbformat.validate(made)
    assert text == nbformat.writes(made) + "\n" * (not nbformat.writes(made).endswith("\n"))
    assert [cell.id for cell in made.cells] == [f"{module}-{number}" for number in range(len(made.cells))]
    assert not any(cell.get("outputs") or cell.get("execution_count") for cell in made.cells)
    assert write_notebook(CHAPTERS[module]) == text


@pytest.mark.parametrize("module", CHAPTERS)
def test_what_a_notebook_links_to_is_there(module):
    """Pictures, files and the handout, seen from assignment/."""
    made = nbformat.read(notebook(module), as_version=4)
    text = "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")
    links = [link for link in re.findall(r"\]\(([^)#]+)", text) if not link.startswith("http")]
    assert any(link.endswith(f"handout-{module}.png") for link in links)
    for link in links:
        assert (ROOT / "assignment" / link).is_file(), link


@pytest.mark.parametrize("module", CHAPTERS)
def test_a_cell_ends_with_something_to_see(module):
    """What a drawing function of pyplot returns is noise below the picture; plt.show() returns nothing."""
    for block in CHAPTERS[module].blocks:
        last = ast.parse(block.text).body[-1] if block.code else None
        match last:
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id="plt" | "ax" | "axes"), attr=name))
            ):
                assert name in {"show", "close"}, f"end this cell with plt.show():\n{block.text}"
