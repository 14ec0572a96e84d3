"""Wrong answers to Grad-CAM of any class at any layer: which value is kept, of which call, and of which model."""
# mypy: disable-error-code="no-untyped-call"

import torch
from torch import Tensor, nn

from reference.variants import mistake
from reference.variants.gradcam_cam import ANY, weigh

# Kept from call to call: the mistake of any_stale_second_call.
kept_features: list[Tensor] = []


@mistake(
    of=ANY,
    says="It looks like a second call of grad_cam explains the first image again: what the hook keeps outlives the "
    "call, so make the list inside the function.",
)
def any_stale_second_call(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    def keep(module: nn.Module, given: tuple[Tensor, ...], out: Tensor) -> Tensor:
        kept_features.append(out)
        return out.clone()

    handle = model.get_submodule(layer_name).register_forward_hook(keep)
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    s = model(image.clone()[None].requires_grad_())[0]
    for module, mode in modes:
        module.training = mode
    handle.remove()
    G = torch.autograd.grad(s[class_idx], kept_features[-1])[0][0]
    return weigh(G.mean((1, 2), keepdim=True), kept_features[0].detach()[0])


@mistake(
    of=ANY,
    says="It looks like grad_cam kept what goes into the layer: a forward hook gets (module, input, output), and "
    "Grad-CAM is made of the output.",
)
def any_input_of_the_layer(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    kept: list[Tensor] = []

    def keep(module: nn.Module, given: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        kept.append(given[0])
        return (given[0].clone(),)

    handle = model.get_submodule(layer_name).register_forward_pre_hook(keep)
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    s = model(image.clone()[None].requires_grad_())[0]
    for module, mode in modes:
        module.training = mode
    handle.remove()
    G = torch.autograd.grad(s[class_idx], kept[0])[0][0]
    return weigh(G.mean((1, 2), keepdim=True), kept[0].detach()[0])


@mistake(
    of=ANY,
    says="It looks like grad_cam relies on weights that require a gradient: call requires_grad_() on a copy of the "
    "image, and a frozen model works as well.",
)
def any_needs_trainable_weights(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    kept: list[Tensor] = []

    def keep(module: nn.Module, given: tuple[Tensor, ...], out: Tensor) -> Tensor:
        kept.append(out)
        return out.clone()

    handle = model.get_submodule(layer_name).register_forward_hook(keep)
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    s = model(image[None])[0]
    for module, mode in modes:
        module.training = mode
    handle.remove()
    G = torch.autograd.grad(s[class_idx], kept[0])[0][0]
    return weigh(G.mean((1, 2), keepdim=True), kept[0].detach()[0])
