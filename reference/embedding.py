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
    # BEGIN SOLUTION
    layer = _last_layer_with_weights(model)
    inputs_of_layer: list[Tensor] = []

    def keep_input(_module: nn.Module, inputs: Any) -> None:
        inputs_of_layer.append(inputs[0].clone())

    modes = [(module, module.training) for module in model.modules()]
    handle = layer.register_forward_pre_hook(keep_input)
    try:
        model.eval()
        with torch.no_grad():
            model(images)
    finally:
        handle.remove()
        for module, mode in modes:  # one by one: a net in train mode may keep some layers in eval mode
            module.training = mode

    (features,) = inputs_of_layer
    return features if isinstance(layer, nn.Linear) else features.mean(dim=(2, 3))  # (N, D, h, w) -> (N, D)
    # END SOLUTION


# BEGIN SOLUTION
def _last_layer_with_weights(model: nn.Module) -> nn.Module:
    for kind in (nn.Linear, nn.Conv2d):
        layers = [module for module in model.modules() if isinstance(module, kind)]
        if layers:
            return layers[-1]
    raise ValueError("expected a model with an nn.Linear or an nn.Conv2d, found neither; pass a classifier")


# END SOLUTION
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
    # BEGIN SOLUTION
    if not 1 <= k <= len(database):
        raise ValueError(f"expected k from 1 to {len(database)}, the size of the database, got {k}")
    # Differences first: |q|^2 - 2 q.d + |d|^2 loses the digits of a small distance between long vectors.
    squared_distances = (query[:, None] - database[None]).square().sum(dim=2)  # (Q, N, D) -> (Q, N)
    return squared_distances.argsort(dim=1, stable=True)[:, :k]
    # END SOLUTION


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
    # BEGIN SOLUTION
    N = len(features)
    if not 1 <= perplexity <= N - 1:
        raise ValueError(f"expected a perplexity from 1 to {N - 1} for {N} points, got {perplexity}")
    others = ~torch.eye(N, dtype=torch.bool, device=features.device)
    distances = _squared_distances(features.double())[others].view(N, N - 1)
    # The nearest one at 0 and the mean at 1: no exponential vanishes for all of a row, whatever the scale.
    distances = distances - distances.amin(dim=1, keepdim=True)
    distances = distances / distances.mean(dim=1, keepdim=True).clamp(min=torch.finfo(torch.float64).tiny)

    precision, low, high = torch.ones(N, 1), torch.zeros(N, 1), torch.full((N, 1), math.inf)
    precision, low, high = (value.to(distances) for value in (precision, low, high))  # 1 / (2 s_i^2)
    for _ in range(64):
        entropy = torch.special.entr(torch.softmax(-precision * distances, dim=1)).sum(dim=1, keepdim=True)
        too_wide = entropy > math.log(perplexity)
        low, high = torch.where(too_wide, precision, low), torch.where(too_wide, high, precision)
        precision = torch.where(high.isinf(), 2 * precision, (low + high) / 2)

    conditional = torch.zeros(N, N).to(distances)
    conditional[others] = torch.softmax(-precision * distances, dim=1).flatten()
    return ((conditional + conditional.T) / (2 * N)).to(features.dtype)
    # END SOLUTION


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
    # BEGIN SOLUTION
    P = tsne_affinities(features.detach().double(), perplexity)
    N, exaggerated = len(P), iterations // 4
    points = 1e-2 * torch.randn(N, 2, generator=torch.Generator().manual_seed(seed), dtype=P.dtype)
    points = points.to(P.device)
    step, gains = torch.zeros_like(points), torch.ones_like(points)
    for iteration in range(iterations):
        early = iteration < exaggerated
        gradient = _kl_gradient(4 * P if early else P, points)
        # Each coordinate speeds up while it keeps its direction and slows down where it turns.
        gains = torch.where(gradient * step > 0, 0.8 * gains, gains + 0.2).clamp(min=0.01)
        step = (0.5 if early else 0.8) * step - N / 2 * gains * gradient
        points = points + step
    return points.to(features.dtype)
    # END SOLUTION


# BEGIN SOLUTION
def _kl_gradient(P: Tensor, points: Tensor) -> Tensor:
    """Return the gradient of KL(P || Q) with respect to the points of the map, (N, 2)."""
    closeness = 1 / (1 + _squared_distances(points))
    closeness.fill_diagonal_(0)
    Q = closeness / closeness.sum()
    forces = (P - Q) * closeness  # (N, N)
    return 4 * (forces.sum(dim=1, keepdim=True) * points - forces @ points)


def _squared_distances(points: Tensor) -> Tensor:
    return (points[:, None] - points[None]).square().sum(dim=2)  # (N, N, D) -> (N, N)


# END SOLUTION
