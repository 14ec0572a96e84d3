"""Wrong answers to the fooling exercise."""
# Students write X.grad without asking whether it is None, and so do these.
# mypy: disable-error-code="union-attr, operator, arg-type"

import torch
from torch import Tensor, nn

from reference.variants import mistake

FOOL = "fooling.make_fooling_image"


@mistake(
    of=FOOL,
    says="It looks like the gradient was divided by the square of its norm, so the steps have no fixed length: divide "
    "by g.norm(), the root of the sum of squares.",
)
def squared_norm(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores[0].argmax().item() == target_y:
            break
        scores[0, target_y].backward()
        g = X_fooling.grad
        X_fooling.data += g / (g * g).sum()
        X_fooling.grad.zero_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the image is moved once more after it passed the test, so the image you return was never "
    "tested: leave the loop as soon as the model is fooled, before the next update.",
)
def updates_after_success(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        fooled = scores[0].argmax().item() == target_y
        scores[0, target_y].backward()
        X_fooling.data += X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
        if fooled:
            break
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the number of steps is fixed and the prediction never looked at: compare scores.argmax() with "
    "target_y before each step, and stop when they agree.",
)
def never_tests(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    for _ in range(10):
        scores = model(X_fooling)
        scores[0, target_y].backward()
        X_fooling.data += X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the caller's image was changed: X_fooling = X is a second name for the same tensor, so start "
    "from X.clone().",
)
def changes_input(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X
    X_fooling.requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores[0].argmax().item() == target_y:
            break
        scores[0, target_y].backward()
        X_fooling.data += X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the steps go downhill: the score of target_y should rise, so add the step in place of "
    "subtracting it.",
)
def descends(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores[0].argmax().item() == target_y:
            break
        scores[0, target_y].backward()
        X_fooling.data -= X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the image came back unchanged, so the model is not fooled: repeat gradient steps on X_fooling "
    "until the model predicts target_y.",
)
def returns_input_unchanged(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone()
    X_fooling = X_fooling.requires_grad_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the score of the predicted class is pushed down until any other class wins: push the score of "
    "target_y up, and stop only when target_y is predicted.",
)
def any_other_class(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    original = model(X)[0].argmax().item()
    for _ in range(100):
        scores = model(X_fooling)
        if scores[0].argmax().item() != original:
            break
        scores[0, original].backward()
        X_fooling.data -= X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the steps are far too long, so the image no longer resembles X: divide the gradient by its "
    "norm and use a learning rate of 1.",
)
def huge_step(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores[0].argmax().item() == target_y:
            break
        scores[0, target_y].backward()
        X_fooling.data += 1000 * X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling.detach()


@mistake(
    of=FOOL,
    says="It looks like the steps are so short that the model is not fooled in time: divide the gradient by its norm, "
    "so that each step has length 1.",
)
def tiny_step(X: Tensor, target_y: int, model: nn.Module) -> Tensor:
    X_fooling = X.clone().requires_grad_()
    for _ in range(100):
        scores = model(X_fooling)
        if scores[0].argmax().item() == target_y:
            break
        scores[0, target_y].backward()
        with torch.no_grad():
            X_fooling += 1e-4 * X_fooling.grad / X_fooling.grad.norm()
        X_fooling.grad.zero_()
    return X_fooling.detach()
