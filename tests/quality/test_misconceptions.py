"""The grader finds every known mistake and says which it is, and lets every right answer pass, in whatever style.

Each variant of `reference.variants` and `tests.variants` becomes a submission: the solved exercise with one function
exchanged.
"""

from __future__ import annotations

import shutil
import zlib
from pathlib import Path

import pytest

from grader.exercises import read_exercises
from reference.strip import PROVIDED
from reference.variants import find_variants, modules_with_variants
from reference.variants.submission import write_submission
from tests.harness import Job

ASSIGNMENT = Path(__file__).parents[2] / "assignment"
EXERCISES = {f"{row.module}.{name}": row.name for row in read_exercises() for name in row.functions}
PACKAGES = ("reference.variants", "tests.variants")
VARIANTS = [
    variant
    for name in modules_with_variants()
    for package in PACKAGES
    for variant in find_variants(name, package)
]
MISTAKES = [variant for variant in VARIANTS if variant.kind == "mistake"]
ACCEPTED = [variant for variant in VARIANTS if variant.kind == "accepted"]

CORE = {row.name for row in read_exercises() if not row.further}
# Grading all of them takes ten minutes on two cores: those in a hurry try half of the core's, a fifth of the others.
ONE_IN = {True: 2, False: 5}


def sampled(variants):
    """Return all variants as parameters, those marked slow that a quick run leaves out."""
    return [
        pytest.param(variant, marks=() if in_quick_runs(variant) else pytest.mark.slow, id=name_of(variant))
        for variant in variants
    ]


def in_quick_runs(variant):
    return zlib.crc32(name_of(variant).encode()) % ONE_IN[EXERCISES[variant.function] in CORE] == 0


def name_of(variant):
    return f"{variant.function.partition('.')[2]}-{variant.name}"


# Right answers that lose points all the same, with the checks that they lose and why that is as it should be.
LOSES = {
    # The task asks for the map to be drawn as well as returned.
    "returned_only": {"gradcam/is_drawn"},
    # The reference's loop calls the step for its effect, as the task says; whoever returns a new tensor writes the
    # loop to match, and their step itself earns every point.
    "new_tensor_returned": {
        "class_visualization/reaches_the_class",
        "class_visualization/climbs_on_a_linear_model",
    },
}

# Mistakes that also hear another mistake's sentence, since it is true of them as well or nothing tells them apart.
ALSO = {
    # visualize_saliency takes its gradient from compute_gradient_score
    "gradient_of_score_sum": {"squared_gradient_of_all_scores"},
    "gradient_of_softmax": {"squared_softmax_gradient"},
    "gradient_of_loss": {"squared_softmax_gradient"},
    # class_visualization calls the update step
    "descent": {"grows_the_opposite"},
    "predicted_class": {"next_class"},
    "makes_a_new_tensor": {"never_updates", "starts_over_each_iteration"},
    # noise, or noise after one step: the outcome is the same
    "never_updates": {"starts_over_each_iteration"},
    # two mistakes at once
    "any_other_class": {"never_tests"},
    "nearest_upsampling": {"nan_on_zero_map"},
    "align_corners": {"nan_on_zero_map"},
    "min_max_of_signed_map": {"nan_on_zero_map"},
    "any_min_max_of_signed_sum": {"any_nan_on_zero_map"},
    "title_forgotten": {"no_title"},
    # these walk over the modules, and so meet a shared weight twice
    "counts_buffers": {"counts_shared_twice"},
    "stays_at_the_top": {"counts_shared_twice"},
    "by_top_module": {"shared_by_both"},
    "by_type": {"shared_by_both"},
    "with_buffers": {"shared_by_both"},
}


@pytest.fixture(scope="module")
def graded(grade_many, needed, tmp_path_factory):
    """What each variant gets as a submission: its checks by id."""
    variants, jobs = needed("variant"), []
    for variant in variants:
        module = variant.function.partition(".")[0]
        folder = tmp_path_factory.mktemp(module)
        (folder / f"{module}.py").write_text(write_submission(variant), "utf-8")
        for name in PROVIDED:
            shutil.copy(ASSIGNMENT / f"{name}.py", folder)
        jobs.append(Job(str(folder), (EXERCISES[variant.function],)))
    answers = grade_many(jobs)
    return {
        variant: {check["id"]: check for check in answer["result"]["checks"]}
        for variant, answer in zip(variants, answers, strict=True)
    }


@pytest.mark.parametrize("variant", sampled(MISTAKES))
def test_a_mistake_costs_points_and_hears_its_own_sentence(graded, variant):
    """A mistake that no check sees is taught to nobody, and one without its sentence is left to guesses."""
    checks = graded[variant].values()
    lost = [check for check in checks if check["status"] == "failed"]

    assert [check for check in checks if check["status"] not in ("passed", "failed")] == []
    assert sum(check["max_points"] for check in lost) >= 1
    assert variant.sentence in {check["hint"] for check in lost}, "\n".join(
        f"{check['id']}: {check['message']} | hint: {check['hint']}" for check in lost
    )


@pytest.mark.parametrize("variant", sampled(MISTAKES))
def test_a_mistake_does_not_hear_of_another(graded, variant):
    """A hint that leads astray is worse than none."""
    said = {check["hint"] for check in graded[variant].values() if check["status"] == "failed"}
    exercise = variant.function.partition(".")[0]
    allowed = {
        other.sentence for other in MISTAKES if other.name in {variant.name, *ALSO.get(variant.name, ())}
    }
    others = {
        other.name
        for other in MISTAKES
        if other.function.startswith(exercise) and other.sentence in said - allowed
    }

    assert others == set()


@pytest.mark.parametrize("variant", sampled(ACCEPTED))
def test_a_right_answer_earns_every_point(graded, variant):
    """A correct student is never told to be wrong."""
    lost = {name: check["message"] for name, check in graded[variant].items() if check["status"] != "passed"}

    assert set(lost) == LOSES.get(variant.name, set()), lost


def test_every_exception_is_a_variant():
    """A list of exceptions that outlives its variants hides the next one of that name."""
    assert set(LOSES) <= {variant.name for variant in ACCEPTED}
    assert {*ALSO, *(other for others in ALSO.values() for other in others)} <= {
        variant.name for variant in MISTAKES
    }
