"""Wrong answers to the autograd exercise: gradients that add up, and graphs that are used twice."""
# Students write x.grad without asking whether it is None, and so do these.
# mypy: disable-error-code="no-untyped-call, union-attr, operator, return-value"

import torch
from torch import Tensor

from reference.variants import mistake

ACCUMULATE = "autograd.accumulate_gradient"
TWICE = "autograd.second_backward"

# Each shared by two mistakes that look the same from outside.
NO_SUM = (
    "It looks like the gradients do not add up: neither clear x.grad between the calls nor divide it by their number, "
    "since it is to hold their sum."
)
NO_ERROR = (
    "It looks like no error came in the first trial: call backward twice on the same y, and leave retain_graph out "
    "of both calls."
)
ERROR_ESCAPES = (
    "It looks like the error of a freed graph was not caught: put the second call of the first trial into try and "
    "except, and give retain_graph=True to the first call of the second trial."
)


@mistake(of=ACCUMULATE, says=NO_SUM)
def zeroed_between(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    for _ in range(times):
        if x.grad is not None:
            x.grad.zero_()
        y.backward(weights, retain_graph=True)
    return x.grad


@mistake(of=ACCUMULATE, says=NO_SUM)
def divided_by_times(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    for _ in range(times):
        y.backward(weights / times, retain_graph=True)
    return x.grad


@mistake(
    of=ACCUMULATE,
    says="It looks like x.grad was added up by hand although it already holds a sum: read it once, after the last "
    "call of backward.",
)
def added_up_by_hand(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    total = torch.zeros_like(x)
    for _ in range(times):
        y.backward(weights, retain_graph=True)
        total = total + x.grad
    return total


@mistake(
    of=ACCUMULATE,
    says="It looks like backward was called once more than asked: the call before the loop counts too.",
)
def one_call_too_many(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    y.backward(weights, retain_graph=True)
    for _ in range(times):
        y.backward(weights, retain_graph=True)
    return x.grad


@mistake(
    of=ACCUMULATE,
    says="It looks like the weights are missing: y has several elements, so hand the gradient to start from to "
    "backward, y.backward(weights).",
)
def weights_ignored(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    for _ in range(times):
        y.sum().backward(retain_graph=True)
    return x.grad


@mistake(
    of=ACCUMULATE,
    says="It looks like the graph was gone when backward was called again: keep it with "
    "y.backward(weights, retain_graph=True).",
)
def graph_not_kept(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    for _ in range(times):
        y.backward(weights)
    return x.grad


@mistake(
    of=ACCUMULATE,
    says="It looks like nothing asked for a gradient: x arrives as plain numbers, so call x.requires_grad_() before "
    "you compute y.",
)
def needs_no_gradient(x: Tensor, weights: Tensor, times: int) -> Tensor:
    y = x * 3
    for _ in range(times):
        y.backward(weights, retain_graph=True)
    return x.grad


@mistake(
    of=ACCUMULATE,
    says="It looks like None came back: y is no leaf and keeps no gradient, so read x.grad after the last call, and "
    "return it.",
)
def gradient_of_y(x: Tensor, weights: Tensor, times: int) -> Tensor:
    x.requires_grad_()
    y = x * 3
    for _ in range(times):
        y.backward(weights, retain_graph=True)
    return y.grad


@mistake(
    of=TWICE,
    says="It looks like the first gradient changed after you had read it: x.grad is one tensor that goes on growing, "
    "so return a copy, x.grad.clone().",
)
def gradient_not_copied(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = (x**2).sum()
    y.backward()
    message = ""
    try:
        y.backward()
    except RuntimeError as error:
        message = str(error)
    first = x.grad
    x.grad.zero_()
    y = (x**2).sum()
    y.backward(retain_graph=True)
    y.backward()
    return first, message, x.grad


@mistake(
    of=TWICE,
    says="It looks like the second trial adds to the gradient of the first: empty x.grad in between, x.grad = None.",
)
def not_cleared(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = (x**2).sum()
    y.backward()
    message = ""
    try:
        y.backward()
    except RuntimeError as error:
        message = str(error)
    first = x.grad.clone()
    y = (x**2).sum()
    y.backward(retain_graph=True)
    y.backward()
    return first, message, x.grad


@mistake(of=TWICE, says=NO_ERROR)
def kept_from_the_start(x: Tensor) -> tuple[Tensor, str, Tensor]:
    message = ""
    gradients = []
    for _ in range(2):
        leaf = x.detach().clone().requires_grad_()
        y = (leaf**2).sum()
        y.backward(retain_graph=True)
        try:
            y.backward()
        except RuntimeError as error:
            message = str(error)
        gradients.append(leaf.grad)
    return gradients[0], message, gradients[1]


@mistake(of=TWICE, says=NO_ERROR)
def new_graph_each_time(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    message = ""
    try:
        (x**2).sum().backward()
        (x**2).sum().backward()
    except RuntimeError as error:
        message = str(error)
    first, x.grad = x.grad, None
    y = (x**2).sum()
    y.backward(retain_graph=True)
    y.backward()
    return first, message, x.grad


@mistake(
    of=TWICE,
    says="It looks like the second trial made one pass only: call y.backward() once more after "
    "y.backward(retain_graph=True).",
)
def second_pass_missing(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = (x**2).sum()
    y.backward()
    message = ""
    try:
        y.backward()
    except RuntimeError as error:
        message = str(error)
    first, x.grad = x.grad, None
    (x**2).sum().backward(retain_graph=True)
    return first, message, x.grad


@mistake(
    of=TWICE,
    says="It looks like the two gradients changed places: first the one of the graph that was freed, last the one of "
    "the graph that was kept.",
)
def kept_one_first(x: Tensor) -> tuple[Tensor, str, Tensor]:
    freed = x.detach().clone().requires_grad_()
    kept = x.detach().clone().requires_grad_()
    message = ""
    y = (kept**2).sum()
    y.backward(retain_graph=True)
    y.backward()
    y = (freed**2).sum()
    y.backward()
    try:
        y.backward()
    except RuntimeError as error:
        message = str(error)
    return kept.grad, message, freed.grad
