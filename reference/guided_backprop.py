"""Deconvnet and guided backpropagation: two other ways back through a ReLU."""

# BEGIN SOLUTION
from collections.abc import Callable
from typing import Any

# END SOLUTION
import torch
from torch import Tensor, nn

# BEGIN SOLUTION
from torch.overrides import TorchFunctionMode

# END SOLUTION
from reference.evaluation import evaluation_mode


def deconvnet(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    """Return the image gradient of a class's score where each ReLU lets only positive gradients through.

    On the way back, a ReLU with forward input a that receives the gradient g passes on g * [g > 0], whatever a is;
    ordinary backpropagation passes on g * [a > 0]. All other layers do what they always do.

    Args:
        model: maps (1, 3, H, W) to scores (1, K). It is run in eval mode and left as found, also if it raises: no
            hook stays, no module is exchanged, no weight and no `.grad` changes.
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
    Returns:
        (3, H, W), dtype of the image, no grad, signed.
    Source: Zeiler and Fergus 2014, arXiv:1311.2901, section 2.1; in this form Springenberg et al. 2015,
        arXiv:1412.6806, section 3.4.
    """
    # BEGIN SOLUTION
    return _backpropagate(model, image, class_idx, lambda gradient, _: gradient * (gradient > 0))
    # END SOLUTION


def guided_backprop(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    """Return the image gradient of a class's score where each ReLU lets through what both rules let through.

    On the way back, a ReLU with forward input a that receives the gradient g passes on g * [a > 0] * [g > 0]: what
    backpropagation passes on, and of that only the positive part. All other layers do what they always do.

    Args:
        model: maps (1, 3, H, W) to scores (1, K). It is run in eval mode and left as found, also if it raises: no
            hook stays, no module is exchanged, no weight and no `.grad` changes.
        image: (3, H, W) float, ImageNet-normalised (no unit). Its values are not changed.
        class_idx: the class to explain, in [0, K).
    Returns:
        (3, H, W), dtype of the image, no grad, signed: it is the last convolution back to the image that makes
        negative values, behind the last ReLU.
    Source: Springenberg et al. 2015, arXiv:1412.6806, section 3.4.
    """
    # BEGIN SOLUTION
    return _backpropagate(
        model, image, class_idx, lambda gradient, active: gradient * active * (gradient > 0)
    )
    # END SOLUTION


# BEGIN SOLUTION
# Of the gradient that arrives at a ReLU and of where its input was positive: the gradient to pass on.
Rule = Callable[[Tensor, Tensor], Tensor]


def _backpropagate(model: nn.Module, image: Tensor, class_idx: int, rule: Rule) -> Tensor:
    """Return the gradient of a score with respect to the image, each ReLU going backwards by a rule of its own."""
    images = image.detach()[None].requires_grad_()
    with evaluation_mode(model), torch.enable_grad(), _OtherReLU(rule):
        score = model(images)[0, class_idx]
    (gradient,) = torch.autograd.grad(score, images)
    return gradient[0]


class _OtherReLU(TorchFunctionMode):
    """Inside a `with` block, every ReLU goes backwards by a rule: nn.ReLU, reused or in place, and torch.relu.

    The functions are caught, not the modules, so there is nothing in the net to restore.
    """

    def __init__(self, rule: Rule) -> None:
        self._rule = rule

    def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        relus = (nn.functional.relu, nn.functional.relu_, torch.relu, torch.relu_, Tensor.relu, Tensor.relu_)
        if function in relus:
            return _RuleBack.apply(args[0], self._rule)  # type: ignore[no-untyped-call]
        return function(*args, **(kwargs or {}))


class _RuleBack(torch.autograd.Function):
    """A ReLU whose backward pass is a rule."""

    @staticmethod
    def forward(ctx: Any, values: Tensor, rule: Rule) -> Tensor:
        ctx.save_for_backward(values > 0)
        ctx.rule = rule
        return values.clamp(min=0)

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (active,) = ctx.saved_tensors
        return ctx.rule(gradients[0], active), None


# END SOLUTION
