"""Wrong answers to the exercise on deconvnet and guided backpropagation: hooks that stay, and in-place ReLUs."""
# mypy: disable-error-code="index"

from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake
from reference.variants.guided_backprop import GUIDED


@mistake(
    of=GUIDED,
    says="It looks like hooks of guided_backprop stay on the model and change whatever comes next: keep the handles "
    "and call handle.remove() when you are done.",
)
def leaves_its_hooks(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    def positive_only(module: nn.Module, grad_input: Any, grad_output: Any) -> Any:
        return (grad_input[0].clamp(min=0),)

    for module in model.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
            module.register_full_backward_hook(positive_only)
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    x = image.clone().unsqueeze(0).requires_grad_()
    s = model(x)[0, class_idx]
    for module, mode in modes:
        module.training = mode
    return torch.autograd.grad(s, x)[0][0]


@mistake(
    of=GUIDED,
    says="It looks like the model stays in whatever mode it is, and dropout explains another net each time: call "
    "model.eval() first, and set the mode back in the end.",
)
def stays_in_train_mode(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    handles = []
    in_place = {}
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            in_place[module] = module.inplace
            module.inplace = False
            handles.append(
                module.register_full_backward_hook(lambda module, given, put_out: (given[0].clamp(min=0),))
            )
    x = image.clone().unsqueeze(0).requires_grad_()
    s = model(x)[0, class_idx]
    gradient = torch.autograd.grad(s, x)[0][0]
    for handle in handles:
        handle.remove()
    for module, flag in in_place.items():
        module.inplace = flag
    return gradient
