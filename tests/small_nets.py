"""A net that answers to its image in every class, as trained nets do and random convolutions do not."""

import torch
from torch import nn


def make_curved_net(height: int, width: int, classes: int = 8) -> nn.Sequential:
    """Return a net of two layers for images (N, 3, height, width), in eval mode, always the same.

    Its classes share no direction (orthogonal rows), so ascent on one score does not lift the others with it.
    """
    generator = torch.Generator().manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(3 * height * width, 64), nn.ReLU(), nn.Linear(64, classes))
    nn.init.orthogonal_(net[1].weight, generator=generator)
    nn.init.orthogonal_(net[3].weight, gain=3, generator=generator)
    nn.init.zeros_(net[1].bias)
    nn.init.zeros_(net[3].bias)
    return net.eval()
