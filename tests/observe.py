"""What an answer to each exercise does on small cases, in a form that two answers can be compared by.

`find_differences(function, answer)` returns one line for each way in which an answer falls short of the task:
none for a right answer in any style.
"""

import random
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import torch
from torch import nn

import reference.activations
from fixtures.models import load_model
from fixtures.torchvision_fallback import import_torchvision
from reference.class_visualization import class_visualization_update_step
from reference.gradcam import vis_gradcam
from reference.imaging import clamp_to_colours
from reference.saliency import compute_gradient_score, compute_saliency_maps, visualize_saliency
from tests.figure_tiles import find_faults
from tests.small_nets import make_curved_net

Answer = Callable[..., Any]

import_torchvision()  # some answers lay out their tiles by its grid


def find_differences(function: str, answer: Answer) -> list[str]:
    """Return how an answer to a function, named "saliency.compute_saliency_maps", differs from a right one."""
    random.seed(0)
    np.random.seed(0)
    torch.manual_seed(0)
    observers = {
        "saliency.compute_saliency_maps": _of_maps,
        "saliency.compute_gradient_score": _of_score,
        "saliency.visualize_saliency": _of_squares,
        "fooling.make_fooling_image": _of_fooling,
        "class_visualization.class_visualization_update_step": _of_step,
        "class_visualization.class_visualization": _of_class,
        "gradcam.vis_gradcam": _of_gradcam,
        "filters.plot_filters": _of_filters,
        "activations.show_activations_hook": _of_hook,
        "activations.plot_activations": _of_plot,
    }
    observe = observers[function] if function in observers else _further_observer(function)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what a student's code warns of is no difference
            return observe(answer)
    except Exception as error:  # student code raises whatever it likes
        return [f"raises {error!r}"]
    finally:
        plt.close("all")
        reference.activations.activation_list.clear()


def _further_observer(function: str) -> Callable[[Answer], list[str]]:
    """Return what tests.observers.<module> keeps in OBSERVERS, by the function's name."""
    module, _, name = function.partition(".")
    observer: Callable[[Answer], list[str]] = import_module(f"tests.observers.{module}").OBSERVERS[name]
    return observer


def _of_maps(answer: Answer) -> list[str]:
    images, labels = _normal(5, 3, 6, 9), torch.tensor([4, 0, 2, 2, 1])
    found = []
    for count in (1, 4, 5):
        expected = compute_saliency_maps(images[:count], labels[:count], load_model("tiny"))
        maps = torch.as_tensor(answer(images[:count].clone(), labels[:count], load_model("tiny")))
        if maps.shape != expected.shape or max(map(_misfit, maps, expected)) > 1e-4:
            found.append(f"maps of {count} images")
    return found


def _of_score(answer: Answer) -> list[str]:
    model, image = load_model("tiny"), _normal(1, 3, 6, 9).requires_grad_()
    expected = compute_gradient_score(model(image)[0], image, 3)
    found = answer(model(image)[0], image, 3)
    return (
        [] if found.shape == expected.shape and torch.allclose(found, expected, rtol=1e-4) else ["gradient"]
    )


def _of_squares(answer: Answer) -> list[str]:
    model = load_model("tiny")
    pairs = [
        (answer(image.clone(), model), visualize_saliency(image, model)) for image in _normal(3, 3, 6, 9)
    ]
    return ["map" for found, expected in pairs if _misfit(torch.as_tensor(found).squeeze(), expected) > 1e-4]


def _of_fooling(answer: Answer) -> list[str]:
    found = []
    image, model = _normal(1, 3, 6, 9), make_curved_net(6, 9)
    flat = nn.Sequential(*model, nn.Linear(8, 8))  # a gradient of 1/50: dividing by its square shows
    flat[-1].weight.data, flat[-1].bias.data = torch.eye(8) / 50, torch.zeros(8)
    gap_trap = load_model("gap_trap")
    cases = [(f"class {target}", image, target, net) for target in range(8) for net in (model, flat)]
    cases.append(("gap", 0.5 * gap_trap.direction[None], 1, gap_trap))
    for name, X, target, net in cases:
        given = X.clone()
        fooled = answer(given, target, net).detach()
        if net(fooled).argmax() != target:
            found.append(f"{name} not reached")
        if (fooled - X).norm() > 12:
            found.append(f"{name} is far away")
        if (
            net(X).argmax() == target and (fooled - X).norm() > 6
        ):  # one step before the first test is no mistake
            found.append("moved far although it was the target")
        if not torch.equal(given, X):
            found.append("X was changed")
    return found


def _of_step(answer: Answer) -> list[str]:
    """Judge two steps: the second one shows a gradient that was never cleared."""
    model, arguments = load_model("tiny"), (3, 2e-2, 5.0)
    expected, img = _normal(1, 3, 6, 9).requires_grad_(), _normal(1, 3, 6, 9).requires_grad_()
    found = []
    for step in (1, 2):
        class_visualization_update_step(expected, model, *arguments)
        returned = answer(img, model, *arguments)
        img = returned if isinstance(returned, torch.Tensor) else img
        if not torch.allclose(img, expected, rtol=1e-4, atol=1e-5):
            found.append(f"step {step}")
    return found


def _of_class(answer: Answer) -> list[str]:
    """Judge the outcome: the class is reached, more clearly than 200 images of noise reach it."""
    model, noise = make_curved_net(16, 24), clamp_to_colours(torch.randn(200, 3, 16, 24))
    found = []
    for target in (0, 3, 6):
        img = answer(target, model, num_iterations=30, max_jitter=1, shape=(16, 24)).detach()
        if model(img).argmax() != target or model(img)[0, target] < 2 * model(noise)[:, target].max():
            found.append(f"class {target}")
    return found


def _of_gradcam(answer: Answer) -> list[str]:
    vgg, zero = load_model("flat_vgg"), load_model("flat_vgg")
    nn.init.zeros_(zero.fc_out.weight)
    found = []
    for name, net, img in [(str(n), vgg, img) for n, img in enumerate(_normal(3, 3, 64, 96))] + [
        ("zero", zero, _normal(3, 64, 96))
    ]:
        expected = vis_gradcam(net, img)
        plt.close("all")
        returned = answer(net, img.clone())
        cam = returned if returned is not None else plt.gca().get_images()[-1].get_array()
        if not np.allclose(np.squeeze(np.asarray(cam)), expected.numpy(), atol=1e-4):
            found.append(f"map {name}")
    return found


def _of_filters(answer: Answer) -> list[str]:
    found = []
    for channels in (3, 5):
        weights = _normal(10, channels, 4, 5)
        given = weights.clone()
        answer(given, "a title")
        tiles = weights if channels == 3 else weights.flatten(0, 1).unsqueeze(1)
        found += find_faults(tiles.permute(0, 2, 3, 1).numpy(), "a title")
        found += [] if torch.equal(given, weights) else ["the weights were changed"]
        plt.close("all")
    return found


def _of_hook(answer: Answer) -> list[str]:
    conv, X, kept = nn.Conv2d(3, 5, 3), _normal(2, 3, 6, 9), reference.activations.activation_list
    output = conv(X).detach()
    conv.register_forward_hook(lambda module, inputs, output: answer("conv", module, inputs, output))
    replaced = conv(X).detach()
    found = [] if torch.equal(replaced, output) else ["the output was replaced"]
    if not (len(kept) == 1 and torch.equal(kept[0], output)):
        found.append("the output was not kept")
    found += find_faults(output[0].unsqueeze(-1).numpy(), "Activations on: conv")
    plt.close("all")
    answer("fc", nn.Linear(3, 4), (X,), _normal(2, 4))
    return found + ([] if len(kept) == 1 and not plt.get_fignums() else ["a linear layer was shown"])


def _of_plot(answer: Answer) -> list[str]:
    activations = _normal(3, 5, 6, 9)
    answer(activations.clone(), "a title")
    return find_faults(activations[0].unsqueeze(-1).numpy(), "a title")


def _normal(*shape: int) -> torch.Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0))


def _misfit(found: torch.Tensor, expected: torch.Tensor) -> float:
    """Return min over k > 0 of ||k * found - expected|| / ||expected||."""
    found, expected = found.detach().flatten().double(), expected.flatten().double()
    scale = (found @ expected / (found @ found)).clamp(min=0)
    return ((scale * found - expected).norm() / expected.norm()).item()
