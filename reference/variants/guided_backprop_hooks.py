"""Wrong answers to the exercise on deconvnet and guided backpropagation: hooks that stay, and in-place ReLUs."""
# mypy: disable-error-code="index"

from typing import Any

import torch
from torch import Tensor, nn

from reference.variants import mistake
from reference.variants.guided_backprop import DECONV, GUIDED


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


@mistake(
    of=GUIDED,
    says="It looks like a backward hook sits on a ReLU that works in place, which PyTorch refuses: set its inplace to "
    "False while the hook is there, and back afterwards.",
)
def hooks_an_in_place_relu(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    handles = [
        module.register_full_backward_hook(lambda module, given, put_out: (given[0].clamp(min=0),))
        for module in model.modules()
        if isinstance(module, nn.ReLU)
    ]
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    x = image.clone().unsqueeze(0).requires_grad_()
    try:
        s = model(x)[0, class_idx]
    finally:
        for handle in handles:
            handle.remove()
        for module, mode in modes:
            module.training = mode
    return torch.autograd.grad(s, x)[0][0]


@mistake(
    of=DECONV,
    says="It looks like hooks of deconvnet stay on the model and change whatever comes next: keep the handles and call "
    "handle.remove() when you are done.",
)
def deconvnet_leaves_its_hooks(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    def positive_only(module: nn.Module, grad_input: Any, grad_output: Any) -> Any:
        return (grad_output[0].clamp(min=0),)

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
    says="It looks like each ReLU module remembers one mask, and a module that is used twice needs two: let every call "
    "keep its own, such as in a torch.autograd.Function.",
)
def one_mask_for_each_module(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    masks: dict[nn.Module, Tensor] = {}
    handles, in_place = [], {}
    for module in model.modules():
        if isinstance(module, nn.ReLU):
            in_place[module], module.inplace = module.inplace, False
            handles += [
                module.register_forward_hook(
                    lambda module, given, put_out: masks.update({module: put_out.detach() > 0})
                ),
                module.register_full_backward_hook(
                    lambda module, given, put_out: (masks[module] * put_out[0].clamp(min=0),)
                ),
            ]
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    x = image.clone().unsqueeze(0).requires_grad_()
    s = model(x)[0, class_idx]
    try:
        return torch.autograd.grad(s, x)[0][0]
    finally:
        for handle in handles:
            handle.remove()
        for module, flag in in_place.items():
            module.inplace = flag
        for module, mode in modes:
            module.training = mode
