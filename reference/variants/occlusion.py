"""Wrong answers to the occlusion exercise."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from reference.variants import mistake

OCCLUSION = "occlusion.occlusion_map"


@mistake(
    of=OCCLUSION,
    says="It looks like the sign is turned: the drop is the score of the whole image minus the score of the covered "
    "one.",
)
def rise_in_place_of_drop(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    return -drops(image, class_idx, model, window, stride, fill)


@mistake(
    of=OCCLUSION,
    says="It looks like the scores themselves came back: subtract each from the score of the image that is not "
    "covered.",
)
def scores_in_place_of_drops(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    whole: Tensor = settled(model)(image[None])[0, class_idx].detach()
    result: Tensor = whole - drops(image, class_idx, model, window, stride, fill)
    return result


@mistake(
    of=OCCLUSION,
    says="It looks like earlier places stay covered: cover a fresh image.clone() for each place of the square.",
)
def covers_stay(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    model, covered = settled(model), image.clone()
    cells = []
    with torch.no_grad():
        whole = model(image[None])[0, class_idx]
        for top in range(0, image.shape[1] - window + 1, stride):
            for left in range(0, image.shape[2] - window + 1, stride):
                covered[:, top : top + window, left : left + window] = fill
                cells.append(whole - model(covered[None])[0, class_idx])
    return torch.stack(cells).view((image.shape[1] - window) // stride + 1, -1)


@mistake(
    of=OCCLUSION,
    says="It looks like the image that was given stays covered: work on image.clone(), the caller still needs it.",
)
def covers_the_given_image(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    result = drops(image, class_idx, model, window, stride, fill)
    image[:, -window:, -window:] = fill
    return result


@mistake(
    of=OCCLUSION,
    says="It looks like rows and columns are swapped: i counts rows, from top to bottom, and comes first.",
)
def swaps_rows_and_columns(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    result = drops(image, class_idx, model, window, stride, fill)
    return result.T.reshape(result.shape)


@mistake(
    of=OCCLUSION,
    says="It looks like only one colour was covered: cover all channels, image[:, top:top + window, "
    "left:left + window].",
)
def covers_one_channel(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    def cover(covered: Tensor, top: int, left: int) -> None:
        covered[0, top : top + window, left : left + window] = fill

    return drops(image, class_idx, model, window, stride, fill, cover)


@mistake(
    of=OCCLUSION,
    says="It looks like `fill` is ignored and the square is always 0: fill it with the value that was given.",
)
def ignores_fill(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    return drops(image, class_idx, model, window, stride, 0.0)


@mistake(
    of=OCCLUSION,
    says="It looks like `fill` was taken for a colour and normalised: the image is normalised already, and fill is "
    "given in its units, so write it as it is.",
)
def normalises_fill(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    mean = torch.tensor([0.485, 0.456, 0.406], dtype=image.dtype)[:, None, None]
    std = torch.tensor([0.229, 0.224, 0.225], dtype=image.dtype)[:, None, None]

    def cover(covered: Tensor, top: int, left: int) -> None:
        covered[:, top : top + window, left : left + window] = (fill - mean) / std

    return drops(image, class_idx, model, window, stride, fill, cover)


@mistake(
    of=OCCLUSION,
    says="It looks like the score of the predicted class is watched, which changes from place to place: take the "
    "score of class_idx each time.",
)
def predicted_class(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    class Best(nn.Module):
        def forward(self, images: Tensor) -> Tensor:
            best: Tensor = settled(model)(images).amax(dim=1, keepdim=True)
            return best

    return drops(image, 0, Best(), window, stride, fill)


@mistake(
    of=OCCLUSION,
    says="It looks like probabilities were compared: leave the softmax out and compare the raw scores.",
)
def probability(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    return drops(image, class_idx, nn.Sequential(settled(model), nn.Softmax(dim=1)), window, stride, fill)


@mistake(
    of=OCCLUSION,
    says="It looks like the last place in each direction is missing: there are (H - window) // stride + 1 rows, so "
    "let the range end at H - window + 1.",
)
def one_place_short(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    return drops(image, class_idx, model, window, stride, fill)[:-1, :-1]


@mistake(
    of=OCCLUSION,
    says="It looks like the squares at the border hang over the edge: only places that lie wholly inside the image "
    "count, (H - window) // stride + 1 of them.",
)
def hangs_over_the_edge(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    model, rows = settled(model), []
    with torch.no_grad():
        whole = model(image[None])[0, class_idx]
        for top in range(0, image.shape[1], stride):
            row = []
            for left in range(0, image.shape[2], stride):
                covered = image.clone()
                covered[:, top : top + window, left : left + window] = fill
                row.append(whole - model(covered[None])[0, class_idx])
            rows.append(torch.stack(row))
    return torch.stack(rows)


@mistake(
    of=OCCLUSION,
    says="It looks like the squares are centred on the places: the place (i, j) is the square's upper left corner, "
    "at (i * stride, j * stride).",
)
def centred_squares(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    def cover(covered: Tensor, top: int, left: int) -> None:
        half = window // 2
        covered[:, max(top - half, 0) : top + half, max(left - half, 0) : left + half] = fill

    return drops(image, class_idx, model, window, stride, fill, cover)


@mistake(
    of=OCCLUSION,
    says="It looks like the model stays in train mode, and dropout changes each score: call model.eval() first, and "
    "set the mode back in the end.",
)
def stays_in_train_mode(
    image: Tensor, class_idx: int, model: nn.Module, window: int = 32, stride: int = 16, fill: float = 0.0
) -> Tensor:
    return drops(image, class_idx, model, window, stride, fill, evaluate=False)


def drops(
    image: Tensor,
    class_idx: int,
    model: nn.Module,
    window: int,
    stride: int,
    fill: float,
    cover: Callable[[Tensor, int, int], None] | None = None,
    evaluate: bool = True,
) -> Tensor:
    """Return the right map, or one that is covered in another way."""
    net = settled(model) if evaluate else model
    rows = []
    with torch.no_grad():
        whole = net(image[None])[0, class_idx]
        for top in range(0, image.shape[1] - window + 1, stride):
            row = []
            for left in range(0, image.shape[2] - window + 1, stride):
                covered = image.clone()
                if cover:
                    cover(covered, top, left)
                else:
                    covered[:, top : top + window, left : left + window] = fill
                row.append(whole - net(covered[None])[0, class_idx])
            rows.append(torch.stack(row))
    return torch.stack(rows)


def settled(model: nn.Module) -> nn.Module:
    """Return a copy in eval mode, so that the one that was given stays as it is."""
    return copy.deepcopy(model).eval()
