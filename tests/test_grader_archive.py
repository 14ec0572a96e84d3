"""An archive is unpacked without trusting it: what it would do to the machine is refused in one sentence."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest

from grader.errors import Unusable
from grader.reading import archive
from grader.reading.archive import is_debris, unpack


def pack(path, entries):
    """Write a zip of (name or ZipInfo, content) pairs."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in entries:
            opened.writestr(name, content)
    return path


def unpacked(folder):
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def link(name):
    info = zipfile.ZipInfo(name)
    info.create_system = 3
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def test_an_archive_is_unpacked_with_the_archives_in_it(tmp_path):
    """One level of them: whoever packs a third is not followed."""
    third = io.BytesIO()
    with zipfile.ZipFile(third, "w") as opened:
        opened.writestr("deep.py", "deep")
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as opened:
        opened.writestr("fooling.py", "inner")
        opened.writestr("third.zip", third.getvalue())
    pack(tmp_path / "mine.zip", [("a/saliency.py", "outer"), ("a/inner.zip", inner.getvalue())])
    unpack(tmp_path / "mine.zip", tmp_path / "out")

    assert unpacked(tmp_path / "out") == {
        "a/saliency.py",
        "a/inner.zip",
        "a/inner unpacked/fooling.py",
        "a/inner unpacked/third.zip",
    }


def test_what_no_student_wrote_is_left_out(tmp_path):
    """The leavings of operating systems, editors and git."""
    names = ["__MACOSX/._saliency.py", ".DS_Store", "a/.git/config", "a/._b.py", ".ipynb_checkpoints/b.ipynb"]
    pack(tmp_path / "mine.zip", [(name, "x") for name in [*names, "saliency.py"]])
    unpack(tmp_path / "mine.zip", tmp_path / "out")

    assert unpacked(tmp_path / "out") == {"saliency.py"}
    assert not is_debris(("src", "saliency.py"))


@pytest.mark.parametrize(
    "name",
    ["../evil.py", "a/../../evil.py", "/etc/evil.py", "..\\evil.py", "C:\\evil.py", "\\\\host\\evil.py"],
)
def test_a_name_that_leads_outside_is_refused(tmp_path, name):
    """Nothing of the archive is unpacked, and the entry is named."""
    info = zipfile.ZipInfo("x")
    info.filename = name
    path = pack(tmp_path / "mine.zip", [("saliency.py", "x"), (info, "x")])
    with pytest.raises(Unusable, match="outside of its folder; pack the folder itself again") as caught:
        unpack(path, tmp_path / "out")

    assert str(caught.value).startswith("mine.zip holds ")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "evil.py").exists()


def test_a_link_is_refused(tmp_path):
    """It could point to a file of the grader's."""
    path = pack(tmp_path / "mine.zip", [(link("saliency.py"), "/etc/passwd")])
    with pytest.raises(Unusable, match=r"mine.zip holds saliency.py, which is a link"):
        unpack(path, tmp_path / "out")


def test_what_would_unpack_to_too_much_is_refused_by_its_table(tmp_path):
    """A few kilobytes that claim to be more than anybody hands in."""
    zeros = bytes(1 << 20)
    path = pack(tmp_path / "bomb.zip", [(f"{number}.bin", zeros) for number in range(300)])

    assert path.stat().st_size < 1 << 20
    with pytest.raises(Unusable, match=r"bomb.zip would unpack to 300 MB, and at most 256 MB are read"):
        unpack(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_table_that_lies_is_not_believed(tmp_path, monkeypatch):
    """The sizes are counted while unpacking."""
    path = pack(tmp_path / "bomb.zip", [("saliency.py", bytes(5000))])
    monkeypatch.setattr(archive, "_refuse", lambda *_: None)
    with pytest.raises(Unusable, match=r"bomb.zip holds saliency.py, which unpacks to more than it says"):
        unpack(path, tmp_path / "out", most=4000)


def test_archives_in_an_archive_share_its_limit(tmp_path):
    """Or a bomb would only have to be packed twice."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("a.py", bytes(3000))
    path = pack(tmp_path / "bomb.zip", [(f"{number}.zip", inner.getvalue()) for number in range(3)])
    with pytest.raises(Unusable, match="would unpack to"):
        unpack(path, tmp_path / "out", most=3 * len(inner.getvalue()) + 7000)


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.6, 0.98])
def test_a_truncated_archive_is_told(tmp_path, keep):
    """An upload that was cut off."""
    path = pack(tmp_path / "mine.zip", [(f"{number}.py", f"x = {number}\n" * 50) for number in range(9)])
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * keep)])
    with pytest.raises(Unusable, match=r"mine.zip is not a whole zip archive \(.*\); was the upload cut off"):
        unpack(path, tmp_path / "out")


def test_a_damaged_entry_is_told(tmp_path):
    """Its table is whole, its content is not."""
    path = pack(tmp_path / "mine.zip", [("saliency.py", "import torch\n" * 100)])
    content = bytearray(path.read_bytes())
    content[50] ^= 0xFF
    path.write_bytes(content)
    with pytest.raises(Unusable, match=r"mine.zip is not a whole zip archive"):
        unpack(path, tmp_path / "out")


def test_too_many_entries_are_refused(tmp_path, monkeypatch):
    """The number is said."""
    monkeypatch.setattr(archive, "MOST_ENTRIES", 5)
    path = pack(tmp_path / "mine.zip", [(f"{number}.py", "") for number in range(6)])
    with pytest.raises(Unusable, match=r"mine.zip holds 6 files; hand in your own files only"):
        unpack(path, tmp_path / "out")


def test_one_name_twice_is_refused(tmp_path):
    """Which of the two is meant, nobody knows."""
    with pytest.warns(UserWarning, match="Duplicate"):
        path = pack(tmp_path / "mine.zip", [("saliency.py", "a"), ("saliency.py", "b")])
    with pytest.raises(Unusable, match=r"mine.zip holds saliency.py twice"):
        unpack(path, tmp_path / "out")


def test_an_entry_without_a_name_is_left_out(tmp_path):
    """It can be written nowhere, and is no reason to refuse the rest."""
    nameless = zipfile.ZipInfo("x")
    nameless.filename = ""
    pack(tmp_path / "mine.zip", [(nameless, "lost"), ("saliency.py", "kept")])
    unpack(tmp_path / "mine.zip", tmp_path / "out")
    assert unpacked(tmp_path / "out") == {"saliency.py"}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_damage_is_told_however_it_was_packed(tmp_path, method):
    """Each way of packing has errors of its own."""
    with zipfile.ZipFile(tmp_path / "mine.zip", "w", method) as opened:
        opened.writestr("saliency.py", "print('a line of no use')\n" * 50)
    data = bytearray((tmp_path / "mine.zip").read_bytes())
    begin = data.index(b"saliency.py") + len("saliency.py") + 9  # behind the properties of LZMA
    data[begin : begin + 20] = b"\xff" * 20
    (tmp_path / "mine.zip").write_bytes(data)
    with pytest.raises(Unusable, match=r"mine\.zip"):
        unpack(tmp_path / "mine.zip", tmp_path / "out")


def test_a_name_too_long_is_told_without_where_it_was_unpacked(tmp_path):
    """A student cannot look there, and should not have to read it."""
    pack(tmp_path / "mine.zip", [("x" * 300 + ".py", "")])
    with pytest.raises(Unusable, match="cannot be unpacked") as refused:
        unpack(tmp_path / "mine.zip", tmp_path / "out")
    assert str(tmp_path) not in str(refused.value)
