"""Write a chapter as a notebook in the format of Jupyter, without outputs: the same text for the same chapter.

Source: nbformat 4.5, https://nbformat.readthedocs.io/en/latest/format_description.html.
"""

import json
import re
from typing import Any

from reference.chapters import Block, Chapter
from reference.readme import write_points

SET_UP = """\
# Made from reference/handout/{module}.md by: python -m reference handout
import sys
from pathlib import Path

# Your files are looked for here first, then in assignment/.
places = [Path.cwd(), *Path.cwd().parents, *map(Path, sys.path), Path(sys.prefix).parent]
course = next((place for place in places if (place / "fixtures" / "scenes.py").exists()), None)
assert course is not None, "fixtures/ was not found; open this notebook within the folder of the course"
sys.path[:0] = [str(Path.cwd()), str(course / "assignment"), str(course)]

import matplotlib.pyplot as plt
import numpy as np
import torch

from fixtures.explanation_figures import draw_explanations
from fixtures.models import load_model
from fixtures.normalise import normalise
from fixtures.notebook import prepare_notebook
from fixtures.scenes import CLASS_NAMES, draw_scenes, draw_two_object_scenes

%matplotlib inline
%load_ext autoreload
%autoreload 1
prepare_notebook(get_ipython())
torch.manual_seed(0);"""

IMPORT = """\
# A change of {module}.py counts from the next cell that you run.
%aimport {module}
from {module} import {functions}"""

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def write_notebook(chapter: Chapter) -> str:
    """Return the text of a chapter's notebook.

    The first cells set up the path and import the student's functions; then come the text and the cells of the chapter;
    the last one says how to ask the grader.
    """
    module, functions = chapter.module, ", ".join(chapter.functions)
    title = (
        f"# {chapter.title}\n\n{write_points(chapter.exercises)} Write the functions in [{module}.py]({module}.py) and "
        "run these cells again and again: what is not written yet is named in its place."
    )
    blocks = [
        Block(False, title),
        Block(True, SET_UP.format(module=module)),
        Block(True, IMPORT.format(module=module, functions=functions)),
        *chapter.blocks,
        Block(False, _how_to_ask(chapter)),
    ]
    cells = [_write_cell(block, f"{module}-{number}") for number, block in enumerate(blocks)]
    notebook = {"cells": cells, "metadata": METADATA, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _how_to_ask(chapter: Chapter) -> str:
    commands = [f"python -m grader -e {exercise.name}" for exercise in chapter.exercises]
    return "\n".join(
        ["When the pictures look right, ask the grader in a terminal:", "", "```sh", *commands, "```"]
    )


def _write_cell(block: Block, name: str) -> dict[str, Any]:
    text = block.text if block.code else re.sub(r"\]\(#", "](README.md#", block.text)
    cell: dict[str, Any] = {
        "cell_type": "code" if block.code else "markdown",
        "id": name,
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell | {"execution_count": None, "outputs": []} if block.code else cell
