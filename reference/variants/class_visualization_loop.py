"""Wrong answers to `class_visualization`: the loop around the update step."""

import torch
from torch import Tensor, nn

from reference.class_visualization import class_visualization_update_step
from reference.imaging import blur_image, clamp_to_colours, jitter
from reference.variants import mistake

VISUALIZE = "class_visualization.class_visualization"


@mistake(
    of=VISUALIZE,
    says="It looks like another class was visualized than the one asked for: pass target_y on to the update step as "
    "it is.",
)
def next_class(
    target_y: int,
    model: nn.Module,
    l2_reg: float = 1e-3,
    learning_rate: float = 25.0,
    num_iterations: int = 100,
    blur_every: int = 10,
    max_jitter: int = 16,
    shape: tuple[int, int] = (112, 112),
) -> Tensor:
    like = next(model.parameters())
    target_y = (target_y + 1) % model(torch.zeros(1, 3, *shape, dtype=like.dtype)).shape[1]
    img = torch.randn(1, 3, *shape, dtype=like.dtype).requires_grad_()
    for t in range(num_iterations):
        ox, oy = torch.randint(0, max_jitter + 1, (2,)).tolist()
        img.data.copy_(jitter(img.data, ox, oy))
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
        img.data.copy_(jitter(img.data, -ox, -oy))
        img.data.copy_(clamp_to_colours(img.data))
        if t % blur_every == 0:
            img.data.copy_(blur_image(img.data, sigma=0.5))
    return img.detach()


@mistake(
    of=VISUALIZE,
    says="It looks like the noise from the start came back: call class_visualization_update_step in each iteration.",
)
def never_updates(
    target_y: int,
    model: nn.Module,
    l2_reg: float = 1e-3,
    learning_rate: float = 25.0,
    num_iterations: int = 100,
    blur_every: int = 10,
    max_jitter: int = 16,
    shape: tuple[int, int] = (112, 112),
) -> Tensor:
    like = next(model.parameters())
    img = torch.randn(1, 3, *shape, dtype=like.dtype)
    for t in range(num_iterations):
        ox, oy = torch.randint(0, max_jitter + 1, (2,)).tolist()
        img = jitter(jitter(img, ox, oy), -ox, -oy)
        img = clamp_to_colours(img)
        if t % blur_every == 0:
            img = blur_image(img, sigma=0.5)
    return img


@mistake(
    of=VISUALIZE,
    says="It looks like the picture starts from new noise in every iteration, so only the last step is left: make the "
    "noise once, before the loop.",
)
def starts_over_each_iteration(
    target_y: int,
    model: nn.Module,
    l2_reg: float = 1e-3,
    learning_rate: float = 25.0,
    num_iterations: int = 100,
    blur_every: int = 10,
    max_jitter: int = 16,
    shape: tuple[int, int] = (112, 112),
) -> Tensor:
    like = next(model.parameters())
    for _ in range(num_iterations):
        img = torch.randn(1, 3, *shape, dtype=like.dtype).requires_grad_()
        class_visualization_update_step(img, model, target_y, l2_reg, 1.0)
        img.data.copy_(clamp_to_colours(img.data))
    return img.detach()


@mistake(
    of=VISUALIZE,
    says="It looks like the steps go downhill, so the image shows what the class is not: pass the learning rate on "
    "with its sign.",
)
def grows_the_opposite(
    target_y: int,
    model: nn.Module,
    l2_reg: float = 1e-3,
    learning_rate: float = 25.0,
    num_iterations: int = 100,
    blur_every: int = 10,
    max_jitter: int = 16,
    shape: tuple[int, int] = (112, 112),
) -> Tensor:
    like = next(model.parameters())
    img = torch.randn(1, 3, *shape, dtype=like.dtype).requires_grad_()
    for t in range(num_iterations):
        ox, oy = torch.randint(0, max_jitter + 1, (2,)).tolist()
        img.data.copy_(jitter(img.data, ox, oy))
        class_visualization_update_step(img, model, target_y, l2_reg, -learning_rate)
        img.data.copy_(jitter(img.data, -ox, -oy))
        img.data.copy_(clamp_to_colours(img.data))
        if t % blur_every == 0:
            img.data.copy_(blur_image(img.data, sigma=0.5))
    return img.detach()
