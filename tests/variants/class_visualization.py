"""Right answers to the class visualization exercise, in other styles."""

import random

import torch

from reference.class_visualization import class_visualization_update_step
from reference.imaging import blur_image, clamp_to_colours, jitter
from reference.variants import accepted

STEP = "class_visualization.class_visualization_update_step"
VISUALIZE = "class_visualization.class_visualization"


@accepted(of=STEP, says="backward, .data, and grad.zero_() at the end")
def backward_and_zero(img, model, target_y, l2_reg, learning_rate):
    loss = model(img)[0, target_y] - l2_reg * torch.norm(img) ** 2
    loss.backward()
    img.data += learning_rate * img.grad.data / img.grad.data.norm()
    img.grad.zero_()


@accepted(of=STEP, says="returned as well as changed in place")
def in_place_and_returned(img, model, target_y, l2_reg, learning_rate):
    model.zero_grad()
    score = model(img)[:, target_y].sum()
    (score - l2_reg * (img**2).sum()).backward()
    with torch.no_grad():
        g = img.grad / img.grad.norm()
        img += learning_rate * g
    img.grad.zero_()
    return img


@accepted(of=STEP, says="a new tensor is returned, the old one left alone")
def new_tensor_returned(img, model, target_y, l2_reg, learning_rate):
    loss = model(img)[0][target_y] - l2_reg * img.pow(2).sum()
    g = torch.autograd.grad(loss, img)[0]
    return (img + learning_rate * g / g.norm()).detach().requires_grad_()


@accepted(of=STEP, says="the gradient of the L2 term by hand")
def l2_by_hand(img, model, target_y, l2_reg, learning_rate):
    model(img)[0, target_y].backward()
    g = img.grad.data - 2 * l2_reg * img.data
    img.data += learning_rate * g / g.norm()
    img.grad.data.zero_()


@accepted(of=STEP, says="a loss that goes down")
def loss_descent(img, model, target_y, l2_reg, learning_rate):
    loss = -model(img)[0, target_y] + l2_reg * torch.sum(img * img)
    loss.backward()
    with torch.no_grad():
        img -= learning_rate * img.grad / torch.sqrt((img.grad**2).sum())
        img.grad.zero_()


@accepted(of=STEP, says="the gradient is cleared at the start")
def cleared_at_the_start(img, model, target_y, l2_reg, learning_rate):
    if img.grad is not None:
        img.grad.zero_()
    y = model(img)[0, target_y]
    reg = l2_reg * img.norm() ** 2
    (y - reg).backward()
    img.data.add_(img.grad / img.grad.norm(), alpha=learning_rate)


@accepted(of=STEP, says="a one-hot vector, and img.grad set to None")
def one_hot_and_none(img, model, target_y, l2_reg, learning_rate):
    scores = model(img)
    one_hot = torch.zeros_like(scores)
    one_hot[0, target_y] = 1
    objective = (scores * one_hot).sum() - l2_reg * torch.dot(img.flatten(), img.flatten())
    objective.backward()
    img.data = img.data + learning_rate * img.grad / img.grad.norm(p=2)
    img.grad = None


def _loop(target_y, model, step, *, num_iterations, blur_every, max_jitter, shape):
    """Return an image after the usual loop around a step."""
    dtype = next(model.parameters()).dtype
    img = torch.randn(1, 3, shape[0], shape[1]).mul_(1.0).type(dtype).requires_grad_()
    for t in range(num_iterations):
        ox, oy = random.randint(0, max_jitter), random.randint(0, max_jitter)
        img.data.copy_(jitter(img.data, ox, oy))
        step(img)
        img.data.copy_(jitter(img.data, -ox, -oy))
        img.data.copy_(clamp_to_colours(img.data))
        if t % blur_every == 0:
            img.data.copy_(blur_image(img.data, sigma=0.5))
    return img.detach()


@accepted(of=VISUALIZE, says="the loop of the notebook, with Python's random numbers")
def loop_of_the_notebook(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    def step(img):
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)

    return _loop(
        target_y,
        model,
        step,
        num_iterations=num_iterations,
        blur_every=blur_every,
        max_jitter=max_jitter,
        shape=shape,
    )


@accepted(of=VISUALIZE, says="without jitter, blur and clamp: the class is reached all the same")
def plain_ascent(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    dtype = next(model.parameters()).dtype
    img = torch.randn(1, 3, *shape, dtype=dtype).requires_grad_()
    for _ in range(num_iterations):
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
    return img


@accepted(of=VISUALIZE, says="starts from grey with a little noise")
def starts_from_grey(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    dtype = next(model.parameters()).dtype
    img = (0.01 * torch.randn(1, 3, *shape, dtype=dtype)).requires_grad_()
    for t in range(num_iterations):
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
        with torch.no_grad():
            img.copy_(clamp_to_colours(img))
    return img.detach()


@accepted(of=VISUALIZE, says="Adam with weight decay")
def adam_with_weight_decay(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    dtype = next(model.parameters()).dtype
    img = torch.randn(1, 3, *shape, dtype=dtype).requires_grad_()
    optimizer = torch.optim.Adam([img], lr=0.1, weight_decay=2 * l2_reg)
    for _ in range(num_iterations):
        optimizer.zero_grad()
        (-model(img)[0, target_y]).backward()
        optimizer.step()
        img.data = clamp_to_colours(img.data)
    return img.detach()


@accepted(of=VISUALIZE, says="the step is written into the loop, with the plain gradient")
def step_in_the_loop(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    def step(img):
        (model(img)[0, target_y] - l2_reg * (img**2).sum()).backward()
        img.data += learning_rate * img.grad / img.grad.norm()
        img.grad.zero_()

    return _loop(
        target_y,
        model,
        step,
        num_iterations=num_iterations,
        blur_every=blur_every,
        max_jitter=max_jitter,
        shape=shape,
    )


@accepted(of=VISUALIZE, says="the image is blurred in the end, and not clamped")
def blurred_in_the_end(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    dtype = next(model.parameters()).dtype
    img = torch.randn(1, 3, *shape, dtype=dtype).requires_grad_()
    for t in range(num_iterations):
        ox, oy = random.randint(-max_jitter, max_jitter), random.randint(-max_jitter, max_jitter)
        img.data = torch.roll(img.data, (ox, oy), (2, 3))
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
        img.data = torch.roll(img.data, (-ox, -oy), (2, 3))
    return blur_image(img.detach(), 0.5)
