"""Whatever is wrong with a fixtures folder is named in one sentence."""

from __future__ import annotations

import dataclasses
import shutil
from itertools import islice

import matplotlib.pyplot as plt
import pytest
import torch
from rich.progress import Progress

from fixtures import recompute
from fixtures.__main__ import main
from fixtures.build import build, load_solutions
from fixtures.cases import CASES
from fixtures.manifest import MANIFEST, describe_file, read_manifest, write_manifest
from fixtures.models import load_model
from fixtures.publish import refuse_strangers
from fixtures.settings import one_thread
from fixtures.store import DATA_FOLDER, open_store
from fixtures.verify import verify
from reference.variants import find_variants

FILES = sorted(path.relative_to(DATA_FOLDER).as_posix() for path in DATA_FOLDER.rglob("*.*"))


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(DATA_FOLDER, tmp_path / "data")


@pytest.fixture
def without_recomputing(monkeypatch):
    """Look at files and margins only: a second instead of half a minute."""
    monkeypatch.setattr(recompute, "recompute", lambda store, with_reference: iter(()))


def faults_of(folder):
    return [finding.sentence for finding in verify(folder) if finding.fault]


def change_case(folder, name, **changes):
    """Edit a case in the manifest and seal it again, as someone would who knows how."""
    manifest, _, _ = read_manifest(folder)
    case = dataclasses.replace(manifest.cases[name], **changes)
    write_manifest(dataclasses.replace(manifest, cases={**manifest.cases, name: case}), folder)


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
def test_one_changed_byte_is_named(folder, file, where, without_recomputing):
    """At the start, in the middle or at the end of any file."""
    content = bytearray((folder / file).read_bytes())
    content[int(where * len(content)) if where == 0.5 else where] ^= 1
    (folder / file).write_bytes(content)
    faults = faults_of(folder)
    assert any(file in fault for fault in faults)


@pytest.mark.parametrize("file", [file for file in FILES if file != MANIFEST])
def test_a_missing_file_is_named(folder, file, without_recomputing):
    """Weights included."""
    (folder / file).unlink()
    assert any(f"{file} is missing" in fault for fault in faults_of(folder))


def test_a_file_too_many_is_named(folder, without_recomputing):
    """What nobody vouches for does not belong there."""
    (folder / "weights" / "extra.pt").write_bytes(b"x")
    assert faults_of(folder) == [
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
def test_an_edited_tolerance_is_named(folder, changes, sentence, without_recomputing):
    """Also where the manifest was sealed again."""
    change_case(folder, "saliency/one_scene", **changes)
    faults = faults_of(folder)
    assert any(sentence in fault and "saliency/one_scene" in fault for fault in faults)
    assert all("saliency/one_scene" in fault for fault in faults)


def test_a_wrong_seal_is_named(folder, capsys, without_recomputing):
    """One digit edited by hand, and the command fails."""
    path = folder / MANIFEST
    path.write_text(path.read_text().replace('"tight": 1e-05', '"tight": 2e-05', 1))
    assert main(["verify", str(folder)]) == 1
    assert "its seal is wrong" in capsys.readouterr().out


def test_a_case_that_the_table_does_not_know_is_named(folder, without_recomputing):
    """And one that it knows but nobody built."""
    manifest, _, _ = read_manifest(folder)
    cases = {name.replace("one_scene", "no_scene"): case for name, case in manifest.cases.items()}
    write_manifest(dataclasses.replace(manifest, cases=cases), folder)
    faults = faults_of(folder)
    assert any("saliency/one_scene is in the table but not in the manifest" in fault for fault in faults)
    assert any("saliency/no_scene is in the manifest but not in the table" in fault for fault in faults)


def test_nothing_to_verify_is_another_exit_code(tmp_path, capsys):
    """A folder that is missing or empty is no faulty one."""
    assert main(["verify", str(tmp_path / "nowhere")]) == 2
    assert "holds no manifest.json" in capsys.readouterr().err


def test_a_folder_of_other_things_is_not_built_over(tmp_path):
    """A slip in --out destroys nobody's files."""
    (tmp_path / "thesis.tex").write_text("")
    with pytest.raises(Exception, match=r"holds 'thesis\.tex', which no build makes"):
        refuse_strangers(tmp_path)
    with pytest.raises(Exception, match="is a file"):
        refuse_strangers(tmp_path / "thesis.tex")


class TestRecomputing:
    """What is computed again is compared with what is stored."""

    @pytest.fixture
    def doctored(self, monkeypatch):
        """Solutions whose function for a case may be replaced."""
        solutions = load_solutions()

        def replace(function, body):
            doctored = dataclasses.replace(solutions, functions={**solutions.functions, function: body})
            monkeypatch.setattr("fixtures.build.load_solutions", lambda: doctored)

        return replace

    @pytest.fixture
    def only(self, monkeypatch):
        """Recompute one case and no pictures."""

        def choose(name):
            monkeypatch.setattr(recompute, "CASES", [case for case in CASES if case.name == name])
            monkeypatch.setattr(recompute, "_pictures", lambda store, models: iter(()))
            monkeypatch.setattr(recompute, "_fooling_pairs", lambda store, models: iter(()))

        return choose

    def test_a_drifted_answer_is_named_with_its_distance(self, doctored, only):
        """A reference that answers a thousandth more on its fixed scale has drifted by a thousandth."""
        only("saliency/gradient_of_other_class")
        right = load_solutions().functions["saliency.compute_gradient_score"]
        doctored("saliency.compute_gradient_score", lambda *call: 1.001 * right(*call))
        faults = [f.sentence for f in recompute.recompute(open_store(), with_reference=True) if f.fault]
        assert faults[0].startswith(
            "saliency/gradient_of_other_class: expected drifted by 0.001, expected at most"
        )

    def test_what_this_process_called_before_does_not_matter(self, only):
        """A known mistake keeps what it saw in a list of its module; a proof starts with an empty one."""
        only("gradcam/flat_head")
        stale = next(variant for variant in find_variants("gradcam") if variant.name == "stale_second_call")
        stale.call(load_model("flat_vgg"), torch.randn(3, 64, 96))
        plt.close("all")
        assert stale.call.__globals__["save_feat"]
        assert [f for f in recompute.recompute(open_store(), with_reference=True) if f.fault] == []

    def test_another_call_is_named(self, folder, only):
        """A table that changed since the build asks for another answer."""
        only("gradcam/flat_head")
        change_case(folder, "gradcam/flat_head", arguments=("model flat_vgg",))
        faults = [f.sentence for f in recompute.recompute(open_store(folder), with_reference=True) if f.fault]
        assert faults == [
            "gradcam/flat_head is called otherwise than at the build; run python -m fixtures build"
        ]

    def test_without_the_reference_it_says_so(self, only):
        """A student's checkout has no solution to compute with."""
        only("gradcam/flat_head")
        (finding,) = recompute.recompute(open_store(), with_reference=False)
        assert not finding.fault
        assert "no answer was computed again" in finding.sentence

    def test_a_pair_that_fools_no_more_is_named(self, folder):
        """Another target needs other steps, or more than there are."""
        manifest, _, _ = read_manifest(folder)
        pair = dataclasses.replace(
            manifest.fooling_pairs[0], steps=dict.fromkeys(manifest.fooling_pairs[0].steps, 2)
        )
        pair = dataclasses.replace(pair, steps={**pair.steps, "plain": 99})
        write_manifest(dataclasses.replace(manifest, fooling_pairs=(pair,)), folder)
        findings = recompute.recompute(open_store(folder), with_reference=False)
        assert any(
            f.fault and f"fooling {pair.net} picture {pair.picture}" in f.sentence
            for f in islice(findings, 4)
        )

    @pytest.mark.parametrize(
        ("exact", "single", "sentence"),
        [
            ({"plain": 3}, {"plain": 4}, None),
            ({"plain": 3}, None, "not every rule reaches it within 100 steps"),
            (None, {"plain": 3}, "not every rule reaches it within 100 steps"),
            ({"plain": 4}, {"plain": 3}, "took {'plain': 4}, expected {'plain': 3}"),
        ],
    )
    def test_float32_may_take_other_steps_but_must_get_there(self, monkeypatch, exact, single, sentence):
        """The count is that of float64, which all machines agree on; students climb in float32."""
        (pair, *_), store = open_store().manifest.fooling_pairs, open_store()
        pair = dataclasses.replace(pair, steps={"plain": 3})
        store.manifest = dataclasses.replace(store.manifest, fooling_pairs=(pair,))

        def try_pair(net, model, *which):
            steps = exact if next(model.parameters()).dtype == torch.float64 else single
            return None if steps is None else dataclasses.replace(pair, steps=steps)

        monkeypatch.setattr(recompute, "try_pair", try_pair)
        monkeypatch.setattr(recompute, "_pictures", lambda store, models: iter(()))
        (finding, _) = recompute.recompute(store, with_reference=False)
        assert finding.fault == (sentence is not None)
        assert sentence is None or f": {sentence}; run python -m fixtures build" in finding.sentence


@pytest.fixture(scope="module")
def private(tmp_path_factory):
    """A folder that was built with a seed of its own."""
    folder = tmp_path_factory.mktemp("private") / "data"
    with Progress(disable=True) as progress:
        build("a secret", folder, progress)
    return folder


@pytest.mark.slow
class TestBuilding:
    """A private folder is as good as the shipped one, and nobody can guess it."""

    def test_it_is_sound(self, private, capsys):
        """Its margins hold, its answers and pairs can be computed again."""
        assert main(["verify", str(private)]) == 0

    def test_it_is_another_one(self, private):
        """Other pictures, other answers, the same nets."""
        ours, theirs = open_store(), open_store(private)
        assert ours.fixtures_hash != theirs.fixtures_hash
        assert (ours.pictures("vgg").images != theirs.pictures("vgg").images).any()
        assert describe_file(ours.weights_file("vgg")) == describe_file(theirs.weights_file("vgg"))

    def test_the_same_seed_builds_the_same_bytes(self, private, tmp_path):
        """On one machine, bit by bit, the seal included."""
        with Progress(disable=True) as progress, one_thread():
            build("a secret", tmp_path / "again", progress)
        assert (tmp_path / "again" / MANIFEST).read_bytes() == (private / MANIFEST).read_bytes()
