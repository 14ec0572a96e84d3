"""Wrong answers to `compute_gradient_score` and `visualize_saliency`."""
# Students write image.grad without asking whether it is None, and so do these.
# mypy: disable-error-code="index, no-untyped-call"

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import mistake

SCORE = "saliency.compute_gradient_score"
VISUALIZE = "saliency.visualize_saliency"

# Shared, because the two maps differ by a factor only, so that nobody can tell them apart.
SUMMED = (
    "It looks like the squares of the three channels were added up or averaged: take their maximum, "
    "torch.max(vis, 0)."
)


@mistake(
    of=SCORE,
    says="It looks like the absolute value was taken: this function returns the gradient with its sign, so leave "
    ".abs() out.",
)
def absolute_gradient(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    scores[class_idx].backward()
    return image.grad[0].abs()


@mistake(
    of=SCORE,
    says="It looks like the gradient belongs to the class with the highest score: use scores[class_idx], the class "
    "that was asked for.",
)
def highest_score_instead_of_class(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    scores.max().backward()
    return image.grad[0]


@mistake(
    of=SCORE,
    says="It looks like the scores of all classes were added up: call backward on scores[class_idx] alone.",
)
def gradient_of_score_sum(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    scores.sum().backward()
    return image.grad[0]


@mistake(
    of=SCORE,
    says="It looks like a softmax came between the score and the gradient: call backward on the raw "
    "scores[class_idx].",
)
def gradient_of_softmax(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    probs = torch.softmax(scores, dim=0)
    probs[class_idx].backward()
    return image.grad[0]


@mistake(
    of=SCORE,
    says="It looks like you took the gradient of a loss, which points the other way: call backward on the raw "
    "scores[class_idx].",
)
def gradient_of_loss(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    loss = F.cross_entropy(scores.unsqueeze(0), torch.as_tensor([int(class_idx)]))
    loss.backward()
    return image.grad[0]


@mistake(
    of=SCORE,
    says="It looks like the batch axis is still there: return grad[0], of shape (3, H, W).",
)
def keeps_batch_axis(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    scores[class_idx].backward()
    return image.grad  # type: ignore[return-value]


@mistake(
    of=SCORE,
    says="It looks like the zeros from the start came back: after backward, return image.grad[0].",
)
def zeros_from_the_start(scores: Tensor, image: Tensor, class_idx: int) -> Tensor:
    grad = torch.zeros_like(image)
    scores[class_idx].backward()
    return grad[0].detach()


@mistake(
    of=VISUALIZE,
    says="It looks like the absolute value was taken where the square is asked for: use grad ** 2 before the maximum "
    "over the channels.",
)
def absolute_instead_of_square(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output.max().backward()
    return batch.grad[0].abs().max(dim=0)[0]


@mistake(
    of=VISUALIZE,
    says=SUMMED,
)
def squares_summed_over_channels(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output.max().backward()
    return (batch.grad[0] ** 2).sum(dim=0)


@mistake(
    of=VISUALIZE,
    says=SUMMED,
)
def squares_averaged_over_channels(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output.max().backward()
    return (batch.grad[0] ** 2).mean(dim=0)


@mistake(
    of=VISUALIZE,
    says="It looks like you took the gradient of a probability: leave the softmax out and start from the raw score of "
    "the predicted class.",
)
def squared_softmax_gradient(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    probs = torch.softmax(model(batch)[0], dim=0)
    probs.max().backward()
    return (batch.grad[0] ** 2).max(dim=0)[0]


@mistake(
    of=VISUALIZE,
    says="It looks like the maximum over the channels came before the square, so a strong negative gradient was lost: "
    "square first, then take the maximum.",
)
def max_before_square(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output.max().backward()
    vis, _ = torch.max(batch.grad[0], 0)
    return vis**2


@mistake(
    of=VISUALIZE,
    says="It looks like the scores of all classes were added up: explain the predicted class only, the one with the "
    "highest score.",
)
def squared_gradient_of_all_scores(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output.sum().backward()
    return (batch.grad[0] ** 2).max(dim=0)[0]


@mistake(
    of=VISUALIZE,
    says="It looks like class 0 is explained for every image: take the class with the highest score, output.argmax().",
)
def always_class_zero(image: Tensor, model: nn.Module) -> Tensor:
    batch = image.unsqueeze(0).clone().requires_grad_()
    output = model(batch)[0]
    output[0].backward()
    return (batch.grad[0] ** 2).max(dim=0)[0]
