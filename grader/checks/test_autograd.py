"""Checks of the autograd exercise: gradients that add up, graphs, and hooks."""

import numpy as np
import pytest

from fixtures.arguments import Model, Traced
from grader.checking.layers import by_layer, changed_by_another_run, demand_scores, let_fail, unpacked
from grader.checking.operations import demand_operations
from grader.checking.reasons import reason
from grader.language import later

X = np.array([0.7, -1.2], np.float32)
WEIGHTS = np.array([100, 0.1], np.float32)
AXES = "(N, C, H, W)"
IMAGE = np.random.default_rng(5).normal(0, 1, (1, 3, 6, 9)).astype(np.float32)

# x * 3 + x, sin(x * 3) + exp(x / 2), and sin(x * 3) + x * 3 with one product in both terms
SUM = Traced(X, (("triple", (0,)), ("add", (1, 0))))
TWO_WAYS = Traced(X, (("triple", (0,)), ("sin", (1,)), ("halve", (0,)), ("exp", (3,)), ("add", (2, 4))))
SHARED = Traced(X, (("triple", (0,)), ("sin", (1,)), ("add", (2, 1))))
TWICE_TRIPLED = Traced(X, (("triple", (0,)), ("triple", (1,))))
# What mistakes answer for TWO_WAYS, or for one of the two tensors behind it.
WRONG_NAMES = {
    "Add": "last_operation_only",
    "Add Sin Mul": "first_input_only",
    "Add Sin Exp Mul Div": "level_by_level",
    "Div Exp Mul Sin Add": "from_first_to_last",
    "Add Sin Mul Mul": "named_twice",
    "Mul": "one_of_each_kind",
}


def expect_sum(close_to, sentence, times):
    """Return what `times` passes through y = 3 * x give."""
    wrong = {
        "zeroed_between": 3 * WEIGHTS,
        "added_up_by_hand": 3 * WEIGHTS * times * (times + 1) / 2,
        "one_call_too_many": 3 * WEIGHTS * (times + 1),
        "weights_ignored": np.full(2, 3.0 * times),
    }
    return close_to(3 * times * WEIGHTS, "(n,)", mistakes={sentence(name): wrong[name] for name in wrong})


@pytest.mark.points(1)
@pytest.mark.hint("needs_no_gradient", where="does not require grad")
def test_one_pass_multiplies_the_weights(student, close_to, sentence):
    """accumulate_gradient gives [300, 0.3] for the weights [100, 0.1] and one backward pass."""
    answer = student.accumulate_gradient(X, WEIGHTS, 1)
    assert answer.returned, reason("accumulate_gradient returned None", hint=sentence("gradient_of_y"))
    assert answer == expect_sum(close_to, sentence, 1)


@pytest.mark.points(1)
@pytest.mark.hint("graph_not_kept", where="second time")
def test_further_passes_add_up(student, close_to, sentence):
    """accumulate_gradient gives [600, 0.6] after two backward passes, and [900, 0.9] after three."""
    assert student.accumulate_gradient(X, WEIGHTS, 3) == expect_sum(close_to, sentence, 3)
    assert student.accumulate_gradient(X, WEIGHTS, 2) == close_to(6 * WEIGHTS, "(n,)")


@pytest.mark.points(1)
@pytest.mark.hint("sum_missing", where="scalar outputs")
def test_a_freed_graph_is_an_error(student, close_to, sentence):
    """second_backward returns what PyTorch says when backward is called a second time on a graph that was freed."""
    answer = student.second_backward(X)
    said = answer.part(1)
    text = said.text if said.returned else ""
    name = "kind_of_error" if "Error" in text and " " not in text else "kept_from_the_start"
    assert "second time" in text, reason("the text is {text!r}", hint=sentence(name), text=text[:80])
    assert answer.part(0) != close_to(0 * X, "(n,)"), reason("the first gradient is zero everywhere")


@pytest.mark.points(1)
@pytest.mark.hint("error_not_caught", where="second time")
def test_a_kept_graph_can_be_used_twice(student, close_to, sentence):
    """second_backward gives 2 * x for the trial that failed, and 4 * x for the one that kept its graph."""
    answer = student.second_backward(X)
    hint = trial_hint(answer, sentence)
    assert answer.part(0) == close_to(2 * X, "(n,)"), reason("the first gradient is not 2 * x", hint=hint)
    assert answer.part(2) == close_to(4 * X, "(n,)"), reason("the second gradient is not 4 * x", hint=hint)


def trial_hint(answer, sentence):
    """Return the hint for the mistake that gives these two gradients, counted in multiples of 2 * x."""
    means = [float((answer.part(p).finite(X.shape, "(n,)") / (2 * X)).clip(-9, 9).mean()) for p in (0, 2)]
    counts = tuple(map(round, means))
    failed = answer.part(1).returned and "second time" in answer.part(1).text
    name = {
        (1, 3): "not_cleared",
        (1, 1): "second_pass_missing",
        (2, 1): "kept_one_first",
        (2, 2): "gradient_not_copied" if failed else "kept_from_the_start",
    }.get(counts)
    return sentence(name) if name else None


@pytest.mark.points(1)
def test_names_operations_from_the_last_one_back(student, sentence):
    """operation_names begins at t.grad_fn and follows each input of an operation to its end before the next one."""
    demand_operations(student.operation_names(TWO_WAYS), "Add Sin Mul Exp Div", sentence, WRONG_NAMES)


@pytest.mark.points(1)
def test_names_each_operation_once(student, sentence):
    """operation_names names an operation once, however often its result is used, and two of one kind twice."""
    demand_operations(student.operation_names(SHARED), "Add Sin Mul", sentence, WRONG_NAMES)
    demand_operations(student.operation_names(TWICE_TRIPLED), "Mul Mul", sentence, WRONG_NAMES)


@pytest.mark.points(1)
@pytest.mark.hint("history_expected", where="NoneType")
def test_without_requires_grad_there_is_no_history(student, sentence):
    """operation_names returns an empty list where nothing requires a gradient, for a leaf, and after detach."""
    for tensor in (Traced(X, SUM.operations, requires_grad=False), Traced(X), Traced(X, (("detach", (0,)),))):
        demand_operations(student.operation_names(tensor), "", sentence, WRONG_NAMES)
    demand_operations(student.operation_names(SUM), "Add Mul", sentence, WRONG_NAMES)


@pytest.mark.points(1)
@pytest.mark.hint("dots_not_followed", where="has no attribute")
def test_records_what_each_layer_puts_out(student, expected, oracle, close_to, sentence):
    """record_outputs gives the output of each layer under the layer's own name."""
    stored = expected("autograd/outputs")
    names, image = stored.arguments[1], stored.arguments[2].values
    answer = student.perform(stored.call)
    kept = by_layer(answer, names, sentence("all_under_the_last_name"))
    assert answer == stored
    for name, values in zip(names, oracle.outputs("flat_vgg", image, names), strict=True):
        assert kept[name] == close_to(values, later("the layer's shape")), reason(
            "the output of {name} is wrong", name=name
        )


@pytest.mark.points(1)
def test_lists_the_layers_in_the_order_in_which_they_run(student, expected, sentence):
    """record_outputs fills its dict in the order in which the hooks are called, whatever the order of the names."""
    call, names = expected("autograd/outputs").call, expected("autograd/outputs").arguments[1]
    order = ["backbone.conv5_1", "backbone.bn5_1", "backbone.conv5_2", "fc_out"]
    found = list(by_layer(student.perform(call), names, sentence("all_under_the_last_name")))
    assert found != list(names), reason("that is the order of the names", hint=sentence("order_of_the_names"))
    assert found == order, reason("the order is {names}", names=", ".join(found))


@pytest.mark.points(1)
def test_keeps_outputs_that_the_net_overwrites(student, oracle, close_to, sentence):
    """record_outputs copies an output before a ReLU overwrites it; a layer that runs twice has that of its last run."""
    first, last = oracle.outputs("tiny", IMAGE, ["conv1", "conv2"])
    kept = student.record_outputs(Model("tiny"), ("conv2", "relu"), IMAGE)
    assert kept.part("conv2") == close_to(last, AXES, mistakes={sentence("output_not_copied"): last.clip(0)})
    hint = sentence("first_run_kept")
    assert kept.part("relu").values.shape != first.shape, reason("relu has its first output", hint=hint)
    assert kept.part("relu") == close_to(last.clip(0), AXES)


@pytest.mark.points(1)
def test_leaves_no_forward_hook(student, oracle, close_to, sentence):
    """What record_outputs returned stays as it is when the model runs again, and a second call begins anew."""
    answer = student.record_outputs(Model("tiny"), ("conv1", "conv2"), IMAGE)
    changed = changed_by_another_run(student, answer, "tiny", -IMAGE)
    hint = sentence("only_last_hook_removed" if changed == ["conv1"] else "hooks_stay")
    assert not changed, reason(
        "another run of the model changed {names}", hint=hint, names=", ".join(changed)
    )
    again = student.record_outputs(Model("tiny"), ("fc",), IMAGE)
    assert list(again.mapping) == ["fc"], reason(
        "more than fc came back", hint=sentence("results_kept_from_before")
    )
    assert again.part("fc") == close_to(oracle.scores("tiny", IMAGE), "(N, K)")


@pytest.mark.points(1)
def test_records_what_each_layer_is_called_with(student, expected, oracle, close_to, sentence):
    """record_inputs gives the tensor that each layer is called with under the layer's own name."""
    stored = expected("autograd/inputs")
    names, image = stored.arguments[1], stored.arguments[2].values
    answer = student.perform(stored.call)
    kept = by_layer(answer, names, sentence("inputs_under_the_last_name"))
    last = unpacked(kept["backbone.conv5_2"], sentence("tuple_of_arguments"))
    hint = sentence("image_for_every_layer")
    assert last.values.shape != image.shape, reason("backbone.conv5_2 has the image's shape", hint=hint)
    assert answer == stored
    assert kept["backbone.bn5_1"] == close_to(*oracle.outputs("flat_vgg", image, ["backbone.conv5_1"]), AXES)
    assert kept["backbone.conv1"] == close_to(image, AXES)


@pytest.mark.points(1)
def test_sees_an_input_before_the_layer_overwrites_it(student, oracle, close_to, sentence):
    """record_inputs gives an input as it was before the layer ran, also of a ReLU that works in place."""
    scores, (raw,) = oracle.scores("tiny", IMAGE), oracle.outputs("tiny", IMAGE, ["conv2"])
    kept = student.record_inputs(Model("tiny"), ("fc", "relu"), IMAGE)
    outputs = {sentence("outputs_instead_of_inputs"): scores}
    assert kept.part("fc") == close_to(raw.clip(0).mean((2, 3)), "(N, C)", mistakes=outputs)
    assert kept.part("relu") == close_to(raw, AXES, mistakes={sentence("read_after_the_layer"): raw.clip(0)})


@pytest.mark.points(1)
def test_leaves_no_pre_hook(student, sentence):
    """What record_inputs returned stays as it is when the model runs again."""
    answer = student.record_inputs(Model("tiny"), ("conv1", "conv2"), IMAGE)
    changed = changed_by_another_run(student, answer, "tiny", -IMAGE)
    assert not changed, reason(
        "another run changed {names}", hint=sentence("pre_hooks_stay"), names=", ".join(changed)
    )


@pytest.mark.points(2)
def test_gives_the_gradients_at_a_layer(student, expected, sentence):
    """record_gradients gives the gradients of one score with respect to a layer's input and to its output."""
    of_input, of_output = expected("autograd/gradient_of_input"), expected("autograd/gradient_of_output")
    model, layer, image, target = of_input.arguments
    earlier = student.record_gradients(model, layer, -image.values, target)
    answer = student.perform(of_input.call)
    first = unpacked(answer.part(0), sentence("tuples_of_gradients"))
    of_weights = first.values.shape == (8, 8, 3, 3)
    assert not of_weights, reason("that is the shape of the weights", hint=sentence("gradient_of_weights"))
    stale = np.array_equal(first.values, earlier.part(0).values)
    assert not stale, reason("a second call gives the first again", hint=sentence("first_gradients_kept"))
    assert answer == of_input
    assert answer == of_output


@pytest.mark.points(1)
@pytest.mark.hint("image_needs_no_gradient", where="does not require grad")
def test_the_image_needs_a_gradient_of_its_own(student, expected):
    """record_gradients works on a model with frozen weights, and for the first layer, whose input is the image."""
    stored = expected("autograd/gradient_of_image")
    assert student.perform(stored.call) == stored


@pytest.mark.points(1)
def test_the_net_goes_on_with_twice_the_output(student, expected, oracle, close_to):
    """double_outputs gives the scores of the net whose one layer puts out twice as much."""
    stored = expected("autograd/doubled")
    assert student.perform(stored.call) == stored
    model, _, image = stored.arguments
    twice = close_to(2 * oracle.scores("flat_vgg", image.values), "(N, K)")
    assert student.double_outputs(model, "fc_out", image) == twice


@pytest.mark.points(1)
def test_leaves_the_model_as_it_was(student, expected, oracle, close_to, sentence):
    """double_outputs takes its hook off: the model runs as before."""
    stored = expected("autograd/doubled")
    assert student.perform(stored.call) == stored
    right = close_to(oracle.scores("flat_vgg", stored.arguments[2].values), "(N, K)")
    demand_scores(student, stored.arguments[0], stored.arguments[2].values, right, sentence("doubling_stays"))


@pytest.mark.points(1)
def test_takes_its_hook_off_when_the_model_fails(student, expected, oracle, close_to, sentence):
    """double_outputs takes its hook off too when the model raises an error half-way."""
    stored = expected("autograd/doubled")
    model, layer, image = stored.arguments
    assert student.perform(stored.call) == stored
    right = close_to(oracle.scores("flat_vgg", image.values), "(N, K)")
    demand_scores(student, model, image.values, right, sentence("doubling_stays"))
    # an image of a third of the width: the last layer can't take it
    let_fail(student.double_outputs, model, layer, image.values[..., :32])
    demand_scores(student, model, image.values, right, sentence("stays_after_an_error"))
