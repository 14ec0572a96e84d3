"""Workers are given what the graded code may touch, and not the rest of a large folder."""

from __future__ import annotations

from grader.reading.needed import pick_needed

FILES = {
    "saliency.py": b"from helpers import f\nimport matplotlib\n",
    "helpers.py": b"import deep.down\n",
    "deep/down.py": b"open('weights/w.bin')\n",
    "deep/other.txt": b"",
    "weights/w.bin": b"\x00\xff",
    "notes.txt": b"unrelated",
    "unrelated.py": b"import archive\n",
    "archive/old.py": b"",
    "gradcam.py": b"",
}


def test_what_is_named_is_kept_and_what_that_names():
    """A module, a folder that is imported from or opened; also by way of others."""
    kept = pick_needed(FILES, {"saliency.py"})
    assert list(kept) == [
        name for name in FILES if name not in ("unrelated.py", "archive/old.py", "gradcam.py")
    ]
    assert all(kept[name] == FILES[name] for name in kept)


def test_files_at_the_top_stay():
    """Nobody can tell who opens them: the path may be put together."""
    assert "notes.txt" in pick_needed(FILES, {"gradcam.py"})
    assert set(pick_needed(FILES, {"gradcam.py"})) == {"notes.txt", "gradcam.py"}


def test_a_graded_program_in_a_folder_brings_its_own_names():
    """Wherever it lies."""
    kept = pick_needed(FILES, {"archive/old.py", "unrelated.py"})
    assert {"archive/old.py", "unrelated.py"} <= set(kept)
    assert "helpers.py" not in kept


def test_all_is_kept_where_all_is_named():
    """A name in a comment counts: better one file too many."""
    files = FILES | {"saliency.py": b"# helpers unrelated gradcam\n"}
    assert pick_needed(files, {"saliency.py"}) == files
