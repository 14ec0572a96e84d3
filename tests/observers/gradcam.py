"""What an answer to the exercise on class activation maps does on small nets; see `tests.observe`."""

import torch

from fixtures.models import load_model
from reference.gradcam import class_activation_map, grad_cam


def of_cam(answer):
    """Compare maps of several classes."""
    image = torch.randn(3, 64, 96, generator=torch.Generator().manual_seed(0))
    found = []
    for target in (0, 3, 6):
        expected = class_activation_map(load_model("gap_vgg"), image, target)
        result = torch.as_tensor(answer(load_model("gap_vgg"), image.clone(), target)).detach()
        if not torch.allclose(result.reshape(expected.shape), expected, atol=1e-5):
            found.append(f"class {target}")
    return found


def of_any(answer):
    """Compare maps up to their scale, at layers with and without an in-place ReLU behind them, in both modes."""
    found = []
    cases = [
        ("tiny", "conv1", (18, 26)),
        ("tiny", "conv2", (18, 26)),
        ("flat_vgg", "backbone.bn5_2", (64, 96)),
    ]
    for name, layer, size in cases:
        image = torch.randn(3, *size, generator=torch.Generator().manual_seed(0))
        for train in (False, True):
            for target in (1, 5):
                expected = grad_cam(load_model(name), layer, image, target)
                model = load_model(name).train(train).requires_grad_(not train)
                result = _finished(answer(model, layer, image.clone(), target)).reshape(expected.shape)
                scale = result.norm() / expected.norm() if expected.any() else 1.0
                if not torch.allclose(
                    result, scale * expected, atol=1e-4 * float(expected.max() + 1e-9) * float(scale)
                ):
                    found.append(f"{name}, {layer}, class {target}, train mode {train}")
    blind = load_model("tiny")
    blind.fc.weight.data.zero_()
    if _finished(answer(blind, "conv1", image[:, :18, :26].clone(), 1)).count_nonzero():
        found.append("a map of zeros is something else")
    return found


def _finished(result):
    """Return a map, the second of two where the sum before the ReLU came with it."""
    return torch.as_tensor(result[1] if isinstance(result, tuple) else result)


OBSERVERS = {"class_activation_map": of_cam, "grad_cam": of_any}
