"""Whatever is wrong with a fixtures folder is named in one sentence."""

from __future__ import annotations

import dataclasses

import pytest

from fixtures import recompute
from fixtures.__main__ import main
from fixtures.cases import CASES
from fixtures.manifest import MANIFEST, read_manifest, write_manifest
from fixtures.store import DATA_FOLDER
from fixtures.verify import verify
from tests.fixture_folders import change_case

FILES = sorted(path.relative_to(DATA_FOLDER).as_posix() for path in DATA_FOLDER.rglob("*.*"))


@pytest.fixture
def without_recomputing(monkeypatch):
    """Look at files and margins only: a second instead of half a minute."""
    monkeypatch.setattr(recompute, "recompute", lambda store, with_reference: iter(()))


def faults_of(folder):
    return [finding.sentence for finding in verify(folder) if finding.fault]


@pytest.mark.slow  # and a step of its own in CI
def test_the_shipped_folder_is_all_good(capsys):
    """Everything that comes with this package is proven, down to each recomputed answer."""
    assert main(["verify"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == "fixtures: all good"
    assert all(line.startswith("proven: ") for line in lines[:-1])
    assert sum("is answered as stored" in line for line in lines) == len(CASES)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("where", [0, 0.5, -1])
def test_one_changed_byte_is_named(copied, file, where, without_recomputing):
    """At the start, in the middle or at the end of any file."""
    content = bytearray((copied / file).read_bytes())
    content[int(where * len(content)) if where == 0.5 else where] ^= 1
    (copied / file).write_bytes(content)
    assert any(file in fault for fault in faults_of(copied))


@pytest.mark.parametrize("file", [file for file in FILES if file != MANIFEST])
def test_a_missing_file_is_named(copied, file, without_recomputing):
    """Weights included."""
    (copied / file).unlink()
    (fault,) = faults_of(copied)
    assert fault.startswith(f"{file} is missing; ")
    assert ("python -m fixtures train" in fault) == file.startswith("weights/")  # no build makes these


def test_a_file_too_many_is_named(copied, without_recomputing):
    """What nobody vouches for does not belong there."""
    (copied / "weights" / "extra.pt").write_bytes(b"x")
    assert faults_of(copied) == [
        "weights/extra.pt is not in the manifest; remove it, or run python -m fixtures build"
    ]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"loose": 0.4}, "the loose tolerance is 0.4, expected"),
        ({"tight": 0.3}, "the tight tolerance is 0.3, expected 1e-05"),
        ({"nearest": None}, "its nearest mistake is not the one"),
        ({"spread_float64": 1e-3}, "below ten times the float64 spread"),
        ({"spread": 0.2}, "below the float32 spread"),
    ],
)
def test_an_edited_tolerance_is_named(copied, changes, sentence, without_recomputing):
    """Also where the manifest was sealed again."""
    change_case(copied, "saliency/one_scene", **changes)
    faults = faults_of(copied)
    assert any(sentence in fault and "saliency/one_scene" in fault for fault in faults)
    assert all("saliency/one_scene" in fault for fault in faults)


def test_a_wrong_seal_is_named(copied, capsys, without_recomputing):
    """One digit edited by hand, and the command fails."""
    path = copied / MANIFEST
    path.write_text(path.read_text().replace('"tight": 1e-05', '"tight": 2e-05', 1))
    assert main(["verify", str(copied)]) == 1
    assert "its seal is wrong" in capsys.readouterr().out


def test_a_case_that_the_table_does_not_know_is_named(copied, without_recomputing):
    """And one that it knows but nobody built."""
    manifest, _, _ = read_manifest(copied)
    cases = {name.replace("one_scene", "no_scene"): case for name, case in manifest.cases.items()}
    write_manifest(dataclasses.replace(manifest, cases=cases), copied)
    faults = faults_of(copied)
    assert any("saliency/one_scene is in the table but not in the manifest" in fault for fault in faults)
    assert any("saliency/no_scene is in the manifest but not in the table" in fault for fault in faults)


def test_nothing_to_verify_is_another_exit_code(tmp_path, capsys):
    """A folder that is missing or empty is no faulty one."""
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    assert "holds no manifest.json" in capsys.readouterr().err
