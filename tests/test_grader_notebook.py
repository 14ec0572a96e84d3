"""A notebook becomes a module: what defines something is taken, what runs something is not."""

from __future__ import annotations

import json

import pytest

from grader.reading.cells import join_cells
from grader.reading.files import read_file
from grader.reading.notebook import NotANotebook, is_exported, read_exported, read_notebook


def notebook(*cells, **more):
    """Return the bytes of a notebook with these code cells."""
    entries = [{"cell_type": "code", "source": cell.splitlines(keepends=True)} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# Title"}, *entries], **more}).encode()


def joined(*cells, before=""):
    return join_cells(read_notebook("net.ipynb", notebook(*cells)), before)


def run(text):
    """Return the names that a module comes to."""
    names: dict[str, object] = {}
    exec(text, names)
    return names


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("import json\nx = json", True),
        ("from json import dumps as x", None),
        ("def x(): return 1", True),
        ("class x: pass", True),
        ("x = 3", True),
        ("x, z = 1, [2, (3, None)]", True),
        ("x: int = 3", True),
        ("x = {n: str(n) for n in range(3)}", True),
        ("x = lambda a: print(a)", True),
        ("x = y = -1 * 2", True),
        ("x = []\nx.append(3)", True),
        ("x = load('weights.pt')", False),
        ("x = input()", False),
        ("x = open('data').read()", False),
        ("for x in range(3): pass", False),
        ("with a: x = 1", False),
        ("x = nothing_there + 1", False),
        ("x.attribute = 3", False),
        ("d['x'] = 3", False),
        ("if True:\n    x = 1\nelse:\n    x = 2", True),
        ("if True:\n    x = run()", False),
        ("try:\n    import json as x\nexcept ImportError:\n    x = None", True),
        ("assert (x := 3)", False),
    ],
)
def test_definitions_and_constants_are_taken(cell, kept):
    """Whatever could read a file, take time or fail is left."""
    names = run(joined(cell, "def f(): return dumps" if kept is None else "pass").text)
    assert ("x" in names) is bool(kept)


def test_an_import_that_no_definition_uses_is_left():
    """A library that is not installed here costs nothing when only a run cell wanted it."""
    text = joined(
        "import cv2, tensorflow\nimport math as m\nfrom os.path import *", "def f(): return m.pi"
    ).text

    assert "cv2" not in text
    assert "import math as m" in text
    assert "from os.path import *" in text


def test_magics_and_shell_lines_are_dropped():
    """Lines keep their numbers, and a % that goes on with an expression stays."""
    cell = "%matplotlib inline\n!pip install x \\\n   y\ndef f(a):\n    %timeit a\n    !ls\n    return (a\n  % 3)\n?f"
    text = joined(cell).text

    assert run(text)["f"](5) == 2
    assert joined("%%bash\nrm -rf x").text.strip() == ""
    assert run(joined("%%time\nx = 3").text)["x"] == 3


def test_a_line_is_found_again():
    """For every line of the module, the cell that it came from and the line in it."""
    result = joined(
        "print(1)", "import math\n\n@str\ndef f():\n    return math", "a = 1; b = 2", before="import os\n"
    )
    found = dict(zip(result.text.split("\n"), result.lines))

    assert found["import os"] is None
    assert found["import math"] == ("net.ipynb, cell 2", 1)
    assert found["@str"] == ("net.ipynb, cell 2", 3)
    assert found["    return math"] == ("net.ipynb, cell 2", 5)
    assert found["b = 2"] == ("net.ipynb, cell 3", 1)


def test_a_cell_that_is_no_python_costs_only_itself():
    """And is named by its number, as are words without a # and the marks of a merge conflict."""
    result = joined(
        "x = 1", "def f(:\n    pass", "y = 2", "These are my thoughts on it", "<<<<<<< HEAD\nz = 1"
    )

    assert run(result.text).keys() >= {"x", "y"}
    assert [sentence.partition(" (")[0] for sentence in result.trouble] == [
        "net.ipynb, cell 2 cannot be read as Python: invalid syntax",
        "net.ipynb, cell 4 holds a line of plain words",
        "net.ipynb, cell 5 holds the marks of a merge conflict",
    ]
    assert all("(line 1" in sentence for sentence in result.trouble)


def test_what_run_cells_would_have_set_can_be_given():
    """It does not overrule what the notebook itself sets."""
    assert run(joined("a = 3", before="a = 1\nb = 2").text)["a"] == 3
    assert run(joined("c = b", before="a = 1\nb = 2").text)["c"] == 2


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"def f(): pass", "is not a notebook: it is no JSON from line 1 on"),
        (b'{"cells": [\n', "is not a notebook: it is no JSON from line 2 on"),
        (b"[]", "is not a notebook: it has no list of cells (line 1)"),
        (b"{}", "is not a notebook: it has no list of cells (line 1)"),
        (b'{"cells": 3}', "is not a notebook: it has no list of cells (line 1)"),
        (b"\n\xff", "is not UTF-8 text (line 2)"),
        (b"", "is not a notebook: it is no JSON from line 1 on"),
        (notebook("x = 1\n" * 100_000), "holds more than 256 KB of code"),
        (b"[" * 100_000, "is not a notebook: it is nested too deeply"),
    ],
)
def test_what_is_no_notebook_is_told(content, reason):
    """With the line."""
    with pytest.raises(NotANotebook) as caught:
        read_notebook("net.ipynb", content)
    assert str(caught.value) == reason


def test_older_and_odder_notebooks_are_read():
    """Version 3 keeps its cells in worksheets; sources are texts or lists; odd cells are skipped."""
    old = {"worksheets": [{"cells": [{"cell_type": "code", "input": ["x = 1\r\n", "y = 2"]}]}]}
    odd = {
        "cells": [
            None,
            {"cell_type": "code"},
            {"cell_type": "code", "source": 3},
            {"cell_type": "code", "source": "x = 1"},
        ]
    }

    assert [cell.text for cell in read_notebook("n", json.dumps(old).encode())] == ["x = 1\ny = 2"]
    assert [(cell.number, cell.text) for cell in read_notebook("n", json.dumps(odd).encode())] == [
        (1, ""),
        (2, ""),
        (3, "x = 1"),
    ]


EXPORTED = "# coding: utf-8\n# In[1]:\nimport torch\nget_ipython().magic('time')\n# In[2]:\nsome words without any mark\n# In[ ]:\ndef f():\n    return 1\nf()\n"


def test_an_exported_notebook_is_read_by_its_cells(tmp_path):
    """Its lines are the file's own."""
    (tmp_path / "net.py").write_text(EXPORTED)
    file = read_file(tmp_path, tmp_path.joinpath("net.py").relative_to(tmp_path))

    assert is_exported(EXPORTED)
    assert not is_exported("import torch\n# In short: cells\n")
    assert len(read_exported("net.py", EXPORTED)) == 4
    assert [definition.name for definition in file.definitions] == ["f"]
    assert file.where(file.definitions[0].first) == "line 8"
    assert "line 6: some words" in next(iter(file.trouble.values()))
