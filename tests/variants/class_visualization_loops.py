"""Right answers to `class_visualization`, with other loops around the step."""

import math
import random

import matplotlib.pyplot as plt
import numpy as np
import torch
import torch.nn.functional as F

from reference.class_visualization import class_visualization_update_step
from reference.imaging import blur_image, clamp_to_colours, deprocess, jitter
from reference.variants import accepted

VISUALIZE = "class_visualization.class_visualization"


@accepted(of=VISUALIZE, says="pictures and prints on the way, as in the notebook")
def shows_pictures_on_the_way(target_y, model, **kwargs):
    l2_reg = kwargs.pop("l2_reg", 1e-3)
    learning_rate = kwargs.pop("learning_rate", 25)
    num_iterations = kwargs.pop("num_iterations", 100)
    blur_every = kwargs.pop("blur_every", 10)
    max_jitter = kwargs.pop("max_jitter", 16)
    height, width = kwargs.pop("shape", (112, 112))
    model.type(torch.FloatTensor)
    img = torch.randn(1, 3, height, width).mul_(1.0).requires_grad_()
    for t in range(num_iterations):
        ox, oy = random.randint(0, max_jitter), random.randint(0, max_jitter)
        img.data.copy_(jitter(img.data, ox, oy))
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
        img.data.copy_(jitter(img.data, -ox, -oy))
        img.data.copy_(clamp_to_colours(img.data))
        if t % blur_every == 0:
            img.data.copy_(blur_image(img.data, sigma=0.5))
        if t == 0 or (t + 1) % 25 == 0 or t == num_iterations - 1:
            plt.imshow(deprocess(img.data.clone().cpu()))
            plt.title(f"Class {target_y}\nIteration {t + 1} / {num_iterations}")
            plt.gcf().set_size_inches(4, 4)
            plt.axis("off")
            plt.show()
            print("iteration", t + 1)
    return img.data


@accepted(of=VISUALIZE, says="a while loop, numpy's random numbers, and a new leaf in each iteration")
def new_leaf_each_iteration(
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
    x = torch.from_numpy(np.random.normal(size=(1, 3, *shape))).to(dtype)
    t = 0
    while t < num_iterations:
        shift = tuple(int(s) for s in np.random.randint(0, max_jitter + 1, size=2))
        leaf = torch.roll(x, shift, dims=(2, 3)).requires_grad_()
        (g,) = torch.autograd.grad(model(leaf)[0, target_y] - l2_reg * leaf.pow(2).sum(), leaf)
        leaf = leaf.detach() + learning_rate * g / g.norm()
        x = clamp_to_colours(torch.roll(leaf, (-shift[0], -shift[1]), dims=(2, 3)))
        if t % blur_every == 0:
            x = blur_image(x, 0.5)
        t += 1
    return x


@accepted(of=VISUALIZE, says="SGD with momentum on the negated objective")
def momentum(
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
    img = (0.1 * torch.randn(1, 3, *shape, dtype=dtype)).requires_grad_()
    optimizer = torch.optim.SGD([img], lr=0.4 * learning_rate, momentum=0.5)
    for t in range(num_iterations):
        optimizer.zero_grad()
        loss = -model(img)[0, target_y] + l2_reg * img.norm() ** 2
        loss.backward()
        img.grad /= img.grad.norm()
        optimizer.step()
        with torch.no_grad():
            img.copy_(clamp_to_colours(img))
    return img.detach()


@accepted(of=VISUALIZE, says="the step grows smaller towards the end, and the best image is kept")
def best_image_kept(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    like = next(model.parameters())
    img = torch.randn((1, 3) + tuple(shape), dtype=like.dtype).requires_grad_()
    best, best_score = img.data.clone(), -math.inf
    for t in range(num_iterations):
        rate = learning_rate * (1 - 0.5 * t / num_iterations)
        class_visualization_update_step(img, model, target_y, l2_reg, rate)
        img.data.clamp_(-2.2, 2.6)
        with torch.no_grad():
            score = (model(img)[0, target_y] - l2_reg * img.square().sum()).item()
        if score > best_score:
            best, best_score = img.data.clone(), score
    return best


@accepted(of=VISUALIZE, says="a small image first, enlarged for the second half")
def small_image_first(
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
    coarse = 0.5 * torch.randn(1, 3, shape[0] // 4, shape[1] // 4, dtype=dtype)
    img = F.interpolate(coarse, size=shape, mode="bilinear").requires_grad_()
    for t in range(num_iterations):
        class_visualization_update_step(img, model, target_y, l2_reg, learning_rate)
        img.data = clamp_to_colours(img.data)
    return img


@accepted(of=VISUALIZE, says="parameters frozen, every gradient slightly blurred")
def blurred_gradients(
    target_y,
    model,
    l2_reg=1e-3,
    learning_rate=25.0,
    num_iterations=100,
    blur_every=10,
    max_jitter=16,
    shape=(112, 112),
):
    for p in model.parameters():
        p.requires_grad_(False)
    dtype = next(model.parameters()).dtype
    img = torch.rand(1, 3, *shape, dtype=dtype).sub_(0.5).requires_grad_()
    for _ in range(num_iterations):
        (model(img)[0, target_y] - l2_reg * (img**2).sum()).backward()
        g = blur_image(img.grad, 0.5)
        img.data += learning_rate * g / (g.norm() + 1e-12)
        img.grad = None
    return img.detach()
