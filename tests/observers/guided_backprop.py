"""What an answer to the exercise on guided backpropagation does on small nets; see `tests.observe`."""

import torch

from fixtures.models import load_model
from reference.guided_backprop import deconvnet, guided_backprop


def of_guided(answer):
    """Compare directions, and what the net answers to another function afterwards."""
    return _compare(answer, guided_backprop)


def of_deconvnet(answer):
    """Compare directions, and what the net answers to another function afterwards."""
    return _compare(answer, deconvnet)


def _compare(answer, reference):
    found = []
    for name, size in (("relu_head", (16, 24)), ("flat_vgg", (64, 96))):
        image = torch.randn(3, *size, generator=torch.Generator().manual_seed(0))
        for train in (False, True):
            for target in (1, 3):
                model = load_model(name).train(train)
                expected = reference(load_model(name), image, target)
                result = torch.as_tensor(answer(model, image.clone(), target)).reshape(image.shape)
                apart = result / result.norm() - expected / expected.norm()
                if apart.norm() > 1e-4:
                    found.append(f"{name}, class {target}, train mode {train}")
                if not torch.allclose(
                    _gradient(model.eval(), image), _gradient(load_model(name), image), atol=1e-5
                ):
                    found.append(f"{name} was changed")
    return found


def _gradient(model, image):
    images = image[None].clone().requires_grad_()
    return torch.autograd.grad(model(images)[0, 2], images)[0]


OBSERVERS = {"guided_backprop": of_guided, "deconvnet": of_deconvnet}
