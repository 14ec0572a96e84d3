"""Wrong answers to the exercise on class activation maps, and to Grad-CAM of any class at any layer."""
# mypy: disable-error-code="no-untyped-call, no-any-return"

from collections.abc import Callable
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import mistake

CAM = "gradcam.class_activation_map"
ANY = "gradcam.grad_cam"


@mistake(
    of=CAM,
    says="It looks like a column of the weights was taken: fc_out.weight is (K, C), so class c has the row weight[c].",
)
def column_of_the_weights(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    A = last_maps(vgg, image)
    return (vgg.fc_out.weight.detach().T.reshape(-1, A.shape[0])[class_idx][:, None, None] * A).sum(0)


@mistake(
    of=CAM,
    says="It looks like the bias was added at every position: the map is made of weights and activations alone.",
)
def bias_added(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    return right_map(vgg, image, class_idx) + vgg.fc_out.bias.detach()[class_idx]


@mistake(
    of=CAM,
    says="It looks like the negative values of the class activation map were cut off: it has no ReLU, since what "
    "speaks against the class belongs to it.",
)
def cut_off_at_zero(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    return torch.relu(right_map(vgg, image, class_idx))


@mistake(
    of=CAM,
    says="It looks like the activations were taken before the last ReLU and pooling: take what goes into vgg.gap.",
)
def before_the_last_relu(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    kept: list[Tensor] = []
    handle = vgg.backbone.bn5_2.register_forward_hook(
        lambda module, given, out: kept.append(out.detach().clone())
    )
    evaluate(vgg, image)
    handle.remove()
    A = F.max_pool2d(kept[0], 2)[0]
    return (vgg.fc_out.weight.detach()[class_idx][:, None, None] * A).sum(0)


@mistake(
    of=CAM,
    says="It looks like the activations were averaged before they were weighed: the map keeps the positions, so weigh "
    "what goes into vgg.gap.",
)
def averaged_activations(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    A = last_maps(vgg, image)
    A = A.mean(dim=(1, 2), keepdim=True).expand_as(A)
    return (vgg.fc_out.weight.detach()[class_idx][:, None, None] * A).sum(0)


@mistake(
    of=CAM,
    says="It looks like the class activation map is that of the predicted class: take the weights of class_idx.",
)
def cam_of_predicted_class(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    return right_map(vgg, image, int(evaluate(vgg, image).argmax()))


@mistake(
    of=CAM,
    says="It looks like the channels were added without the weights of the class: multiply channel k with "
    "fc_out.weight[class_idx, k] before you sum.",
)
def channels_added(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    return last_maps(vgg, image).sum(0)


@mistake(
    of=CAM,
    says="It looks like channels and positions got mixed up: reshape (C, h, w) to (C, h * w), never to (h * w, C), "
    "and multiply the weights from the left.",
)
def channels_and_positions_mixed(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    A = last_maps(vgg, image)
    return (A.reshape(-1, A.shape[0]) @ vgg.fc_out.weight.detach()[class_idx]).view(A.shape[1:])


@mistake(
    of=ANY,
    says="It looks like grad_cam explains the predicted class: call backward on the score of class_idx.",
)
def any_of_predicted_class(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, torch.max)
    return weigh(G.mean((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam has no ReLU: set what is below 0 in the finished sum to 0.",
)
def any_without_relu(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return (G.mean((1, 2), keepdim=True) * A).sum(0)


@mistake(
    of=ANY,
    says="It looks like grad_cam multiplied gradients and activations position by position: average the gradient of "
    "each channel first.",
)
def any_elementwise(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return weigh(G, A)


@mistake(
    of=ANY,
    says="It looks like grad_cam weighs the channels by their mean activation: average the gradients, not the "
    "activations.",
)
def any_pooled_activations(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, _ = look_at(model, layer_name, image, lambda s: s[class_idx])
    return weigh(A.mean((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like the ReLU of grad_cam sits on the channel weights: keep them signed, and apply it to the sum.",
)
def any_relu_on_weights(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return weigh(torch.relu(G.mean((1, 2), keepdim=True)), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam explains a probability: leave the softmax out and take the raw score of class_idx.",
)
def any_probability(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: torch.softmax(s, 0)[class_idx])
    return weigh(G.mean((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam used what an in-place ReLU made of the layer's output: keep a copy, and let the hook "
    "hand output.clone() on.",
)
def any_overwritten_in_place(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx], copies=False)
    return weigh(G.mean((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam runs the model in train mode: call model.eval() first, and set the mode back in the "
    "end.",
)
def any_in_train_mode(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx], settle=False)
    return weigh(G.mean((1, 2), keepdim=True), A)


def look_at(
    model: nn.Module,
    layer_name: str,
    image: Tensor,
    score_of: Callable[[Tensor], Tensor],
    copies: bool = True,
    settle: bool = True,
) -> tuple[Tensor, Tensor]:
    """Return the activations of a layer and the gradient of a score with respect to them, (C, h, w) both."""
    kept: list[Tensor] = []

    def keep(module: nn.Module, given: Any, out: Tensor) -> Tensor | None:
        kept.append(out)
        return out.clone() if copies else None

    handle = model.get_submodule(layer_name).register_forward_hook(keep)
    modes = [(module, module.training) for module in model.modules()]
    model.train(not settle and model.training)
    s = model(image.clone()[None].requires_grad_())[0]
    for module, mode in modes:
        module.training = mode
    handle.remove()
    return kept[0].detach()[0], torch.autograd.grad(score_of(s), kept[0])[0][0]


def weigh(weights: Tensor, A: Tensor) -> Tensor:
    """Return the weighed sum of the channels, above zero."""
    return torch.relu((weights * A).sum(0))


def right_map(vgg: Any, image: Tensor, class_idx: int) -> Tensor:
    """Return the class activation map."""
    return (vgg.fc_out.weight.detach()[class_idx][:, None, None] * last_maps(vgg, image)).sum(0)


def last_maps(vgg: Any, image: Tensor) -> Tensor:
    """Return what goes into the global average pooling, (C, h, w)."""
    kept: list[Tensor] = []
    handle = vgg.gap.register_forward_hook(lambda module, given, out: kept.append(given[0].detach().clone()))
    evaluate(vgg, image)
    handle.remove()
    return kept[0][0]


def evaluate(vgg: nn.Module, image: Tensor) -> Tensor:
    """Return the scores of one image, (K,), and leave the net in the mode that it was in."""
    modes = [(module, module.training) for module in vgg.modules()]
    vgg.eval()
    scores: Tensor = vgg(image[None])[0].detach()
    for module, mode in modes:
        module.training = mode
    return scores
