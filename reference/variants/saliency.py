"""Wrong answers to `compute_saliency_maps`."""
# Students write X.grad without asking whether it is None, and so do these.
# mypy: disable-error-code="union-attr, operator, no-untyped-call"

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import mistake

MAPS = "saliency.compute_saliency_maps"

# Two mistakes share a sentence where their maps differ by a factor only, so that nobody can tell them apart.
SUMMED = (
    "It looks like the channels were averaged or added up: take the largest of the three absolute gradients at each "
    "pixel, .max(dim=1)."
)
NOT_A_SCORE = (
    "It looks like you took the gradient of a probability or of the cross-entropy loss, which also move with all the "
    "other classes: leave softmax and loss out, and call backward on the raw scores[n, y[n]]."
)


@mistake(
    of=MAPS,
    says="It looks like the maximum over the channels came before the absolute value, so a strong negative "
    "gradient was lost: call .abs() on the gradient first, then take the maximum.",
)
def max_before_abs(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.max(dim=1)[0].abs()


@mistake(
    of=MAPS,
    says="It looks like the absolute value is missing: a negative gradient matters as much as a positive one, so "
    "call .abs() on the gradient before the maximum over the channels.",
)
def no_abs(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    saliency, _ = X.grad.max(dim=1)
    return saliency


@mistake(
    of=MAPS,
    says=SUMMED,
)
def mean_over_channels(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.abs().mean(dim=1)


@mistake(
    of=MAPS,
    says=SUMMED,
)
def sum_over_channels(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.abs().sum(dim=1)


@mistake(
    of=MAPS,
    says="It looks like the signed gradients of the three channels were added, so they cancel: take the absolute "
    "value first, then the maximum over the channels.",
)
def sum_before_abs(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.sum(dim=1).abs()


@mistake(
    of=MAPS,
    says="It looks like the gradient was squared: this map holds absolute values, so use .abs() here (squares are "
    "for visualize_saliency).",
)
def squared_instead_of_abs(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return (X.grad**2).max(dim=1)[0]


@mistake(
    of=MAPS,
    says=NOT_A_SCORE,
)
def softmax_score(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    probs = F.softmax(model(X), dim=1)
    probs.gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says=NOT_A_SCORE,
)
def cross_entropy_loss(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    loss = F.cross_entropy(model(X), y, reduction="sum")
    loss.backward()
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the labels were not used: explain the class y[n] that is asked for, not the class with the "
    "highest score.",
)
def predicted_class_instead_of_label(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores, _ = model(X).max(dim=1)
    scores.backward(torch.ones_like(scores))
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the class index is off by one: classes count from 0, so the score of label y[n] is "
    "scores[n, y[n]].",
)
def next_label(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    wrong = (y + 1) % scores.shape[1]
    scores.gather(1, wrong.view(-1, 1)).sum().backward()
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the label of the first image was used for every image: image n needs its own label y[n].",
)
def first_label_for_all(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores[:, y[0]].sum().backward()
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like scores[:, y] picked the columns of all labels for every image: pair each image with its own "
    "label, scores[torch.arange(N), y], or use scores.gather(1, y.view(-1, 1)).",
)
def scores_colon_y(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)[:, y]
    scores.sum().backward()
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the scores of all classes were added up: keep only the score of the label, scores[n, y[n]], "
    "before you call backward.",
)
def sum_of_all_scores(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.sum().backward()
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like a batch of exactly five images is expected: use torch.ones_like(scores), or call backward on "
    "scores.sum(), so that any number of images works.",
)
def batch_of_five(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X).gather(1, y.view(-1, 1)).squeeze(1)
    scores.backward(torch.tensor([1.0, 1.0, 1.0, 1.0, 1.0]).to(scores.dtype))
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like squeeze() also removed the batch axis when there was one image only: name the axis, "
    "squeeze(1), or leave the squeeze out.",
)
def squeeze_breaks_single(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X).gather(1, y.view(-1, 1)).squeeze()
    scores.backward(torch.ones(len(scores), dtype=scores.dtype))
    return X.grad.abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the gradient was multiplied by the image: a saliency map is the gradient alone, so leave "
    "the product out.",
)
def gradient_times_input(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return (X.grad * X).detach().abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the map shows the image, not its gradient: after backward, read X.grad in place of X.",
)
def image_instead_of_gradient(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X.detach().abs().max(dim=1)[0]


@mistake(
    of=MAPS,
    says="It looks like the model was switched to training mode, where dropout answers differently every time: "
    "call model.eval(), or leave the mode alone.",
)
def training_mode(X: Tensor, y: Tensor, model: nn.Module) -> Tensor:
    model.train()
    X = X.clone().requires_grad_()
    scores = model(X)
    scores.gather(1, y.view(-1, 1)).sum().backward()
    return X.grad.abs().max(dim=1)[0]
