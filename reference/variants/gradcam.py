"""Wrong answers to the Grad-CAM exercise, from the layer to the ReLU."""
# mypy: disable-error-code="no-untyped-call"

from collections.abc import Callable
from typing import Any

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import mistake

GRADCAM = "gradcam.vis_gradcam"


@mistake(
    of=GRADCAM,
    says="It looks like the ReLU is missing: what speaks against the class is negative, so set it to 0 before you "
    "enlarge the map.",
)
def no_relu(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw((G.mean((1, 2), keepdim=True) * A).sum(0), img)


@mistake(
    of=GRADCAM,
    says="It looks like the absolute value stands where the ReLU should: it also lights up what speaks against the "
    "class, so use torch.relu.",
)
def absolute_instead_of_relu(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw((G.mean((1, 2), keepdim=True) * A).sum(0).abs(), img)


@mistake(
    of=GRADCAM,
    says="It looks like the ReLU comes before the sum over the channels: channels for and against the class must "
    "cancel first, so sum, then apply the ReLU.",
)
def relu_before_sum(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw(torch.relu(G.mean((1, 2), keepdim=True) * A).sum(0), img)


@mistake(
    of=GRADCAM,
    says="It looks like negative channel weights were set to 0: keep the weights signed and apply the ReLU to the "
    "finished sum.",
)
def relu_on_weights(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw(torch.relu((torch.relu(G.mean((1, 2), keepdim=True)) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the activations were averaged to get the channel weights: average the gradients, and multiply "
    "them with the activations.",
)
def pooled_activations(vgg: nn.Module, img: Tensor) -> Tensor:
    A, _ = look_inside(vgg, img)
    return draw(torch.relu((A.mean((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the roles are swapped: average the gradients over the positions and keep the activations as "
    "they are, not the other way round.",
)
def swapped_roles(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw(torch.relu((A.mean((1, 2), keepdim=True) * G).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the gradients were not averaged: each channel gets one weight, the mean of its gradient over "
    "all positions.",
)
def elementwise_product(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw(torch.relu((G * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the largest gradient of each channel became its weight: use the mean over all positions, "
    "AdaptiveAvgPool2d(1).",
)
def max_pooled_gradients(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    return draw(torch.relu((G.amax((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the channels were added without their weights: multiply channel k with the mean of its "
    "gradient before you sum.",
)
def activations_only(vgg: nn.Module, img: Tensor) -> Tensor:
    A, _ = look_inside(vgg, img)
    return draw(torch.relu(A.sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the gradient belongs to a probability: leave the softmax out and call backward on the raw "
    "score of the predicted class.",
)
def probability(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img, lambda s: torch.softmax(s, 0).max())
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the gradient belongs to a loss, which points the other way: call backward on the raw score of "
    "the predicted class.",
)
def cross_entropy_loss(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img, lambda s: F.cross_entropy(s[None], s.argmax()[None]))
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the scores of all classes were added up: call backward on the score of the predicted class "
    "alone, s[torch.argmax(s)].",
)
def all_classes(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img, lambda s: s.sum())
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the class with the lowest score is explained: take the predicted one, torch.argmax(s).",
)
def lowest_score(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img, lambda s: s.min())
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the hook sits on bn5_1: the layer asked for is backbone.bn5_2.",
)
def wrong_layer(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img, layer="bn5_1")
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)


@mistake(
    of=GRADCAM,
    says="It looks like the hook sits one layer too late, behind the ReLU: register it on backbone.bn5_2 itself, whose "
    "output still has negative values.",
)
def after_relu(vgg: nn.Module, img: Tensor) -> Tensor:
    layer = "relu5_2" if hasattr(vgg.backbone, "relu5_2") else "relu"
    A, G = look_inside(vgg, img, layer=layer)
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)


def look_inside(
    vgg: Any, img: Tensor, score_of: Callable[[Tensor], Tensor] = torch.max, layer: str = "bn5_2"
) -> tuple[Tensor, Tensor]:
    """Return the activations of a layer and the gradient of a score with respect to them, (C, h, w) both."""
    feat: list[Tensor] = []
    handle = getattr(vgg.backbone, layer).register_forward_hook(
        lambda module, inputs, output: feat.append(output)
    )
    s = vgg(img.unsqueeze(0))[0]
    handle.remove()
    A = feat[-1]
    A.retain_grad()
    score_of(s).backward()
    assert A.grad is not None
    return A.detach()[0], A.grad[0]


def draw(cam: Tensor, img: Tensor) -> Tensor:
    """Return the map at the size of the image, divided by its maximum, and draw it."""
    cam = enlarge(cam, img)
    if cam.max() > 0:
        cam = cam / cam.max()
    plt.imshow(cam.numpy())
    return cam


def enlarge(cam: Tensor, img: Tensor) -> Tensor:
    """Return the map at the size of the image."""
    return F.interpolate(cam[None, None], size=img.shape[-2:], mode="bilinear", align_corners=False)[0, 0]
