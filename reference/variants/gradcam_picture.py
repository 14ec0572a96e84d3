"""Other answers to the Grad-CAM exercise: the way from the small map to the picture, and the second call."""
# mypy: disable-error-code="no-untyped-call, union-attr"

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.variants import accepted, mistake
from reference.variants.gradcam import draw, enlarge, look_inside

GRADCAM = "gradcam.vis_gradcam"

# What the notebook's template starts with, kept from call to call: the mistake of stale_second_call.
save_feat: list[Tensor] = []
save_grad: list[Tensor] = []


@accepted(
    of=GRADCAM,
    says="The map is stretched from its minimum to its maximum, which differs where no value is 0.",
)
def min_max_after_relu(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    cam = enlarge(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)
    cam = (cam - cam.min()) / (cam.max() - cam.min()).clamp(min=1e-12)
    plt.imshow(cam.numpy())
    return cam


@mistake(
    of=GRADCAM,
    says="It looks like the map was enlarged without interpolation, so it shows blocks: use mode='bilinear'.",
)
def nearest_upsampling(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    cam = torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0))
    cam = F.interpolate(cam[None, None], size=img.shape[-2:], mode="nearest")[0, 0]
    cam = cam / cam.max()
    plt.imshow(cam.numpy())
    return cam


@mistake(
    of=GRADCAM,
    says="It looks like the map was enlarged with align_corners=True, which shifts it towards the border: leave "
    "align_corners at False.",
)
def align_corners(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    cam = torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0))
    cam = F.interpolate(cam[None, None], size=img.shape[-2:], mode="bilinear", align_corners=True)[0, 0]
    cam = cam / cam.max()
    plt.imshow(cam.numpy())
    return cam


@mistake(
    of=GRADCAM,
    says="It looks like the map still has its raw scale: divide it by its maximum, so that its values lie between 0 "
    "and 1.",
)
def not_normalised(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    cam = enlarge(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)
    plt.imshow(cam.numpy())
    return cam


@mistake(
    of=GRADCAM,
    says="It looks like the signed map was stretched to lie between 0 and 1: apply the ReLU first, so that 0 stays 0.",
)
def min_max_of_signed_map(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    cam = enlarge((G.mean((1, 2), keepdim=True) * A).sum(0), img)
    cam = (cam - cam.min()) / (cam.max() - cam.min())
    plt.imshow(cam.numpy())
    return cam


@mistake(
    of=GRADCAM,
    says="It looks like an all-zero map was divided by its maximum, 0, which gives NaN: divide only if the maximum is "
    "above 0.",
)
def nan_on_zero_map(vgg: nn.Module, img: Tensor) -> Tensor:
    A, G = look_inside(vgg, img)
    cam = enlarge(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)
    cam = cam / cam.max()
    plt.imshow(cam.numpy())
    return cam


@mistake(
    of=GRADCAM,
    says="It looks like the second call explains the first image again: the lists still hold what the first call "
    "saved, so make new ones inside the function, and call handle.remove() when you are done.",
)
def stale_second_call(vgg: nn.Module, img: Tensor) -> Tensor:
    vgg.backbone.bn5_2.register_forward_hook(lambda module, inputs, output: save_feat.append(output))
    s = vgg(img.unsqueeze(0))[0]
    save_feat[-1].register_hook(lambda grad: save_grad.append(grad))
    s[s.argmax()].backward()
    A, G = save_feat[0][0].detach(), save_grad[0][0]
    return draw(torch.relu((G.mean((1, 2), keepdim=True) * A).sum(0)), img)
