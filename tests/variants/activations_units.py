"""Right answers to the exercise on hidden units, in other styles."""

import functools

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from reference.activations import record_activations
from reference.receptive_field import receptive_field
from reference.variants import accepted

RECORD = "activations.record_activations"
PATCHES = "activations.maximally_activating_patches"


@accepted(of=RECORD, says="closures, not detached")
def closures(model, layer_names, images):
    activations = {}

    def get_activation(name):
        def hook(module, input, output):
            activations[name] = output.clone()

        return hook

    handles = [model.get_submodule(name).register_forward_hook(get_activation(name)) for name in layer_names]
    model(images)
    for handle in handles:
        handle.remove()
    return activations


@accepted(of=RECORD, says="named_modules and functools.partial, in the order of the net")
def order_of_the_net(model, layer_names, images):
    activations, handles = {}, []

    def save(name, module, input, output):
        activations[name] = output.detach().clone()

    for name, module in model.named_modules():
        if name in layer_names:
            handles.append(module.register_forward_hook(functools.partial(save, name)))
    _ = model(images)
    [h.remove() for h in handles]
    return activations


@accepted(of=RECORD, says="the hook returns a copy that later layers may overwrite")
def hook_returns_a_copy(model, layer_names, images):
    feats = {}

    def hook_feat(module, input, output, name):
        feats[name] = output
        return output.clone()

    handles = []
    for name in layer_names:
        handles.append(
            model.get_submodule(name).register_forward_hook(functools.partial(hook_feat, name=name))
        )
    try:
        model(images)
    finally:
        for h in handles:
            h.remove()
    return {name: feats[name].detach() for name in layer_names}


@accepted(of=RECORD, says="numpy arrays")
def numpy_arrays(model, layer_names, images):
    out = {}
    modules = dict(model.named_modules())
    with torch.no_grad():
        for name in layer_names:
            hook = modules[name].register_forward_hook(
                lambda m, i, o, name=name: out.__setitem__(name, o.cpu().numpy().copy())
            )
            model(images)
            hook.remove()
    return {name: torch.from_numpy(array) for name, array in out.items()}


@accepted(of=RECORD, says="getattr step by step, one image at a time")
def one_image_at_a_time(model, layer_names, images):
    model.eval()
    kept = {name: [] for name in layer_names}
    handles = []
    for name in layer_names:
        layer = model
        for part in name.split("."):
            layer = getattr(layer, part)
        handles.append(layer.register_forward_hook(lambda m, i, o, k=kept[name]: k.append(o.data.clone())))
    for image in images:
        model(image.unsqueeze(0))
    for handle in handles:
        handle.remove()
    return {name: torch.cat(outputs) for name, outputs in kept.items()}


@accepted(of=RECORD, says="a class that is a hook, in a with block")
def class_as_hook(model, layer_names, images):
    class Keep:
        def __call__(self, module, inputs, output):
            self.output = output.detach().clone()

    keeps = {name: Keep() for name in layer_names}
    from contextlib import ExitStack

    with ExitStack() as stack, torch.inference_mode():
        for name, keep in keeps.items():
            stack.enter_context(model.get_submodule(name).register_forward_hook(keep))
        model.forward(images)
    return {name: keep.output for name, keep in keeps.items()}


@accepted(of=PATCHES, says="clipped at the border, a list")
def clipped_list(model, layer_name, channel, images, k):
    A = record_activations(model, [layer_name], images)[layer_name]
    field = receptive_field(model, layer_name)
    best = []
    for n in range(len(images)):
        a = A[n, channel]
        idx = torch.argmax(a).item()
        best.append((a.max().item(), n, idx // a.shape[1], idx % a.shape[1]))
    best.sort(reverse=True)
    patches = []
    for score, n, i, j in best[:k]:
        top = i * field.stride[0] + field.start[0]
        left = j * field.stride[1] + field.start[1]
        bottom, right = top + field.size[0], left + field.size[1]
        patches.append(images[n, :, max(top, 0) : bottom, max(left, 0) : right])
    return patches


@accepted(of=PATCHES, says="numpy, a canvas of zeros")
def numpy_canvas(model, layer_name, channel, images, k):
    a = record_activations(model, [layer_name], images)[layer_name][:, channel].detach().numpy()
    field = receptive_field(model, layer_name)
    X = images.detach().numpy()
    order = np.argsort(-a.max(axis=(1, 2)))[:k]
    canvas = np.zeros((k, X.shape[1], *field.size), X.dtype)
    for m, n in enumerate(order):
        i, j = np.unravel_index(a[n].argmax(), a[n].shape)
        for r in range(field.size[0]):
            for c in range(field.size[1]):
                y = i * field.stride[0] + field.start[0] + r
                x = j * field.stride[1] + field.start[1] + c
                if 0 <= y < X.shape[2] and 0 <= x < X.shape[3]:
                    canvas[m, :, r, c] = X[n, :, y, x]
    return canvas


@accepted(of=PATCHES, says="the field computed by hand from the layers of a chain")
def field_by_hand(model, layer_name, channel, images, k):
    order_of_layers = []
    handles = [
        m.register_forward_hook(lambda m, i, o: order_of_layers.append(m))
        for m in model.modules()
        if isinstance(m, (nn.Conv2d, nn.MaxPool2d))
    ]
    A = record_activations(model, [layer_name], images)[layer_name][:, channel]
    for handle in handles:
        handle.remove()
    target = model.get_submodule(layer_name)
    r, jump, start = 1, 1, 0
    for layer in order_of_layers:
        kernel, stride, pad = [
            v if isinstance(v, int) else v[0] for v in (layer.kernel_size, layer.stride, layer.padding)
        ]
        start -= pad * jump
        r += (kernel - 1) * jump
        jump *= stride
        if layer is target:
            break
    pad = nn.ZeroPad2d(r)
    flat = A.reshape(len(images), -1)
    values, where = flat.max(1)
    top = values.topk(k).indices
    patches = []
    for n in top:
        i, j = where[n].item() // A.shape[-1], where[n].item() % A.shape[-1]
        y, x = i * jump + start + r, j * jump + start + r
        patches.append(pad(images[n : n + 1])[0, :, y : y + r, x : x + r])
    return torch.stack(patches)


@accepted(of=PATCHES, says="a tuple of patches, padded one by one")
def tuple_of_padded(model, layer_name, channel, images, k):
    kept = []
    handle = model.get_submodule(layer_name).register_forward_hook(
        lambda m, i, o: kept.append(o[:, channel].clone())
    )
    for image in images:
        model(image[None])
    handle.remove()
    A = torch.cat(kept).detach()
    field = receptive_field(model, layer_name)
    patches = []
    for n in torch.amax(A, dim=(-2, -1)).sort(descending=True)[1][:k]:
        i, j = (A[n] == A[n].max()).nonzero()[0].tolist()
        t, l = i * field.stride[0] + field.start[0], j * field.stride[1] + field.start[1]
        b, r = t + field.size[0], l + field.size[1]
        H, W = images.shape[2:]
        cut = images[n][:, max(t, 0) : min(b, H), max(l, 0) : min(r, W)]
        patches.append(F.pad(cut, (max(-l, 0), max(r - W, 0), max(-t, 0), max(b - H, 0))))
    return tuple(patches)


@accepted(of=PATCHES, says="unfold and gather")
def unfolded(model, layer_name, channel, images, k):
    A = record_activations(model, [layer_name], images)[layer_name][:, channel]
    field = receptive_field(model, layer_name)
    (h, w), (sh, sw), (top, left) = field.size, field.stride, field.start
    H, W = images.shape[2:]
    X = F.pad(images, (w, w, h, h))
    X = X[:, :, h + top :, w + left :].unfold(2, h, sh).unfold(3, w, sw)  # (N, C, rows, columns, h, w)
    scores, flat = A.flatten(1).max(dim=1)
    best = torch.topk(scores, k).indices
    i, j = torch.div(flat, A.shape[2], rounding_mode="floor"), flat % A.shape[2]
    return X[best, :, i[best], j[best]]


@accepted(of=PATCHES, says="negative places allowed by torch.roll")
def rolled(model, layer_name, channel, images, k):
    A = record_activations(model, [layer_name], images)[layer_name][:, channel]
    field = receptive_field(model, layer_name, channels=images.size(1))
    order = sorted(range(len(images)), key=lambda n: -A[n].max().item())[:k]
    out = torch.empty(k, images.size(1), *field.size, dtype=images.dtype)
    big = F.pad(images, (0, field.size[1], 0, field.size[0]))
    for m, n in enumerate(order):
        at = A[n].argmax().item()
        shifts = [-(p * s + b) for p, s, b in zip(divmod(at, A.size(2)), field.stride, field.start)]
        out[m] = torch.roll(big[n], shifts, dims=(1, 2))[:, : field.size[0], : field.size[1]]
    return out
