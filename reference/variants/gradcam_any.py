"""Wrong answers to Grad-CAM of any class at any layer: how the channels are weighed, and what becomes of the sum."""
# mypy: disable-error-code="no-untyped-call"

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import mistake
from reference.variants.gradcam_cam import ANY, look_at, weigh


@mistake(
    of=ANY,
    says="It looks like grad_cam takes the absolute value of the sum: that lights up what speaks against the class as "
    "well, so use torch.relu.",
)
def any_absolute(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return (G.mean((1, 2), keepdim=True) * A).sum(0).abs()


@mistake(
    of=ANY,
    says="It looks like grad_cam applies the ReLU to each channel: channels for and against the class must cancel "
    "first, so sum over them, then apply it.",
)
def any_relu_before_sum(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return torch.relu(G.mean((1, 2), keepdim=True) * A).sum(0)


@mistake(
    of=ANY,
    says="It looks like grad_cam took the absolute value of the channel weights: a channel that speaks against the "
    "class must count against it, so keep the signs.",
)
def any_absolute_weights(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return weigh(G.mean((1, 2), keepdim=True).abs(), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam added the channels without weights: multiply channel k with the mean of its gradient "
    "before you sum.",
)
def any_activations_only(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, _ = look_at(model, layer_name, image, lambda s: s[class_idx])
    return torch.relu(A.sum(0))


@mistake(
    of=ANY,
    says="It looks like grad_cam weighs each channel by its largest gradient: take the mean over all positions.",
)
def any_max_pooled(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return weigh(G.amax((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam averaged the activations and kept the positions of the gradient: it is the other way "
    "round.",
)
def any_swapped_roles(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    return weigh(A.mean((1, 2), keepdim=True), G)


@mistake(
    of=ANY,
    says="It looks like grad_cam explains a loss, which points the other way: call backward on the raw score of "
    "class_idx.",
)
def any_loss(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: F.cross_entropy(s[None], torch.tensor([class_idx])))
    return weigh(G.mean((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like grad_cam adds up the scores of all classes: call backward on the score of class_idx alone.",
)
def any_all_classes(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, torch.sum)
    return weigh(G.mean((1, 2), keepdim=True), A)


@mistake(
    of=ANY,
    says="It looks like the sum over the channels starts at 1: begin with zeros, so that a map without evidence is 0.",
)
def any_starts_at_one(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    cam = torch.ones(A.shape[1:], dtype=A.dtype)
    for w, channel in zip(G.mean((1, 2)), A):
        cam += w * channel
    return torch.relu(cam)


@mistake(
    of=ANY,
    says="It looks like grad_cam stretched the signed sum from its minimum to its maximum: apply the ReLU instead, so "
    "that no evidence is 0.",
)
def any_min_max_of_signed_sum(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    cam = (G.mean((1, 2), keepdim=True) * A).sum(0)
    return (cam - cam.min()) / (cam.max() - cam.min())


@mistake(
    of=ANY,
    says="It looks like rows and columns of the map are swapped: keep the order (h, w) of the layer's output.",
)
def any_rows_for_columns(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    cam = weigh(G.mean((1, 2), keepdim=True), A)
    return cam.T.reshape(cam.shape)


@mistake(
    of=ANY,
    says="It looks like the map was enlarged: grad_cam returns it as small as the layer's output, (h, w), and whoever "
    "draws it enlarges it.",
)
def any_enlarged(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    cam = weigh(G.mean((1, 2), keepdim=True), A)
    return F.interpolate(cam[None, None], size=image.shape[1:], mode="bilinear")[0, 0]


@mistake(
    of=ANY,
    says="It looks like a map of zeros was divided by its maximum, 0: return the map as it is, or divide only where "
    "the maximum is above 0.",
)
def any_nan_on_zero_map(model: nn.Module, layer_name: str, image: Tensor, class_idx: int) -> Tensor:
    A, G = look_at(model, layer_name, image, lambda s: s[class_idx])
    cam = weigh(G.mean((1, 2), keepdim=True), A)
    return cam / cam.max()
