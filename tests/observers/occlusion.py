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
            if returned.shape != expected.shape or not torch.allclose(returned, expected, atol=1e-5):
                found.append(f"map of {window}, {stride}, train mode {train}")
            if not torch.equal(given, image):
                found.append("the image was changed")
    return found


OBSERVERS = {"occlusion_map": of_map}
