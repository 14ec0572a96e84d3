# Made from reference/embedding.py by: python -m reference strip
"""Embedding: what a net takes for alike, by nearest neighbours and on a map (t-SNE)."""

import math
from typing import Any

import torch
from torch import Tensor, nn


def extract_features(model: nn.Module, images: Tensor) -> Tensor:
    """Return the features that a net reads its scores from: what goes into its last layer with weights.

    That layer is the last `nn.Linear` of `model.modules()`. A net without one, such as SqueezeNet, makes its scores
    with its last `nn.Conv2d`; what goes into that is averaged over the positions.

    Args:
        model: maps images to scores (N, K). It works in eval mode here, so without dropout, whatever mode it comes
            in, and is left as found: the mode of each module, parameters, no hook, also when it raises.
        images: (N, C, H, W) float, as the model reads them; N may be 1. Not changed.
    Returns:
        (N, D), dtype of the model's output, no grad.
    Raises:
        ValueError: if the model has neither a linear layer nor a convolution.
    Source: Krizhevsky et al. 2012, "ImageNet classification with deep convolutional neural networks", section 6.1.
    """
    raise NotImplementedError("embedding: write extract_features")


def nearest_neighbors(query: Tensor, database: Tensor, k: int) -> Tensor:
    """Return which rows of a database lie nearest to each query, by L2 distance.

    Args:
        query: features, (Q, D) float. A query that is itself in the database finds itself first, at distance 0.
        database: features, (N, D), dtype of `query`.
        k: how many neighbours, from 1 to N.
    Returns:
        (Q, k) int64 in [0, N): in each row the nearest first. Which of two equally near ones comes first is open.
    Raises:
        ValueError: if k is not in [1, N].
    Source: Krizhevsky et al. 2012, as above, figure 4.
    """
    raise NotImplementedError("embedding: write nearest_neighbors")


def tsne_affinities(features: Tensor, perplexity: float) -> Tensor:
    """Return how strongly t-SNE ties each pair of points together, a probability for each ordered pair.

    With d_ij the L2 distance of points i and j: p_j|i = exp(-d_ij^2 / (2 s_i^2)), divided by its sum over all j
    other than i, where each point has a bandwidth s_i of its own, such that 2 to the entropy of p_.|i in bits is the
    perplexity; then p_ij = (p_j|i + p_i|j) / (2N).

    Args:
        features: (N, D) float, N at least 3. Not changed.
        perplexity: how many neighbours a point has, so to speak; from 1 to N - 1. A binary search finds each s_i
            until the entropy is right to 1e-5 bits or better.
    Returns:
        (N, N), dtype of the features, >= 0: symmetric, zeros on the diagonal, sum 1. The same for features of any
        scale.
    Raises:
        ValueError: if the perplexity is not in [1, N - 1].
    Source: van der Maaten and Hinton 2008, "Visualizing data using t-SNE", section 2 and equation 12.
    """
    raise NotImplementedError("embedding: write tsne_affinities")


def tsne(features: Tensor, perplexity: float = 30.0, iterations: int = 500, seed: int = 0) -> Tensor:
    """Return a map of the features: a point in the plane for each, near to each other where the features are.

    The map minimises KL(P || Q) = sum of p_ij log(p_ij / q_ij) with P from `tsne_affinities` and
    q_ij = (1 + |y_i - y_j|^2)^-1, divided by its sum over all pairs of different points. Its gradient with respect
    to y_i is 4 * sum over j of (p_ij - q_ij) (y_i - y_j) / (1 + |y_i - y_j|^2).

    Args:
        features: (N, D) float. Not changed.
        perplexity: see `tsne_affinities`.
        iterations: how many steps of gradient descent. With momentum, and P enlarged (early exaggeration) in the
            first quarter of the steps, 500 are plenty for a hundred points.
        seed: of the random numbers that the map starts from: the same seed gives the same map, whatever else has
            drawn random numbers before.
    Returns:
        (N, 2), dtype of the features, no grad: row i belongs to row i of the features. Where the map lies, which way
        it is turned, and which of several good maps it is, is open.
    Source: van der Maaten and Hinton 2008, as above, equations 3 to 5 and section 3.4.
    """
    raise NotImplementedError("embedding: write tsne")
