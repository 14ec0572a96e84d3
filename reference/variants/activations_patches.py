"""Wrong answers to the exercise on maximally activating patches."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference.receptive_field import ReceptiveField, receptive_field
from reference.variants import mistake

PATCHES = "activations.maximally_activating_patches"


@mistake(
    of=PATCHES,
    says="It looks like the padding of the layers was forgotten: a field begins at i * stride + start, and start is "
    "negative where layers pad.",
)
def forgets_the_start(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    responses, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    field = ReceptiveField(field.size, field.stride, (0, 0))
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, rows[n], columns[n]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like the position was split by the height of the map: a flat index counts along the rows, so i is "
    "the index // width and j is the index % width.",
)
def splits_by_the_height(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    A = activations(model, layer_name, images)[:, channel]
    responses, flat = A.flatten(1).max(dim=1)
    field = receptive_field(model, layer_name)
    order = responses.argsort(descending=True)[:k]
    h = A.shape[1]
    return torch.stack([cut(images[n], field, flat[n] // h, flat[n] % h) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like rows and columns were swapped: i counts down the rows and j along the columns, as in "
    "image[:, rows, columns].",
)
def rows_and_columns_swapped(
    model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int
) -> Tensor:
    responses, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, columns[n], rows[n]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like the images were ranked by their mean activation: one strong position is what counts, so rank "
    "them by the maximum.",
)
def ranks_by_the_mean(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    _, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    means = activations(model, layer_name, images)[:, channel].mean(dim=(1, 2))
    order = means.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, rows[n], columns[n]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like the weakest images come first: argsort sorts upwards, so ask for descending=True.",
)
def weakest_first(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    responses, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    return torch.stack([cut(images[n], field, rows[n], columns[n]) for n in responses.argsort()[:k]])


@mistake(
    of=PATCHES,
    says="It looks like the images were not ranked: the patch of the image with the strongest response comes first.",
)
def in_the_order_given(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    _, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    return torch.stack([cut(images[n], field, rows[n], columns[n]) for n in range(k)])


@mistake(
    of=PATCHES,
    says="It looks like one image gave several patches: neighbouring positions see nearly the same pixels, so take "
    "the strongest position of each image and then the strongest images.",
)
def several_from_one_image(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    A = activations(model, layer_name, images)[:, channel]
    field = receptive_field(model, layer_name)
    h, w = A.shape[1:]
    patches = []
    for index in A.flatten().topk(k).indices.tolist():
        n, position = divmod(index, h * w)
        patches.append(cut(images[n], field, position // w, position % w))
    return torch.stack(patches)


@mistake(
    of=PATCHES,
    says="It looks like some images are missing: where the images go through the net in batches, keep the activations "
    "of all of them, torch.cat(parts).",
)
def last_batch_only(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    for batch in torch.split(images, 4):
        responses, rows, columns = look(model, layer_name, channel, batch)
    field = receptive_field(model, layer_name)
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(batch[n], field, rows[n], columns[n]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like strongly negative activations count as strong: a unit likes what makes its activation large, "
    "so leave the absolute value out.",
)
def absolute_activations(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    A = activations(model, layer_name, images)[:, channel].abs()
    responses, flat = A.flatten(1).max(dim=1)
    field = receptive_field(model, layer_name)
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, flat[n] // A.shape[2], flat[n] % A.shape[2]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like the lowest activation was searched for: the patch lies where the channel has its maximum.",
)
def lowest_position(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    responses, _, _ = look(model, layer_name, channel, images)
    A = activations(model, layer_name, images)[:, channel]
    flat = A.flatten(1).argmin(dim=1)
    field = receptive_field(model, layer_name)
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, flat[n] // A.shape[2], flat[n] % A.shape[2]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like the channel was ignored: take the map of that channel, A[:, channel], before you search for "
    "the maximum.",
)
def all_channels(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    A = activations(model, layer_name, images).amax(dim=1)
    responses, flat = A.flatten(1).max(dim=1)
    field = receptive_field(model, layer_name)
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, flat[n] // A.shape[2], flat[n] % A.shape[2]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like the field was put around i * stride by hand: its centre lies elsewhere where layers pool, so "
    "begin at i * stride + start.",
)
def centred_by_hand(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    responses, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    field = ReceptiveField(field.size, field.stride, (-(field.size[0] // 2), -(field.size[1] // 2)))
    order = responses.argsort(descending=True)[:k]
    return torch.stack([cut(images[n], field, rows[n], columns[n]) for n in order])


@mistake(
    of=PATCHES,
    says="It looks like fields at the border were pushed into the image: what the unit saw there was padding, so keep "
    "the place and fill up with zeros.",
)
def pushed_inside(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> Tensor:
    responses, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    patches = []
    for n in responses.argsort(descending=True)[:k]:
        (h, w), (H, W) = field.size, images.shape[2:]
        top = min(max(int(rows[n]) * field.stride[0] + field.start[0], 0), max(H - h, 0))
        left = min(max(int(columns[n]) * field.stride[1] + field.start[1], 0), max(W - w, 0))
        patch = images[n, :, top : top + h, left : left + w]
        patches.append(F.pad(patch, (0, w - patch.shape[2], 0, h - patch.shape[1])))
    return torch.stack(patches)


@mistake(
    of=PATCHES,
    says="It looks like a slice began with a negative number, which Python counts from the other end: pad the image "
    "first, or begin at max(top, 0).",
)
def negative_slices(model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int) -> list[Tensor]:
    responses, rows, columns = look(model, layer_name, channel, images)
    field = receptive_field(model, layer_name)
    patches = []
    for n in responses.argsort(descending=True)[:k]:
        top = int(rows[n]) * field.stride[0] + field.start[0]
        left = int(columns[n]) * field.stride[1] + field.start[1]
        patches.append(images[n, :, top : top + field.size[0], left : left + field.size[1]])
    return patches


@mistake(
    of=PATCHES,
    says="It looks like the box is where the gradient of the unit is not zero: dead ReLUs and max pooling make that "
    "smaller than its field, so use receptive_field.",
)
def support_of_the_gradient(
    model: nn.Module, layer_name: str, channel: int, images: Tensor, k: int
) -> list[Tensor]:
    responses, rows, columns = look(model, layer_name, channel, images)
    patches = []
    for n in responses.argsort(descending=True)[:k]:
        X = images[n : n + 1].clone().requires_grad_()
        unit = activations(model, layer_name, X)[0, channel, rows[n], columns[n]]
        (gradient,) = torch.autograd.grad(unit, X)
        seen = gradient[0].abs().sum(dim=0) > 0
        i, j = seen.any(dim=1).nonzero().flatten(), seen.any(dim=0).nonzero().flatten()
        patches.append(images[n, :, i.min() : i.max() + 1, j.min() : j.max() + 1])
    return patches


def activations(model: nn.Module, layer_name: str, images: Tensor) -> Tensor:
    """Return what a layer puts out, (N, C, h, w)."""
    kept: list[Tensor] = []
    layer = model.get_submodule(layer_name)
    with layer.register_forward_hook(lambda module, given, output: kept.append(output.clone())):
        model(images)
    return kept[-1]


def look(model: nn.Module, layer_name: str, channel: int, images: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return the largest activation of a channel for each image, and its row and column, (N,) each."""
    A = activations(model, layer_name, images)[:, channel].detach()
    responses, flat = A.flatten(1).max(dim=1)
    return responses, flat // A.shape[2], flat % A.shape[2]


def cut(image: Tensor, field: ReceptiveField, i: int | Tensor, j: int | Tensor) -> Tensor:
    """Return what the unit at (i, j) sees of an image, (C, H, W), with zeros beyond its border."""
    h, w = field.size
    top, left = int(i) * field.stride[0] + field.start[0], int(j) * field.stride[1] + field.start[1]
    patch = torch.zeros(image.shape[0], h, w, dtype=image.dtype)
    rows = range(max(top, 0), min(top + h, image.shape[1]))
    columns = range(max(left, 0), min(left + w, image.shape[2]))
    if len(rows) and len(columns):
        patch[:, rows[0] - top : rows[-1] + 1 - top, columns[0] - left : columns[-1] + 1 - left] = image[
            :, rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1
        ]
    return patch
