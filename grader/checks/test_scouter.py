"""Checks of `scouter.slot_attention` and `scouter_loss`."""

import dataclasses

import numpy as np
import pytest

from fixtures.arguments import Array
from grader.checking.reasons import reason
from grader.language import later

MAPS = "(N, K, h, w)"


def arrays_of(case):
    """Return the tensors of a stored call: features, W_v, positions, W_k, slots and the weights of the GRU."""
    return [argument.values.astype(np.float64) for argument in case.arguments[:7]]


def asked_with(student, case, **changed):
    """Return the student's answer to a stored call with other features, positions or slots."""
    places = {"features": 0, "positions": 2, "slots": 4}
    arguments = list(case.arguments)
    for name, values in changed.items():
        arguments[places[name]] = Array(values.astype(np.float32))
    return student.perform(dataclasses.replace(case.call, arguments=tuple(arguments)))


def attention_of(answer, case):
    """Return the student's attention (N, K, h, w) and its shape without h and w in float64."""
    features, _, _, _, slots, _, _ = arrays_of(case)
    shape = (len(features), len(slots), *features.shape[2:])
    return answer.part(1).finite(shape, MAPS).astype(np.float64)


def worth(attention, values):
    """Return what attention (N, K, h, w) adds up to: for each class the sum over the positions of values (N, P)."""
    return np.einsum("nkp,np->nk", attention.reshape(*attention.shape[:2], -1), values)


def first_attention(case):
    """Return the attention of the first iteration, (N, K, h, w)."""
    features, W_v, positions, W_k, slots, _, _ = arrays_of(case)
    values = np.einsum("ncij,dc->nijd", features, W_v).clip(0)
    encoded = values + positions.reshape(*features.shape[2:], -1)
    keys = np.einsum("nijd,kd->nijk", encoded, W_k).clip(0)
    return 1 / (1 + np.exp(-np.einsum("nijd,kd->nkij", keys, slots) / np.sqrt(slots.shape[1])))


def score_mistakes(case, attention, scores):
    """Return the scores that known mistakes make of an attention, by their names."""
    features, W_v, positions, W_k, slots, _, _ = arrays_of(case)
    D, flat = slots.shape[1], features.reshape(*features.shape[:2], -1)
    raw = flat.transpose(0, 2, 1) @ W_v.T
    values = raw.clip(0)
    scrambled = (flat.reshape(len(flat), -1, flat.shape[1]) @ W_v.T).clip(0)
    keys = ((values + positions) @ W_k.T).clip(0)
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    return {
        "no_relu_on_values": worth(attention, raw.mean(axis=2)),
        "positions_on_values": worth(attention, (values + positions).mean(axis=2)),
        "reshaped_for_transposed": worth(attention, scrambled.mean(axis=2)),
        "keys_as_values": worth(attention, keys.mean(axis=2)),
        "not_divided_by_length": scores * D,
        "divided_by_positions": scores * D / len(positions),
        "mean_of_u": scores / D,
        "probabilities_returned": shares,
        "log_probabilities_returned": np.log(shares),
    }


@pytest.mark.points(4)
def test_takes_what_each_class_finds(student, expected):
    """With one iteration, slot_attention returns sigmoid(q . k / sqrt(D)) for each class and position."""
    first = expected("scouter/first_look")
    assert student.perform(first.call) == first


@pytest.mark.points(3)
def test_the_map_is_the_score(student, expected, close_to, sentence):
    """Each score of slot_attention is e times the sum over the positions of attention times mean value."""
    case = expected("scouter/three_looks_scores")
    answer = student.perform(case.call)
    attention = attention_of(answer, case)
    features, W_v, *_ = arrays_of(case)
    values = np.einsum("ncij,dc->nijd", features, W_v).clip(0).mean(axis=3)
    scores = worth(attention, values.reshape(len(values), -1))
    assert attention.any(), reason("the attention is zero everywhere")
    mistakes = {sentence(name): wrong for name, wrong in score_mistakes(case, attention, scores).items()}
    if np.allclose(attention, first_attention(case), rtol=1e-3):
        mistakes[sentence("first_attention")] = answer.part(0).values
    assert answer.part(0) == close_to(scores, "(N, K)", batched=True, mistakes=mistakes)


@pytest.mark.points(4)
def test_moves_the_slots_with_the_gru(student, expected):
    """After three iterations of slot_attention the slots have moved, each image's by what it found in that image."""
    scores, attention = expected("scouter/three_looks_scores"), expected("scouter/three_looks_attention")
    answer = student.perform(scores.call)
    assert answer == scores
    assert answer == attention


@pytest.mark.points(2)
def test_says_why_not(student, expected):
    """With e = -1 the scores of slot_attention are negative and the attention as it was, for a batch of one too."""
    scores, attention = expected("scouter/why_not_scores"), expected("scouter/why_not_attention")
    answer = student.perform(scores.call)
    assert answer == scores
    assert answer == attention


@pytest.mark.points(1)
def test_classes_do_not_compete(student, expected, close_to):
    """A class finds the same in slot_attention whichever other classes are asked for."""
    case = expected("scouter/three_looks_scores")
    _, _, _, _, slots, _, _ = arrays_of(case)
    attention = attention_of(student.perform(case.call), case)
    assert attention.any(), reason("the attention is zero everywhere")
    answer = asked_with(student, case, slots=slots[[3, 1]])
    assert answer.part(1) == close_to(attention[:, [3, 1]], MAPS, batched=True)


@pytest.mark.points(1)
def test_positions_come_in_any_order(student, expected, close_to):
    """When positions of the image and their encodings change places together, so does slot_attention's map."""
    case = expected("scouter/three_looks_scores")
    features, _, positions, *_ = arrays_of(case)
    attention = attention_of(student.perform(case.call), case)
    assert attention.any(), reason("the attention is zero everywhere")
    order = np.random.default_rng(5).permutation(len(positions))

    def exchanged(maps):
        return maps.reshape(*maps.shape[:2], -1)[..., order].reshape(maps.shape)

    answer = asked_with(student, case, features=exchanged(features), positions=positions[order])
    assert answer.part(1) == close_to(exchanged(attention), MAPS, batched=True)


def log_softmax(scores, axis=1):
    """Return the logarithms of the shares that scores have along an axis."""
    above = scores - scores.max(axis=axis, keepdims=True)
    return above - np.log(np.exp(above).sum(axis=axis, keepdims=True))


def draw_loss_case(size):
    """Return scores (N, K) of a size, attention (N, K, h, w) and labels (N,)."""
    random = np.random.default_rng(11)
    scores = size * random.normal(0, 1, (4, 5)).astype(np.float32)
    return scores, random.uniform(0.05, 0.95, (4, 5, 3, 2)).astype(np.float32), np.array([2, 0, 3, 2])


def loss(scores, attention, y, weight):
    """Return the right loss."""
    return entropy(log_softmax(scores), y) + weight * attention.mean()


def entropy(log_shares, y):
    """Return what is paid for the classes."""
    return -log_shares[np.arange(len(y)), y].mean()


def loss_mistakes(sentence, scores, attention, y, weight):
    """Return the losses of known mistakes, by their sentences."""
    images, right = np.arange(len(y)), entropy(log_softmax(scores), y)
    area, of_label = weight * attention.mean(), attention[images, y]
    losses = {
        "cross_entropy_of_probabilities": entropy(log_softmax(np.exp(log_softmax(scores))), y) + area,
        "nll_of_scores": entropy(scores, y) + area,
        "softmax_over_images": entropy(log_softmax(scores, axis=0), y) + area,
        "negated_scores": entropy(log_softmax(-scores), y) + area,
        "summed_over_images": len(y) * right + area,
        "predicted_for_label": entropy(log_softmax(scores), scores.argmax(axis=1)) + area,
        "no_area": right,
        "weight_ignored": right + attention.mean(),
        "area_subtracted": right - area,
        "area_squared": right + weight * attention.mean() ** 2,
        "mean_of_squares": right + weight * (attention**2).mean(),
        "area_summed": right + weight * attention.sum(),
        "area_summed_per_image": right + weight * attention.sum(axis=(1, 2, 3)).mean(),
        "area_summed_per_map": right + weight * attention.sum(axis=(2, 3)).mean(),
        "area_of_label": right + weight * of_label.mean(),
        "weight_on_both": weight * right + area,
        "weighted_average": (1 - weight) * right + area,
    }
    return {sentence(name): np.array(value) for name, value in losses.items()}


@pytest.mark.points(2)
def test_pays_for_wrong_classes(student, close_to, sentence):
    """Where attention costs nothing, scouter_loss is the cross-entropy of the scores, its mean over the images."""
    scores, attention, y = draw_loss_case(1.5)
    right = np.array(loss(scores.astype(np.float64), attention, y, 0.0))
    mistakes = loss_mistakes(sentence, scores.astype(np.float64), attention.astype(np.float64), y, 0.0)
    del mistakes[sentence("no_area")]  # which is right here
    assert student.scouter_loss(scores, attention, y, 0.0) == close_to(
        right, later("a number"), mistakes=mistakes
    )


@pytest.mark.points(2)
def test_pays_for_attention(student, close_to, sentence):
    """scouter_loss adds area_weight times the mean of the attention over images, classes and positions."""
    scores, attention, y = draw_loss_case(1.5)
    wide = scores.astype(np.float64), attention.astype(np.float64), y, 3.7
    assert student.scouter_loss(scores, attention, y, 3.7) == close_to(
        np.array(loss(*wide)), later("a number"), mistakes=loss_mistakes(sentence, *wide)
    )


@pytest.mark.points(1)
def test_stays_finite(student, close_to, sentence):
    """scouter_loss is a finite number for scores as far apart as 500."""
    scores, attention, y = draw_loss_case(200.0)
    wide = scores.astype(np.float64), attention.astype(np.float64), y, 0.7
    answer = student.scouter_loss(scores, attention, y, 0.7)
    assert np.isfinite(answer.number), reason(
        "the loss is {value}", hint=sentence("logarithm_of_zero"), value=answer.number
    )
    assert answer == close_to(
        np.array(loss(*wide)), later("a number"), mistakes=loss_mistakes(sentence, *wide)
    )
