"""Right answers to the exercise on deconvnet and guided backpropagation, in other styles."""

import copy

import torch
from torch import nn

from reference.variants import accepted

GUIDED = "guided_backprop.guided_backprop"
DECONV = "guided_backprop.deconvnet"


def with_hooks(model, image, class_idx, rule):
    """Backward hooks on a copy whose ReLUs no longer work in place."""
    net = copy.deepcopy(model).eval()
    for module in net.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
            module.register_full_backward_hook(rule)
    x = image.clone()[None].requires_grad_()
    net(x)[0, class_idx].backward()
    return x.grad[0]


def with_own_relu(model, image, class_idx, backward):
    """ReLUs replaced by modules of our own, on a copy."""

    class Own(torch.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            ctx.save_for_backward(x)
            return torch.relu(x)

        @staticmethod
        def backward(ctx, g):
            return backward(g, *ctx.saved_tensors)

    class OwnReLU(nn.Module):
        def forward(self, x):
            return Own.apply(x)

    def exchange(module):
        for name, child in list(module._modules.items()):  # named_children() passes over the second use
            if isinstance(child, nn.ReLU):
                setattr(module, name, OwnReLU())
            else:
                exchange(child)

    net = copy.deepcopy(model).eval()
    exchange(net)
    x = image.clone()[None].requires_grad_()
    (gradient,) = torch.autograd.grad(net(x)[0, class_idx], x)
    return gradient[0]


@accepted(of=GUIDED, says="backward hooks that clamp grad_input")
def guided_by_hooks(model, image, class_idx):
    return with_hooks(model, image, class_idx, lambda module, given, arriving: (given[0].clamp(min=0),))


@accepted(of=GUIDED, says="backward hooks that apply relu to grad_input")
def guided_by_relu_hooks(model, image, class_idx):
    return with_hooks(model, image, class_idx, lambda module, given, arriving: (torch.relu(given[0]),))


@accepted(of=GUIDED, says="a function of one's own in place of each ReLU")
def guided_by_own_relu(model, image, class_idx):
    return with_own_relu(model, image, class_idx, lambda g, x: g * (g > 0) * (x > 0))


@accepted(of=GUIDED, says="a batch axis in front, and a positive factor")
def guided_with_batch_axis(model, image, class_idx):
    return 3 * with_own_relu(model, image, class_idx, lambda g, x: g * (g > 0) * (x > 0))[None]


@accepted(of=GUIDED, says="in numpy")
def guided_in_numpy(model, image, class_idx):
    return with_hooks(model, image, class_idx, lambda module, given, out: (given[0].clamp(min=0),)).numpy()


@accepted(of=GUIDED, says="clamp before the gate, which is the same")
def guided_the_other_way_round(model, image, class_idx):
    return with_own_relu(model, image, class_idx, lambda g, x: g.clamp(min=0) * (x > 0).to(g.dtype))


@accepted(of=DECONV, says="backward hooks that return the clamped grad_output")
def deconvnet_by_hooks(model, image, class_idx):
    return with_hooks(model, image, class_idx, lambda module, given, arriving: (arriving[0].clamp(min=0),))


@accepted(of=DECONV, says="backward hooks that apply relu to grad_output")
def deconvnet_by_relu_hooks(model, image, class_idx):
    return with_hooks(model, image, class_idx, lambda module, given, arriving: (torch.relu(arriving[0]),))


@accepted(of=DECONV, says="a function of one's own in place of each ReLU")
def deconvnet_by_own_relu(model, image, class_idx):
    return with_own_relu(model, image, class_idx, lambda g, x: g * (g > 0))


@accepted(of=DECONV, says="a batch axis in front, and a positive factor")
def deconvnet_with_batch_axis(model, image, class_idx):
    return 0.5 * with_own_relu(model, image, class_idx, lambda g, x: g * (g > 0))[None]


@accepted(of=DECONV, says="in numpy")
def deconvnet_in_numpy(model, image, class_idx):
    return with_hooks(model, image, class_idx, lambda module, given, out: (out[0].clamp(min=0),)).numpy()


@accepted(of=DECONV, says="a mask of the gradient's signs")
def deconvnet_by_mask(model, image, class_idx):
    return with_own_relu(model, image, class_idx, lambda g, x: torch.where(g > 0, g, torch.zeros_like(g)))
