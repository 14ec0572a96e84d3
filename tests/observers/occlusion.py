"""What an answer to the occlusion exercise does on small nets; see `tests.observe`."""

import torch

from fixtures.models import load_model
from reference.occlusion import occlusion_map


def of_map(answer):
    """Compare maps on nets in both modes, with squares that do not divide the image."""
    found = []
    image = torch.randn(3, 14, 22, generator=torch.Generator().manual_seed(0))
    for train in (False, True):
        for window, stride, fill in ((4, 3, 0.5), (6, 6, 0.0), (14, 1, -1.0)):
            expected = occlusion_map(image, 3, load_model("tiny"), window, stride, fill)
            given = image.clone()
            returned = torch.as_tensor(
                answer(given, 3, load_model("tiny").train(train), window, stride, fill)
            )
            returned = returned.reshape(returned.shape[-2:])
            if returned.shape == image.shape[1:]:  # a number for each pixel
                means, sums = _spread(expected, image.shape[1:], window, stride)
                expected = min(means, sums, key=lambda right: (returned - right).norm())
            if returned.shape != expected.shape or not torch.allclose(returned, expected, atol=1e-5):
                found.append(f"map of {window}, {stride}, train mode {train}")
            if not torch.equal(given, image):
                found.append("the image was changed")
    return found


def _spread(drops, size, window, stride):
    """Return the mean and the sum over the squares that cover each pixel."""
    squares = torch.ones(1, 1, window, window)
    total, count = (
        torch.nn.functional.conv_transpose2d(values[None, None], squares, stride=stride)[0, 0]
        for values in (drops, torch.ones_like(drops))
    )
    beside = (0, size[1] - total.shape[1], 0, size[0] - total.shape[0])
    return (torch.nn.functional.pad(values, beside) for values in (total / count.clamp(min=1), total))


OBSERVERS = {"occlusion_map": of_map}
