"""What was handed in is copied into a private folder: code first, nothing that is no student's, no link followed out."""

from __future__ import annotations

import os

import pytest

from grader.reading import gather as module
from grader.reading.gather import gather


@pytest.fixture
def handed_in(tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "saliency.py").write_text("a")
    return folder


def test_a_folder_is_copied_under_its_own_name(handed_in, tmp_path):
    """So that imports from it by that name work, and nothing that is run can change the student's files."""
    (handed_in / "sub").mkdir()
    (handed_in / "sub" / "net.ipynb").write_text("{}")
    (handed_in / "names.json").write_text("[]")
    (handed_in / ".git").mkdir()
    (handed_in / ".git" / "hook.py").write_text("b")
    gathered = gather(handed_in, tmp_path / "private")

    assert gathered.folder == tmp_path / "private" / "mine"
    assert [path.as_posix() for path in gathered.sources] == ["saliency.py", "sub/net.ipynb"]
    assert (gathered.folder / "names.json").read_text() == "[]"
    assert not (gathered.folder / ".git").exists()
    assert gathered.single == ""


def test_a_file_is_copied_alone(handed_in, tmp_path):
    """What lies beside it was not handed in."""
    (handed_in / "other.py").write_text("b")
    (tmp_path / "private").mkdir()
    gathered = gather(handed_in / "saliency.py", tmp_path / "private")

    assert gathered.single == "saliency.py"
    assert [path.name for path in gathered.folder.iterdir()] == ["saliency.py"]


def test_a_link_is_not_followed_out(handed_in, tmp_path):
    """A file elsewhere is none of the submission; a link inside it is."""
    (tmp_path / "secret.py").write_text("secret")
    (handed_in / "secret.py").symlink_to(tmp_path / "secret.py")
    (handed_in / "again.py").symlink_to("saliency.py")
    (handed_in / "loop").symlink_to(handed_in)
    os.mkfifo(handed_in / "pipe.py")
    gathered = gather(handed_in, tmp_path / "private")

    assert [path.name for path in gathered.sources] == ["again.py", "saliency.py"]


def test_ten_thousand_files_keep_nobody_from_being_graded(handed_in, tmp_path):
    """Those nearest to the top are read, and the number is said."""
    (handed_in / "data").mkdir()
    for number in range(10_000):
        (handed_in / "data" / f"{number}.py").touch()
    gathered = gather(handed_in, tmp_path / "private")

    assert gathered.sources[0].name == "saliency.py"
    assert len(gathered.sources) == module.MOST_SOURCES
    (notice,) = gathered.notices
    assert notice.startswith(
        "mine holds 10001 .py and .ipynb files, of which the 300 nearest to its top were read;"
    )


def test_data_is_left_out_without_a_word(handed_in, tmp_path):
    """Students hand in their pictures; nobody needs them."""
    (handed_in / "weights.pt").write_bytes(bytes(module.LARGEST_OTHER + 1))
    for number in range(module.MOST_OTHERS + 5):
        (handed_in / f"{number}.png").touch()
    gathered = gather(handed_in, tmp_path / "private")

    assert gathered.notices == ()
    assert len(list(gathered.folder.iterdir())) == module.MOST_OTHERS + 1


def test_a_script_of_megabytes_is_none(handed_in, tmp_path):
    """It is not read, and the reader hears why."""
    (handed_in / "saliency.py").write_bytes(bytes(module.LARGEST_SOURCE + 1024))
    gathered = gather(handed_in, tmp_path / "private")

    assert gathered.unread == {
        "saliency.py": "saliency.py is 257 KB large, and at most 256 KB are read; is it the right file?"
    }
