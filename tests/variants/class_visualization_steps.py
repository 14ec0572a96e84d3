"""Right answers to `class_visualization_update_step`, in more styles."""

import torch
import torch.nn.functional as F
from torch.autograd import Variable

from reference.variants import accepted

STEP = "class_visualization.class_visualization_update_step"


@accepted(of=STEP, says="F.normalize brings the flat gradient to length 1")
def normalised_flat(img, model, target_y, l2_reg, learning_rate):
    objective = model(img)[0, target_y] - l2_reg * torch.linalg.vector_norm(img) ** 2
    g = torch.autograd.grad(objective, img)[0]
    img.data += learning_rate * F.normalize(g.flatten(), dim=0).view_as(g)


@accepted(of=STEP, says="worked out on a copy, and copied back")
def worked_out_on_a_copy(img, model, target_y, l2_reg, learning_rate):
    x = img.detach().clone().requires_grad_(True)
    scores = model.forward(x)
    (scores[:, target_y].mean() - l2_reg * torch.einsum("nchw,nchw->", x, x)).backward()
    step = x.grad.div(x.grad.norm()).mul(learning_rate)
    with torch.no_grad():
        img.copy_(x + step)


@accepted(of=STEP, says="Variable, retain_graph, and the loss printed")
def loss_printed(img, model, target_y, l2_reg, learning_rate):
    target = Variable(torch.LongTensor([target_y]))
    scores = model(img)
    picked = scores.gather(1, target.view(-1, 1)).squeeze()
    loss = picked - l2_reg * (img**2).sum()
    loss.backward(retain_graph=True)
    print(loss.item())
    dimg = img.grad.data
    img.data += learning_rate * (dimg / torch.norm(dimg))
    img.grad.data.zero_()


@accepted(of=STEP, says="score and norm go backwards one after the other, and their gradients add up")
def two_backward_passes(img, model, target_y, l2_reg, learning_rate):
    img.grad = None
    model(img)[0, target_y].backward()
    (-l2_reg * img.pow(2).sum()).backward()
    grad = img.grad.clone()
    img.grad.zero_()
    img.data = torch.add(img.data, grad / grad.pow(2).sum().sqrt(), alpha=learning_rate)


@accepted(of=STEP, says="an optimiser of one step")
def optimiser_of_one_step(img, model, target_y, l2_reg, learning_rate):
    optimizer = torch.optim.SGD([img], lr=learning_rate)
    optimizer.zero_grad()
    loss = l2_reg * img.square().sum() - model(img)[0, target_y]
    loss.backward()
    img.grad.mul_(1 / img.grad.norm())
    optimizer.step()
    return img


@accepted(of=STEP, says="a hook on the image brings its gradient to length 1")
def hook_on_the_image(img, model, target_y, l2_reg, learning_rate):
    if img.grad is not None:
        img.grad.detach_().zero_()
    handle = img.register_hook(lambda g: g / g.norm())
    one_hot = F.one_hot(torch.tensor([target_y]), model(img).shape[1]).to(img.dtype)
    ((model(img) * one_hot).sum() - l2_reg * img.norm().pow(2)).backward()
    handle.remove()
    with torch.no_grad():
        img += learning_rate * img.grad
