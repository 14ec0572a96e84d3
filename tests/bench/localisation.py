"""How often an explanation lies on the object that it was asked for, in fresh scenes of two objects.

Run as `python -m tests.bench.localisation [SCENES]`; prints JSON. Each scene is asked for both of its classes, one
after the other, of the trained VGG, whatever it predicts. Of a map, (H, W) and never negative:

- it *favours* the object asked for if more of its energy, the sum of its values, lies inside that object's mask than
  inside the other one's;
- it *points* at it if its largest value lies inside the mask or at most TOLERANCE pixels beside it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import partial
from multiprocessing import get_context

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from fixtures.models import PICTURE_SIZES, load_model
from fixtures.normalise import normalise
from fixtures.scenes import draw_two_object_scenes
from reference.gradcam import class_activation_map, grad_cam
from reference.guided_backprop import deconvnet, guided_backprop
from reference.occlusion import occlusion_map
from reference.saliency import compute_saliency_maps
from tests.bench.measures import Localisation

SCENES = 200
SEED = 7  # a series that neither training nor a test has seen
LAYER = "backbone.bn5_2"
# Half of one of its 14 positions: the largest value of an enlarged map lies at the middle of a position, and the
# object may be anywhere in it.
TOLERANCE = 8
# 7 x 7 places that cover every pixel; the objects are 76 to 112 pixels wide.
WINDOW, STRIDE = 56, 28
# 49 pictures for each map instead of one, so it is asked of fewer scenes.
OCCLUSION_SHARE = 4

Explain = Callable[[nn.Module, Tensor, int], Tensor]


def main(scenes: int = SCENES) -> None:
    """Ask every method about fresh scenes, on all cores, and print what came out."""
    with ProcessPoolExecutor(
        len(os.sched_getaffinity(0)), mp_context=get_context("spawn"), initializer=_use_one_thread
    ) as pool:
        answers = list(pool.map(ask, range(scenes)))
    hits = {name: [hit for answer in answers for hit in answer.get(name, [])] for name in METHODS}
    print(json.dumps([asdict(summarise(name, found)) for name, found in hits.items()]))


def ask(number: int) -> dict[str, list[tuple[bool, bool]]]:
    """Return by method, for both objects of a scene, whether it favours and whether it points at the one asked for."""
    scene = draw_two_object_scenes(1, size=PICTURE_SIZES["vgg"], seed=SEED, first=number)
    torch.manual_seed(number)
    model, image = load_model("vgg"), torch.from_numpy(normalise(scene.images))[0]
    found = {}
    for name, explain in METHODS.items():
        if number % _share(name) == 0:
            found[name] = []
            for asked in (0, 1):
                heat = explain(model, image, int(scene.labels[0, asked])).double().numpy()
                own, other = scene.masks[0, asked], scene.masks[0, 1 - asked]
                found[name].append((favours(heat, own, other), points_at(heat, own)))
    return found


def favours(heat: NDArray[np.float64], own: NDArray[np.bool_], other: NDArray[np.bool_]) -> bool:
    """Return whether a map, (H, W), has more energy inside one mask than inside the other; an even map has not."""
    return bool(heat[own].sum() > heat[other].sum())


def points_at(heat: NDArray[np.float64], mask: NDArray[np.bool_], tolerance: float = TOLERANCE) -> bool:
    """Return whether the largest value of a map, (H, W), lies on a mask; of several that are equal, their middle.

    Args:
        heat: a map of zeros points nowhere.
        mask: true on the object.
        tolerance: how far beside it counts as on it, in pixels.
    """
    if not heat.any():
        return False
    row, column = np.argwhere(heat == heat.max()).mean(axis=0)
    rows, columns = np.nonzero(mask)
    return bool(np.hypot(rows - row, columns - column).min() <= tolerance)


def summarise(name: str, hits: list[tuple[bool, bool]]) -> Localisation:
    """Return how many of a method's maps favour and point at the object asked for."""
    favour, point = np.array(hits).mean(axis=0)
    return Localisation(name, len(hits), float(favour), float(point))


def _grad_cam(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return _enlarge(grad_cam(model, LAYER, image, class_idx), image)


def _cam(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return _enlarge(class_activation_map(model, image, class_idx), image).clamp(min=0)


def _enlarge(small: Tensor, image: Tensor) -> Tensor:
    size = image.shape[1:]
    return functional.interpolate(small[None, None], size, mode="bilinear", align_corners=False)[0, 0]


def _saliency(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return compute_saliency_maps(image[None].clone(), torch.tensor([class_idx]), model)[0]


def _guided(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return guided_backprop(model, image, class_idx).abs().amax(dim=0)


def _deconvnet(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    return deconvnet(model, image, class_idx).abs().amax(dim=0)


def _occlusion(model: nn.Module, image: Tensor, class_idx: int) -> Tensor:
    """Return for each pixel the mean over the squares that cover it of what the score drops by, rises left out."""
    drops = occlusion_map(image, class_idx, model, WINDOW, STRIDE, 0.0).clamp(min=0)
    square = torch.ones(1, 1, WINDOW, WINDOW)
    spread = partial(functional.conv_transpose2d, weight=square, stride=STRIDE)
    return (spread(drops[None, None]) / spread(torch.ones_like(drops)[None, None]))[0, 0]


def _chance(_model: nn.Module, image: Tensor, _class_idx: int) -> Tensor:
    return torch.rand(image.shape[1:])


METHODS: dict[str, Explain] = {
    "Grad-CAM": _grad_cam,
    "class activation map": _cam,
    "occlusion": _occlusion,
    "guided backpropagation": _guided,
    "saliency": _saliency,
    "deconvnet": _deconvnet,
    "chance": _chance,
}


def _share(name: str) -> int:
    """Return every how many scenes a method is asked about."""
    return OCCLUSION_SHARE if name == "occlusion" else 1


def _use_one_thread() -> None:
    torch.set_num_threads(1)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
