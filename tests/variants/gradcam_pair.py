"""A right answer to Grad-CAM of any class at any layer that returns the sum before the ReLU as well."""

import copy

import torch
import torch.nn.functional as F

from reference.variants import accepted


@accepted(of="gradcam.grad_cam", says="the sum before the ReLU and the map, as a pair")
def any_with_the_signed_sum(model, layer_name, image, class_idx):
    net = copy.deepcopy(model).eval().requires_grad_(True)
    saved = []
    layer = net
    for name in layer_name.split("."):
        layer = getattr(layer, name)

    def hook(module, inputs, output):
        saved.append(output)
        return output.clone()

    layer.register_forward_hook(hook)
    score = net(image.unsqueeze(0))[0][class_idx]
    grads = torch.autograd.grad(score, saved[0])[0][0]
    weights = grads.flatten(1).mean(1)
    raw = torch.tensordot(weights, saved[0][0], dims=1).detach()
    return raw, F.relu(raw)
