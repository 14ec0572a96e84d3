"""Wrong answers to `second_backward` that get its error wrong, or run into one."""
# mypy: disable-error-code="no-untyped-call, union-attr, return-value"

from torch import Tensor

from reference.variants import mistake
from reference.variants.autograd import ERROR_ESCAPES

TWICE = "autograd.second_backward"


@mistake(
    of=TWICE,
    says="It looks like the error's kind came back instead of what it says: return its text, str(error).",
)
def kind_of_error(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = (x**2).sum()
    y.backward()
    message = ""
    try:
        y.backward()
    except RuntimeError as error:
        message = type(error).__name__
    first, x.grad = x.grad, None
    y = (x**2).sum()
    y.backward(retain_graph=True)
    y.backward()
    return first, message, x.grad


@mistake(
    of=TWICE,
    says="It looks like backward was called on several numbers at once: add the squares up first, y = (x ** 2).sum().",
)
def sum_missing(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = x**2
    y.backward()
    message = ""
    try:
        y.backward()
    except RuntimeError as error:
        message = str(error)
    first, x.grad = x.grad, None
    y = x**2
    y.backward(retain_graph=True)
    y.backward()
    return first, message, x.grad


@mistake(of=TWICE, says=ERROR_ESCAPES)
def kept_too_late(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = (x**2).sum()
    y.backward()
    message = ""
    try:
        y.backward()
    except RuntimeError as error:
        message = str(error)
    first, x.grad = x.grad, None
    y = (x**2).sum()
    y.backward()
    y.backward(retain_graph=True)
    return first, message, x.grad


@mistake(of=TWICE, says=ERROR_ESCAPES)
def error_not_caught(x: Tensor) -> tuple[Tensor, str, Tensor]:
    x.requires_grad_()
    y = (x**2).sum()
    y.backward()
    y.backward()
    first, x.grad = x.grad, None
    y = (x**2).sum()
    y.backward(retain_graph=True)
    y.backward()
    return first, "Trying to backward through the graph a second time", x.grad
