import importlib
import inspect
import re
import shutil
import sys
from pathlib import Path

import pytest
import torch

from fixtures.models import load_model
from reference.saliency import compute_saliency_maps
from reference.strip import PROVIDED
from reference.variants import Variant, find_variants, modules_with_variants
from reference.variants.class_visualization import plain_step
from reference.variants.saliency import batch_of_five, squeeze_breaks_single
from reference.variants.submission import write_submission
from tests.observe import find_differences

EXERCISES = modules_with_variants()
BESIDE_REFERENCE = [variant for exercise in EXERCISES for variant in find_variants(exercise)]
STYLES = [variant for exercise in EXERCISES for variant in find_variants(exercise, package="tests.variants")]
MISTAKES = [variant for variant in BESIDE_REFERENCE if variant.kind == "mistake"]
ACCEPTED = [variant for variant in BESIDE_REFERENCE if variant.kind == "accepted"] + STYLES

# Right by its direction; its length is the student's choice, so no comparison with the reference holds for it.
OTHER_LENGTH = "plain_step"


def name(variant: Variant) -> str:
    return f"{variant.function.split('.')[1]}-{variant.name}"


@pytest.mark.parametrize("variant", MISTAKES, ids=name)
def test_every_mistake_shows_on_a_small_case(variant):
    """A mistake that no case can tell from a right answer could not be graded."""
    assert find_differences(variant.function, variant.call) != []


@pytest.mark.parametrize(
    "variant", [variant for variant in ACCEPTED if variant.name != OTHER_LENGTH], ids=name
)
def test_every_accepted_answer_agrees_with_the_reference(variant):
    """Other styles give the same answer, or one that does what the task asks for."""
    assert find_differences(variant.function, variant.call) == []


def test_the_plain_step_is_the_gradient_times_the_learning_rate():
    """On scores W x + b that is learning_rate * (w - 2 * l2_reg * img), whatever its length."""
    model, img = load_model("linear"), torch.ones(1, 3, 6, 9, requires_grad=True)
    expected = 1 + 5 * (model.weight.detach()[2] - 2 * 0.1)
    plain_step(img, model, 2, 0.1, 5.0)
    torch.testing.assert_close(img.detach()[0], expected)


@pytest.mark.parametrize("right_for_five", [batch_of_five, squeeze_breaks_single])
def test_some_mistakes_do_not_show_on_five_images(right_for_five):
    """That is why batches of other sizes are among the cases."""
    images, labels, model = torch.rand(5, 3, 6, 9), torch.arange(5), load_model("tiny")
    expected = compute_saliency_maps(images, labels, model)
    torch.testing.assert_close(right_for_five(images, labels, model), expected)


@pytest.mark.parametrize("variant", STYLES, ids=name)
def test_other_styles_are_accepted_ones(variant):
    """Only right answers are kept with the tests."""
    assert variant.kind == "accepted"


@pytest.mark.parametrize("function", sorted({variant.function for variant in BESIDE_REFERENCE}))
def test_the_reference_itself_shows_no_difference(function):
    """The same cases hold for the solved exercise, and every function has mistakes and styles to judge by."""
    module, _, attribute = function.partition(".")
    assert (
        find_differences(function, getattr(importlib.import_module(f"reference.{module}"), attribute)) == []
    )
    assert sum(variant.function == function for variant in MISTAKES) >= 4
    assert sum(variant.function == function for variant in STYLES) >= 6


@pytest.mark.parametrize("variant", MISTAKES, ids=name)
def test_what_a_student_reads_is_one_friendly_sentence(variant):
    """It starts with what it looks like happened, says what to do, and ends."""
    assert re.fullmatch(r"It looks like [^\n]{20,240}\.", variant.sentence)
    assert not re.search(r"[.!?] [A-Z]", variant.sentence)


@pytest.mark.parametrize("variant", BESIDE_REFERENCE + STYLES, ids=name)
def test_a_variant_takes_what_the_reference_takes(variant):
    """Same arguments, same order, same defaults; **kwargs takes those with a default by name, as CS231n does."""
    module, _, attribute = variant.function.partition(".")
    reference = getattr(importlib.import_module(f"reference.{module}"), attribute)
    wanted = list(inspect.signature(reference).parameters.values())
    given = list(inspect.signature(variant.call).parameters.values())
    if given[-1].kind is inspect.Parameter.VAR_KEYWORD:
        given = given[:-1]
        assert all(parameter.default is not parameter.empty for parameter in wanted[len(given) :])
        wanted = wanted[: len(given)]
    assert [(p.name, p.default) for p in given] == [(p.name, p.default) for p in wanted]


@pytest.mark.parametrize("exercise", EXERCISES)
def test_no_name_is_given_twice(exercise):
    """A name says which variant is meant."""
    names = [
        variant.name for variant in (*find_variants(exercise), *find_variants(exercise, "tests.variants"))
    ]
    assert len(names) == len(set(names))


def test_an_unknown_exercise_is_an_error():
    """A misspelled name must not look like an exercise without variants."""
    with pytest.raises(
        LookupError, match=r"expected variants of saliencies in reference\.variants, found none"
    ):
        find_variants("saliencies")


@pytest.mark.parametrize("variant", BESIDE_REFERENCE + STYLES, ids=name)
def test_a_variant_can_be_handed_in(variant, tmp_path, monkeypatch):
    """Written as a submission it needs only the support code beside it, and calls the variant."""
    exercise, _, function = variant.function.partition(".")
    text = write_submission(variant)
    (tmp_path / f"{exercise}.py").write_text(text)
    assert not re.search(r"^\s*(from|import) (reference|tests)", text, re.MULTILINE)
    for name in PROVIDED:
        shutil.copy(Path(__file__).parents[1] / f"assignment/{name}.py", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for module in (exercise, *PROVIDED):
        monkeypatch.delitem(sys.modules, module, raising=False)
    submitted = getattr(importlib.import_module(exercise), function)
    assert submitted.__code__.co_names == variant.call.__code__.co_names
    assert submitted.__code__.co_varnames == variant.call.__code__.co_varnames
    for module in (exercise, *PROVIDED):
        monkeypatch.delitem(sys.modules, module, raising=False)
