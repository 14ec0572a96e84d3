"""Wrong answers to slot_attention, from the features to the attention."""
# mypy: disable-error-code="no-untyped-call,no-untyped-def"

import math

import torch
import torch.nn.functional as F

from reference.variants import mistake

ATTENTION = "scouter.slot_attention"


@mistake(
    of=ATTENTION,
    says="It looks like a softmax over the positions stands where the sigmoid should: then every map sums to 1 and no "
    "loss can make it smaller, so use torch.sigmoid.",
)
def softmax_over_positions(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations, lambda D: torch.softmax(D, dim=2))


@mistake(
    of=ATTENTION,
    says="It looks like a softmax over the classes stands where the sigmoid should: classes do not compete for a "
    "position here, so use torch.sigmoid.",
)
def softmax_over_classes(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations, lambda D: torch.softmax(D, dim=1))


@mistake(
    of=ATTENTION,
    says="It looks like the attention of each class was divided by its sum: leave it as the sigmoid gives it, so that "
    "a class that finds nothing gets nothing.",
)
def attention_sums_to_one(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)

    def weigh(D):
        A = torch.sigmoid(D)
        return A / A.sum(dim=2, keepdim=True)

    return run(features, v, k, slots, W_ih, W_hh, e, iterations, weigh)


@mistake(
    of=ATTENTION,
    says="It looks like the products were divided by their row sums, as in the paper: that can divide by zero and is "
    "left out here, so take the sigmoid right after the division by sqrt(D).",
)
def rows_normalised(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)

    def weigh(D):
        return torch.sigmoid(D / D.sum(dim=2, keepdim=True) * D.sum(dim=(1, 2), keepdim=True))

    return run(features, v, k, slots, W_ih, W_hh, e, iterations, weigh)


@mistake(
    of=ATTENTION,
    says="It looks like the sigmoid is missing: the attention is to lie between 0 and 1, so apply torch.sigmoid to "
    "the products.",
)
def no_sigmoid(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations, lambda D: D)


@mistake(
    of=ATTENTION,
    says="It looks like a ReLU stands where the sigmoid should: the attention is to lie between 0 and 1, so use "
    "torch.sigmoid.",
)
def relu_for_sigmoid(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations, torch.relu)


@mistake(
    of=ATTENTION,
    says="It looks like the products of slots and keys are not divided by sqrt(D): do so before the sigmoid, which "
    "saturates otherwise.",
)
def not_scaled(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    root = math.sqrt(slots.shape[1])
    return run(features, v, k, slots, W_ih, W_hh, e, iterations, lambda D: torch.sigmoid(D * root))


@mistake(
    of=ATTENTION,
    says="It looks like the products of slots and keys are divided by D: divide them by its square root, sqrt(D).",
)
def scaled_by_length(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, positions, W_k)
    root = math.sqrt(slots.shape[1])
    return run(features, v, k, slots, W_ih, W_hh, e, iterations, lambda D: torch.sigmoid(D / root))


@mistake(
    of=ATTENTION,
    says="It looks like the keys know nothing of the positions: add the position encoding to the values before you "
    "multiply them with W_k.",
)
def no_positions(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v, k = project(features, W_v, 0 * positions, W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like the position encoding was added to the values too: it belongs to the keys only, since scores "
    "are made of what is there, not of where it is.",
)
def positions_on_values(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v = F.relu(features.flatten(2).permute(0, 2, 1) @ W_v.t())
    v += positions
    k = F.relu(v @ W_k.t())
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like the position encoding was added after W_k: add it to the values first, then multiply with W_k "
    "and apply the ReLU.",
)
def positions_after_projection(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v = F.relu(features.flatten(2).permute(0, 2, 1) @ W_v.t())
    k = F.relu(v @ W_k.t() + positions)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like the values lack their ReLU: without it a score may have either sign, so apply torch.relu after "
    "W_v.",
)
def no_relu_on_values(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v = features.flatten(2).permute(0, 2, 1) @ W_v.t()
    k = F.relu((v + positions) @ W_k.t())
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like the keys lack their ReLU: apply torch.relu after W_k, as after W_v.",
)
def no_relu_on_keys(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v = F.relu(features.flatten(2).permute(0, 2, 1) @ W_v.t())
    k = (v + positions) @ W_k.t()
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like W_k was multiplied from the wrong side: as in nn.Linear, a row of weights makes one entry of a "
    "key, so write x @ W_k.T.",
)
def weights_not_transposed(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    v = F.relu(features.flatten(2).permute(0, 2, 1) @ W_v.t())
    k = F.relu((v + positions) @ W_k)
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like features were reshaped where axes must change places: view(N, P, C) mixes channels with "
    "positions, so write features.flatten(2).transpose(1, 2).",
)
def reshaped_for_transposed(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    N, C, h, w = features.shape
    v = F.relu(features.reshape(N, h * w, C) @ W_v.t())
    k = F.relu((v + positions) @ W_k.t())
    return run(features, v, k, slots, W_ih, W_hh, e, iterations)


@mistake(
    of=ATTENTION,
    says="It looks like the positions are counted down the columns: p = i * w + j counts along the rows, as flatten(2) "
    "does.",
)
def columns_first(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    h, w = features.shape[2:]
    v, k = project(features.transpose(2, 3), W_v, positions, W_k)
    o, A = run(features, v, k, slots, W_ih, W_hh, e, iterations)
    return o, A.flatten(2).unflatten(2, (w, h)).transpose(2, 3)


@mistake(
    of=ATTENTION,
    says="It looks like the keys were summed up where the values should be: u adds the values, weighed by the "
    "attention.",
)
def keys_as_values(features, W_v, positions, W_k, slots, W_ih, W_hh, e=1, iterations=3):
    _, k = project(features, W_v, positions, W_k)
    return run(features, k, k, slots, W_ih, W_hh, e, iterations)


def project(features, W_v, positions, W_k):
    """Return values and keys, (N, P, D) both."""
    v = F.relu(features.flatten(2).permute(0, 2, 1) @ W_v.t())
    return v, F.relu((v + positions) @ W_k.t())


def run(features, v, k, slots, W_ih, W_hh, e, iterations, weigh=torch.sigmoid):
    """Return scores and attention; `weigh` makes attention of the scaled products, (N, K, P)."""
    N, _, h, w = features.shape
    K, d = slots.shape
    q = slots.unsqueeze(0).repeat(N, 1, 1)
    for _ in range(iterations):
        A = weigh(torch.bmm(q, k.permute(0, 2, 1)) / math.sqrt(d))
        u = torch.bmm(A, v) / d
        q = torch.gru_cell(u.reshape(-1, d), q.reshape(-1, d), W_ih, W_hh).reshape(N, K, d)
    return e * u.sum(-1), A.reshape(N, K, h, w)
