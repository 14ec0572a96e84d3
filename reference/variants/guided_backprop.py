"""Wrong answers to the exercise on deconvnet and guided backpropagation."""
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake

GUIDED = "guided_backprop.guided_backprop"
DECONV = "guided_backprop.deconvnet"


@mistake(
    of=GUIDED,
    says="It looks like ordinary backpropagation came back: the rule must hold at every ReLU, so hook each nn.ReLU and "
    "set its negative gradients to 0.",
)
def vanilla_in_place_of_guided(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * a)


@mistake(
    of=GUIDED,
    says="It looks like the deconvnet rule came back: guided backpropagation passes a gradient on only where the "
    "ReLU's input was positive as well.",
)
def deconvnet_rule(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * (g > 0))


@mistake(
    of=GUIDED,
    says="It looks like only the finished image gradient lost its negative values: cut them off at every ReLU on the "
    "way back, and keep the signs of the result.",
)
def clamps_the_result_only(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * a).clamp(min=0)


@mistake(
    of=GUIDED,
    says="It looks like the negative values of the result were cut off: guided backpropagation gives a signed map, so "
    "return the gradient as it is.",
)
def drops_the_negative_half(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided).clamp(min=0)


@mistake(
    of=GUIDED,
    says="It looks like the absolute value was taken: the result is signed, so return the gradient as it is.",
)
def absolute_values(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided).abs()


@mistake(
    of=GUIDED,
    says="It looks like the gradients that are positive were cut off: at a ReLU keep g where g > 0, for example with "
    "clamp(min=0).",
)
def keeps_the_negative_gradients(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * a * (g < 0))


@mistake(
    of=GUIDED,
    says="It looks like the gradient was multiplied by the ReLU's output: the output only decides where a gradient "
    "passes, by being above 0 or not.",
)
def times_the_activation(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * a * (g > 0), mask=False)


@mistake(
    of=GUIDED,
    says="It looks like some ReLUs were passed over: go through all of model.modules(), since a head may have ReLUs "
    "as well.",
)
def backbone_only(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided, among=model.get_submodule("backbone"))


@mistake(
    of=GUIDED,
    says="It looks like the predicted class is explained: start from the score of class_idx, scores[0, class_idx].",
)
def predicted_class(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided, score_of=torch.max)


@mistake(
    of=GUIDED,
    says="It looks like the scores of all classes were added up: start from the score of class_idx alone.",
)
def all_classes(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided, score_of=torch.sum)


@mistake(
    of=GUIDED,
    says="It looks like the gradient belongs to a probability: leave the softmax out and start from the raw score of "
    "class_idx.",
)
def probability(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided, score_of=lambda s: torch.softmax(s, 0)[class_idx])


@mistake(
    of=DECONV,
    says="It looks like ordinary backpropagation came back from deconvnet: at every ReLU pass on g where g > 0, "
    "whatever its input was.",
)
def vanilla_in_place_of_deconvnet(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * a)


@mistake(
    of=DECONV,
    says="It looks like the guided rule came back from deconvnet: it must not ask whether the ReLU's input was "
    "positive, only whether the gradient is.",
)
def guided_rule(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, guided)


@mistake(
    of=DECONV,
    says="It looks like the ReLUs pass on every gradient: deconvnet replaces the rule of the ReLU by another one, "
    "g where g > 0, and does not leave it out.",
)
def no_rule_at_all(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g)


@mistake(
    of=DECONV,
    says="It looks like deconvnet lost the negative half of its result: only the ReLUs cut off, the map itself is "
    "signed.",
)
def deconvnet_drops_the_negative_half(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * (g > 0)).clamp(min=0)


@mistake(
    of=DECONV,
    says="It looks like deconvnet explains the predicted class: start from the score of class_idx.",
)
def deconvnet_of_predicted_class(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return go_back(model, image, class_idx, lambda g, a: g * (g > 0), score_of=torch.max)


@mistake(
    of=DECONV,
    says="It looks like deconvnet passed over some ReLUs: go through all of model.modules(), the head included.",
)
def deconvnet_of_backbone_only(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    rule: Rule = lambda g, a: g * (g > 0)  # noqa: E731
    return go_back(model, image, class_idx, rule, among=model.get_submodule("backbone"))


Rule = Callable[[Tensor, Tensor], Tensor]


def guided(g: Tensor, a: Tensor) -> Tensor:
    """Return what guided backpropagation passes on."""
    return g * a * (g > 0)


def go_back(
    model: nn.Module,
    image: Tensor,
    class_idx: int,
    rule: Rule,
    score_of: Callable[[Tensor], Tensor] | None = None,
    among: nn.Module | None = None,
    mask: bool = True,
) -> Tensor:
    """Return the image gradient with a rule at each nn.ReLU, of the gradient and of where (or what) it put out."""

    class Other(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Tensor) -> Tensor:
            out = x.clamp(min=0)
            ctx.save_for_backward(out)
            return out

        @staticmethod
        def backward(ctx: Any, *g: Any) -> Tensor:
            out = ctx.saved_tensors[0]
            return rule(g[0], (out > 0).to(out.dtype) if mask else out)

    relus = [module for module in (among or model).modules() if isinstance(module, nn.ReLU)]
    x = image.clone().unsqueeze(0).requires_grad_()
    for relu in relus:
        relu.forward = Other.apply  # type: ignore[method-assign]
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        s = model(x)[0]
    finally:
        for relu in relus:
            vars(relu).pop("forward", None)
        for module, mode in modes:
            module.training = mode
    return torch.autograd.grad(score_of(s) if score_of else s[class_idx], x)[0][0]
