"""What students hand in, drawn: notebooks, archives and modules that are almost right, then spoilt."""

from __future__ import annotations

import io
import json
import stat
import warnings
import zipfile
from typing import Any

from hypothesis import strategies as st

_LINES = (
    "import torch\n",
    "from os import *\n",
    "%matplotlib inline\n",
    "!pip install x\n",
    "<<<<<<< HEAD\n",
    "=======\n",
    ">>>>>>> main\n",
    "def compute_saliency_maps(X, y, model):\n",
    "    return X.abs().max(dim=1)[0]\n",
    "\tpass\n",
    "class Solution:\n",
    "    def make_fooling_image(self, X, target_y, model):\n",
    "device = 'cuda'\n",
    "x = (\n",
    '"""\n',
    "# In[3]:\n",
    "get_ipython().run_line_magic('x', '')\n",
    "global x\n",
    "return 1\n",
    "\x00",
    "\ufeff",
    "\ud800",
    "가 = 1\n",
    "if 1:\n",
    "lambda: (yield)\n",
    "f'{'\n",
    "0777\n",
    "'\\N{no such name}'\n",
)
_NAMES = (
    "saliency.py",
    "a/saliency.py",
    "a/b/fooling.ipynb",
    "../escape.py",
    "/absolute.py",
    "C:\\x\\fooling.py",
    "a\\b.py",
    "__MACOSX/._saliency.py",
    "inner.zip",
    "a/",
    "a",
    ".",
    "..",
    "",
    "x" * 300 + ".py",
    "line\nbreak.py",
    "nul\x00.py",
    "\ud7ff.py",
    "saliency.py/",
    "SALIENCY.py",
)
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)

modules = st.lists(st.sampled_from(_LINES), max_size=25).map(
    lambda lines: "".join(lines).encode("utf-8", "surrogatepass")
)
_cells = st.fixed_dictionaries(
    {
        "cell_type": st.sampled_from(["code", "markdown", "raw", "heading"]) | _SCALARS,
        "source": st.lists(st.sampled_from(_LINES), max_size=8)
        | st.sampled_from(_LINES)
        | st.lists(_SCALARS, max_size=3)
        | _SCALARS,
    },
    optional={"metadata": _SCALARS, "input": st.lists(st.sampled_from(_LINES)), "language": _SCALARS},
)
_notebooks = st.fixed_dictionaries(
    {"cells": st.lists(_cells | _SCALARS, max_size=6) | _SCALARS},
    optional={
        "nbformat": st.integers(-1, 6) | _SCALARS,
        "nbformat_minor": _SCALARS,
        "metadata": st.dictionaries(st.sampled_from(["kernelspec", "language_info"]), _SCALARS) | _SCALARS,
        "worksheets": st.lists(st.fixed_dictionaries({"cells": st.lists(_cells, max_size=3)}), max_size=2)
        | _SCALARS,
    },
)


def _to_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def _pack(entries: list[tuple[str, bytes, int, int]]) -> bytes:
    """Return a zip archive of (name, content, method, Unix mode)."""
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as archive:
        warnings.simplefilter("ignore")  # of names that come twice
        for name, content, method, mode in entries:
            entry = zipfile.ZipInfo("x")
            entry.filename, entry.external_attr, entry.compress_type = name, mode << 16, method
            archive.writestr(entry, content)
    return file.getvalue()


def _spoil(data: bytes, spots: list[tuple[int, int]]) -> bytes:
    """Change single bytes, counted from the end, where an archive has its directory."""
    spoilt = bytearray(data)
    for place, value in spots:
        if spoilt:
            spoilt[-1 - place % len(spoilt)] = value
    return bytes(spoilt)


def _archives(contents: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    entries = st.tuples(
        st.sampled_from(_NAMES),
        contents,
        st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]),
        st.sampled_from([0o644 | stat.S_IFREG, 0o777 | stat.S_IFLNK, 0o755 | stat.S_IFDIR, stat.S_IFIFO, 0]),
    )
    return st.builds(_spoil, st.lists(entries, max_size=6).map(_pack), _spots)


_spots = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4) | st.just([])
notebooks = st.builds(_spoil, _notebooks.map(_to_json), _spots)
archives = _archives(modules | notebooks | _archives(modules))
