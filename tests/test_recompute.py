"""What is computed again is compared with what is stored."""

from __future__ import annotations

import dataclasses
from itertools import islice

import matplotlib.pyplot as plt
import pytest
import torch

from fixtures import recompute
from fixtures.build import load_solutions
from fixtures.cases import CASES
from fixtures.manifest import read_manifest, write_manifest
from fixtures.models import load_model
from fixtures.store import open_store
from reference.variants import find_variants
from tests.fixture_folders import change_case


@pytest.fixture
def doctored(monkeypatch):
    """Solutions whose function for a case may be replaced."""
    solutions = load_solutions()

    def replace(function, body):
        doctored = dataclasses.replace(solutions, functions={**solutions.functions, function: body})
        monkeypatch.setattr("fixtures.build.load_solutions", lambda: doctored)

    return replace


@pytest.fixture
def only(monkeypatch):
    """Recompute one case and no pictures."""

    def choose(name):
        monkeypatch.setattr(recompute, "CASES", [case for case in CASES if case.name == name])
        monkeypatch.setattr(recompute, "_pictures", lambda store, models: iter(()))
        monkeypatch.setattr(recompute, "_fooling_pairs", lambda store, models: iter(()))

    return choose


def test_a_drifted_answer_is_named_with_its_distance(doctored, only):
    """A reference that answers a thousandth more on its fixed scale has drifted by a thousandth."""
    only("saliency/gradient_of_other_class")
    right = load_solutions().functions["saliency.compute_gradient_score"]
    doctored("saliency.compute_gradient_score", lambda *call: 1.001 * right(*call))
    faults = [f.sentence for f in recompute.recompute(open_store(), with_reference=True) if f.fault]
    assert faults[0].startswith(
        "saliency/gradient_of_other_class: expected drifted by 0.001, expected at most"
    )


def test_what_this_process_called_before_does_not_matter(only):
    """A known mistake keeps what it saw in a list of its module; a proof starts with an empty one."""
    only("gradcam/flat_head")
    stale = next(variant for variant in find_variants("gradcam") if variant.name == "stale_second_call")
    stale.call(load_model("flat_vgg"), torch.randn(3, 64, 96))
    plt.close("all")
    assert stale.call.__globals__["save_feat"]
    assert [f for f in recompute.recompute(open_store(), with_reference=True) if f.fault] == []


def test_another_call_is_named(copied, only):
    """A table that changed since the build asks for another answer."""
    only("gradcam/flat_head")
    change_case(copied, "gradcam/flat_head", arguments=("model flat_vgg",))
    faults = [f.sentence for f in recompute.recompute(open_store(copied), with_reference=True) if f.fault]
    assert faults == ["gradcam/flat_head is called otherwise than at the build; run python -m fixtures build"]


def test_without_the_reference_it_says_so(only):
    """A student's checkout has no solution to compute with."""
    only("gradcam/flat_head")
    (finding,) = recompute.recompute(open_store(), with_reference=False)
    assert not finding.fault
    assert "no answer was computed again" in finding.sentence


def test_a_pair_that_fools_no_more_is_named(copied):
    """Another target needs other steps, or more than there are."""
    manifest, _, _ = read_manifest(copied)
    pair = dataclasses.replace(
        manifest.fooling_pairs[0], steps=dict.fromkeys(manifest.fooling_pairs[0].steps, 2)
    )
    pair = dataclasses.replace(pair, steps={**pair.steps, "plain": 99})
    write_manifest(dataclasses.replace(manifest, fooling_pairs=(pair,)), copied)
    findings = recompute.recompute(open_store(copied), with_reference=False)
    assert any(
        f.fault and f"fooling {pair.net} picture {pair.picture}" in f.sentence for f in islice(findings, 4)
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
def test_float32_may_take_other_steps_but_must_get_there(monkeypatch, exact, single, sentence):
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
