"""SCOUTER: a head that gives its reasons, one attention map for each class, for it or against it."""

import math

import torch
from torch import Tensor, nn


def slot_attention(
    features: Tensor,
    W_v: Tensor,
    positions: Tensor,
    W_k: Tensor,
    slots: Tensor,
    W_ih: Tensor,
    W_hh: Tensor,
    e: int = 1,
    iterations: int = 3,
) -> tuple[Tensor, Tensor]:
    """Return the score of each class, and where each class found what its score is made of.

    The P = h * w positions of an image hold values v_p = ReLU(W_v @ f_p), f_p the features there, and
    keys k_p = ReLU(W_k @ (v_p + positions_p)); p = i * w + j counts along the rows. Each class has a slot
    q, a vector that all images begin with. One iteration is

        a_p = sigmoid(q . k_p / sqrt(D))          how much of position p the class takes
        u = (sum over p of a_p * v_p) / D         what it gets, (D,)
        q <- GRU(u, q)                            the slot after it: input u, hidden state q

    and the score of the class is e * (sum over the D entries of u), with u and a those of the last iteration.

    Args:
        features: (N, C, h, w) float, what a layer makes of the images. Not modified, like all arguments.
        W_v: (D, C), a linear layer without bias: a convolution of size 1.
        positions: (P, D), the encoding of each position; it tells keys apart and is no part of the values.
        W_k: (D, D), a linear layer without bias.
        slots: (K, D), one for each class, as they are before the first iteration.
        W_ih, W_hh: (3 * D, D), what the GRU multiplies u and q with: `w_ih` and `w_hh` of torch.gru_cell, no bias.
        e: 1 for a head that says why an image is of a class, -1 for one that says why not.
        iterations: how often the attention is computed, at least 1.
    Returns:
        Scores (N, K), of the sign of e or 0, and attention (N, K, h, w) in [0, 1] of the last iteration; both of
        the dtype of the features and joined to the arguments by the autograd graph, so that a loss can train them.
    Source: Li et al. 2021, arXiv:2009.06138, section 3; without its normalisation of the products q . k.
    """
    # BEGIN SOLUTION
    N, _, h, w = features.shape
    K, D = slots.shape
    values = torch.relu(features.flatten(2).transpose(1, 2) @ W_v.T)  # (N, C, h, w) -> (N, P, D)
    keys = torch.relu((values + positions) @ W_k.T)
    queries = slots.expand(N, K, D)

    for _ in range(iterations):
        attention = torch.sigmoid(queries @ keys.transpose(1, 2) / math.sqrt(D))  # (N, K, P)
        updates = attention @ values / D  # (N, K, P) x (N, P, D) -> (N, K, D)
        # torch.gru_cell knows no images: (N, K, D) -> (N * K, D) and back; the last slots are not looked at
        flat = updates.reshape(N * K, D), queries.reshape(N * K, D)
        queries = torch.gru_cell(*flat, W_ih, W_hh).view(N, K, D)

    return e * updates.sum(dim=2), attention.view(N, K, h, w)
    # END SOLUTION


def scouter_loss(scores: Tensor, attention: Tensor, y: Tensor, area_weight: float) -> Tensor:
    """Return what training makes small: wrong classes, and attention that covers more than it needs.

    Args:
        scores: (N, K) float, any sign, as `slot_attention` returns them: no probabilities. Not modified.
        attention: (N, K, h, w) float in [0, 1], as `slot_attention` returns it. Not modified.
        y: class of each image, (N,) int64 in [0, K).
        area_weight: what attention costs, lambda in the paper, >= 0.
    Returns:
        One number, (), no unit: the cross-entropy of the scores, mean over the images, plus area_weight times the
        mean of the attention over images, classes and positions; joined to both by the autograd graph.
    Source: Li et al. 2021, arXiv:2009.06138, section 3.
    """
    # BEGIN SOLUTION
    return nn.functional.cross_entropy(scores, y) + area_weight * attention.mean()
    # END SOLUTION
