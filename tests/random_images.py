"""Random images of the shape that each network takes."""

import torch
from torch import Tensor

IMAGE_SHAPES = {
    "squeezenet": (3, 112, 112),
    "vgg": (3, 224, 224),
    "simple": (1, 28, 28),
    "linear": (3, 6, 9),
    "tiny": (3, 13, 20),
    "flat_vgg": (3, 64, 96),
    "gap_trap": (3, 5, 7),
    "tied": (3, 13, 20),
    "gap_vgg": (3, 64, 96),
    "relu_head": (3, 16, 24),
}


def random_images(name: str, count: int = 2, seed: int = 0) -> Tensor:
    """Return images (count, C, H, W) for a network of `fixtures.models`, the same each time."""
    return torch.randn(count, *IMAGE_SHAPES[name], generator=torch.Generator().manual_seed(seed))
