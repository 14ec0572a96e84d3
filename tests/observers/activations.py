"""What an answer on recorded activations and patches does on small nets; see `tests.observe`."""

import torch
from torch import nn

from fixtures.models import load_model
from reference.activations import maximally_activating_patches, record_activations

LAYERS = {
    "tiny": ("conv2", "conv1", "fc"),
    "flat_vgg": ("fc_out", "backbone.bn1", "backbone.conv3_1"),
}


def of_recording(answer):
    """Compare two calls on each net, by value; then look at the first result again, and at the net."""
    found = []
    for name, layers in LAYERS.items():
        model, images = load_model(name), normal(2, 3, 64, 96)
        first = answer(model, layers, images.clone())
        kept = {layer: output.clone() for layer, output in first.items()}
        found += differences(
            f"{name}, first call", kept, record_activations(load_model(name), layers, images)
        )
        model(-images)
        found += differences(f"{name}, hooks", first, kept)
        second = answer(model, layers[:2], -images)
        expected = record_activations(load_model(name), layers[:2], -images)
        found += differences(f"{name}, second call", second, expected)
        found += differences(f"{name}, one dict", first, kept)
    return found


def of_patches(answer):
    """Compare patches of noise, at the border too; clipped ones with the clipped ones."""
    images = normal(7, 3, 64, 96)
    images[:5, :, 16:-16, 16:-16] *= 3
    images[5:, :, :4, :4] *= 12
    found = []
    for model, layer, channel in (
        (load_model("tiny"), "conv2", 1),
        (load_model("flat_vgg"), "backbone.conv3_1", 2),
        (pooling_net(), "2", 0),
    ):
        expected = maximally_activating_patches(model, layer, channel, images, 4)
        returned = answer(model, layer, channel, images.clone(), 4)
        same = len(returned) == 4 and all(map(is_patch, returned, expected))
        found += [] if same else [f"patches of {layer}"]
    return found


def pooling_net():
    """Return a net whose max pooling hides most of a unit's field from its gradient."""
    torch.manual_seed(0)
    return nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.MaxPool2d(4), nn.Conv2d(2, 2, 1)).eval()


def is_patch(found, expected):
    """Return whether a patch is the expected one, or what is left of it without the zeros around it."""
    inside = expected.any(dim=0)
    rows, columns = inside.any(dim=1), inside.any(dim=0)
    clipped = expected[:, rows][:, :, columns]
    found = torch.as_tensor(found).detach()
    return any(found.shape == right.shape and torch.equal(found, right) for right in (expected, clipped))


def differences(when, found, expected):
    """Return which layers differ, once the names are the same."""
    if set(found) != set(expected):
        return [f"{when}: layers {sorted(found)}"]
    return [
        f"{when}: {name}"
        for name, output in expected.items()
        if found[name].shape != output.shape or not torch.allclose(found[name], output, rtol=1e-4, atol=1e-5)
    ]


def normal(*shape):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


OBSERVERS = {"record_activations": of_recording, "maximally_activating_patches": of_patches}
