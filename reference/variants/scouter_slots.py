"""Wrong answers to slot_attention, from the attention to the score: how slots move, what they are worth."""
# mypy: disable-error-code="no-untyped-call,no-untyped-def"

import math

import torch

from reference.variants import mistake
from reference.variants.scouter import project, run

ATTENTION = "scouter.slot_attention"


@mistake(
    of=ATTENTION,
    says="It looks like e is not used: multiply the score with it, so that a class that is denied gets a negative one.",
)
def e_ignored(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, 1, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like e went into the sigmoid: the attention does not depend on it, so multiply the finished score "
    "with it.",
)
def e_inside_sigmoid(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, 1, iterations, lambda D: torch.sigmoid(e * D))


@mistake(
    of=ATTENTION,
    says="It looks like e was multiplied to u before the GRU saw it: the slots do not depend on it, so multiply the "
    "finished score with it.",
)
def e_inside_gru(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return loop(features, v, k, slots, iterations, lambda u, q: gru(e * u, q, W_ih, W_hh), lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like input and hidden state of the GRU are swapped: its input is u, its hidden state the slot.",
)
def gru_swapped(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return loop(features, v, k, slots, iterations, lambda u, q: gru(q, u, W_ih, W_hh), lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like the weights of the GRU are swapped: W_ih belongs to its input u, W_hh to its hidden state, the "
    "slot.",
)
def gru_weights_swapped(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return loop(features, v, k, slots, iterations, lambda u, q: gru(u, q, W_hh, W_ih), lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like the update gate works the wrong way round: the new slot is (1 - z) * n + z * q, or leave it to "
    "torch.gru_cell.",
)
def gru_gate_reversed(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)

    def cell(u, q):
        ir, iz, n = (u @ W_ih.T).chunk(3, dim=-1)
        hr, hz, hn = (q @ W_hh.T).chunk(3, dim=-1)
        r, z = torch.sigmoid(ir + hr), torch.sigmoid(iz + hz)
        n = torch.tanh(n + r * hn)
        return z * n + (1 - z) * q

    return loop(features, v, k, slots, iterations, cell, lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like u was added to the slot: let the GRU decide what of it the slot takes over.",
)
def adds_for_gru(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return loop(features, v, k, slots, iterations, lambda u, q: q + u, lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like the slots never move: give what the GRU returns to the next iteration as its slots.",
)
def slots_never_move(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return loop(features, v, k, slots, iterations, lambda u, q: q, lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like each iteration begins with the first slots again: the GRU's hidden state is the slot that the "
    "iteration before left.",
)
def slots_start_over(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    start = slots.expand(len(features), *slots.shape)
    return loop(features, v, k, slots, iterations, lambda u, q: gru(u, start, W_ih, W_hh), lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like all images share one set of slots: a slot learns from its own image only, so keep (N, K, D).",
)
def slots_shared_by_images(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)

    def cell(u, q):
        return gru(u.mean(0), q[0], W_ih, W_hh).expand(len(u), -1, -1)

    return loop(features, v, k, slots, iterations, cell, lambda u: e * u)


@mistake(
    of=ATTENTION,
    says="It looks like there are always three iterations: compute as many as the argument says.",
)
def always_three_iterations(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, 3)


@mistake(
    of=ATTENTION,
    says="It looks like one iteration too many is computed: the first attention already counts, so the slots move "
    "iterations - 1 times.",
)
def one_iteration_more(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations + 1)


@mistake(
    of=ATTENTION,
    says="It looks like the attention of the first iteration is returned: return that of the last one, which the "
    "scores are made of.",
)
def first_attention(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    _, A = run(features, v, k, slots, W_ih, W_hh, e, 1)
    o, _ = run(features, v, k, slots, W_ih, W_hh, e, iterations)
    return o, A


@mistake(
    of=ATTENTION,
    says="It looks like the attention was stretched from 0 to 1 for display: return it as the sigmoid gives it, or an "
    "empty map looks like a full one.",
)
def attention_stretched(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    o, A = run(features, v, k, slots, W_ih, W_hh, e, iterations)
    low, high = A.amin(dim=(2, 3), keepdim=True), A.amax(dim=(2, 3), keepdim=True)
    return o, (A - low) / (high - low)


@mistake(
    of=ATTENTION,
    says="It looks like u is not divided by D: divide the sum over the positions by the length of the values.",
)
def not_divided_by_length(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v * slots.shape[1], k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like u is the mean over the positions: it is their sum divided by D, the length of the values.",
)
def divided_by_positions(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v * slots.shape[1] / len(positions), k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like the score is the mean of u: u is divided by D already, so sum its entries up.",
)
def mean_of_u(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    o, A = run(features, v, k, slots, W_ih, W_hh, e, iterations)
    return o / slots.shape[1], A


@mistake(
    of=ATTENTION,
    says="It looks like the score is the sum of the slot: sum up u, what the class got in the last iteration, so that "
    "the map is the score.",
)
def score_of_slot(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    kept = []

    def cell(u, q):
        kept.append(gru(u, q, W_ih, W_hh))
        return kept[-1]

    _, A = loop(features, v, k, slots, iterations, cell, lambda u: e * u)
    return e * kept[-1].sum(-1), A


@mistake(
    of=ATTENTION,
    says="It looks like the scores went through a softmax: return them as they are, the loss takes care of it.",
)
def probabilities_returned(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    o, A = run(features, v, k, slots, W_ih, W_hh, e, iterations)
    return torch.softmax(o, dim=1), A


@mistake(
    of=ATTENTION,
    says="It looks like the scores went through a log_softmax: return them as they are, the loss takes care of it.",
)
def log_probabilities_returned(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    o, A = run(features, v, k, slots, W_ih, W_hh, e, iterations)
    return torch.log_softmax(o, dim=1), A


def loop(features, v, k, slots, iterations, move, worth):
    """Return scores and attention; `move` makes new slots of u and slots, `worth` gives u its sign."""
    N, _, h, w = features.shape
    q = slots.expand(N, *slots.shape)
    for _ in range(iterations):
        A = torch.sigmoid(q @ k.transpose(1, 2) / math.sqrt(slots.shape[1]))
        u = A @ v / slots.shape[1]
        q = move(u, q)
    return worth(u).sum(-1), A.reshape(N, -1, h, w)


def gru(u, q, W_ih, W_hh):
    """Return the slots after one step, in the shape of u."""
    D = u.shape[-1]
    return torch.gru_cell(u.reshape(-1, D), q.reshape(-1, D), W_ih, W_hh).reshape(u.shape)
