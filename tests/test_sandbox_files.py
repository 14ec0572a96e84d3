"""What of a submission reaches a worker, and the folder that a worker gets: bounded, and gone whatever lies in it."""

from __future__ import annotations

import os

import pytest

from grader.sandbox import handed_in, scratch
from grader.sandbox.handed_in import read_files
from grader.sandbox.setup import unpack_files, worker_setup

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="links and pipes as on Linux and macOS")


@pytest.fixture
def folder(tmp_path):
    """A submission beside a secret."""
    (tmp_path / "secret.txt").write_text("42")
    folder = tmp_path / "submission"
    folder.mkdir()
    (folder / "saliency.py").write_text("x = 1")
    return folder


def test_files_come_with_their_folders(folder):
    """Hidden files and Python's caches are nobody's work."""
    for path in ("data/a.txt", ".git/config", "__pycache__/saliency.pyc", "data/.hidden"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text("a")
    assert read_files(folder).files == {"saliency.py": b"x = 1", "data/a.txt": b"a"}


def test_a_link_that_leads_outside_is_left_out(folder):
    """Of either kind, of a file or a folder; each is told of, for the student to mend."""
    (folder / "link.txt").symlink_to(folder.parent / "secret.txt")
    os.link(folder.parent / "secret.txt", folder / "hard.txt")
    (folder / "up").symlink_to(folder.parent)
    found = read_files(folder)

    assert found.files == {"saliency.py": b"x = 1"}
    assert sorted(found.left_out) == [
        "hard.txt is a hard link to a file outside your folder; hand in a copy of it.",
        "link.txt is a link to a file outside your folder; hand in the file itself.",
    ]


def test_a_link_that_stays_inside_is_followed(folder):
    """Of either kind."""
    (folder / "again.py").symlink_to("saliency.py")
    os.link(folder / "saliency.py", folder / "twice.py")

    assert read_files(folder).files == dict.fromkeys(("saliency.py", "again.py", "twice.py"), b"x = 1")


def test_pipes_and_links_to_nowhere_are_no_files(folder):
    """Reading one would never end."""
    os.mkfifo(folder / "pipe.py")
    (folder / "nowhere.py").symlink_to("missing.py")
    (folder / "round.py").symlink_to("round.py")

    assert list(read_files(folder).files) == ["saliency.py"]


def test_what_is_too_much_is_left_out_and_told(folder, monkeypatch):
    """Programs come first, then the small files."""
    monkeypatch.setattr(handed_in, "TOTAL_BYTES", 100)
    (folder / "z.py").write_bytes(bytes(60))
    (folder / "a.bin").write_bytes(bytes(50))
    (folder / "b.bin").write_bytes(bytes(10))
    found = read_files(folder)

    assert list(found.files) == ["saliency.py", "z.py", "b.bin"]
    assert found.left_out == ("a.bin is too large to be copied for each check; hand in less.",)


def test_a_worker_finds_what_was_handed_in(folder, tmp_path):
    """Byte for byte, under the folder's own name."""
    (folder / "odd\nname").mkdir()
    (folder / "odd\nname" / "empty").write_bytes(b"")
    (folder / "data.bin").write_bytes(bytes(range(256)))
    place = tmp_path / "place"
    place.mkdir()
    there = unpack_files(worker_setup(folder), place)

    assert there == place / "submission"
    assert read_files(there) == read_files(folder)


def test_a_folder_is_emptied_whatever_lies_in_it(tmp_path):
    """Deeper than a path is long, without rights, links that lead outside: those are removed, not followed."""
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "file").write_text("stays")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (folder / "locked" / "inner").mkdir(parents=True)
    (folder / "locked").chmod(0)
    (folder / "new\nline").write_text("x")
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("deep", 0o500, dir_fd=here)
        os.chmod("deep", 0o700, dir_fd=here)
        inner = os.open("deep", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)

    scratch.remove(folder)

    assert not folder.exists()
    assert (kept / "file").read_text() == "stays"
    scratch.remove(folder)  # once more is no harm


@pytest.mark.parametrize("how", ["large", "many", "deep"])
def test_a_folder_that_is_too_full_is_noticed(tmp_path, monkeypatch, how):
    """By its bytes, or by its files, each of which costs the system some memory."""
    monkeypatch.setattr(scratch, "FOLDER_BYTES", 1 << 20)
    monkeypatch.setattr(scratch, "FOLDER_ENTRIES", 20)
    (tmp_path / "small").write_bytes(bytes(1000))
    assert not scratch.is_overfull(tmp_path, os.getpid())
    if how == "large":
        (tmp_path / "sub").mkdir()
        (tmp_path / "sub" / "large").write_bytes(bytes(2 << 20))
    elif how == "many":
        for number in range(21):
            (tmp_path / str(number)).touch()
    else:
        (tmp_path / "/".join("d" * 25)).mkdir(parents=True)
    assert scratch.is_overfull(tmp_path, os.getpid())


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="only Linux tells of open files")
def test_files_without_a_name_count(tmp_path, monkeypatch):
    """What is removed and still open takes room as before."""
    monkeypatch.setattr(scratch, "FOLDER_BYTES", 1 << 20)
    with (tmp_path / "file").open("wb") as file:
        file.write(bytes(2 << 20))
        file.flush()
        (tmp_path / "file").unlink()
        assert scratch.is_overfull(tmp_path, os.getpid())
    assert not scratch.is_overfull(tmp_path, os.getpid())
