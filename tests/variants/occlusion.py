"""Right answers to the occlusion exercise, in other styles."""

import copy

import numpy as np
import torch

from reference.variants import accepted

OCCLUSION = "occlusion.occlusion_map"


@accepted(of=OCCLUSION, says="two loops over counted cells, a clone for each")
def two_loops(image, class_idx, model, window=32, stride=16, fill=0.0):
    modes = {m: m.training for m in model.modules()}
    model.eval()
    _, H, W = image.shape
    h, w = (H - window) // stride + 1, (W - window) // stride + 1
    result = torch.zeros(h, w, dtype=image.dtype)
    with torch.no_grad():
        s = model(image.unsqueeze(0))[0][class_idx].item()
        for i in range(h):
            for j in range(w):
                x = image.clone()
                x[:, i * stride : i * stride + window, j * stride : j * stride + window] = fill
                result[i, j] = s - model(x.unsqueeze(0))[0][class_idx].item()
    for m, mode in modes.items():
        m.training = mode
    return result


def drops_of_batch(image, class_idx, model, window, stride, fill):
    """All covered images in one batch, on a copy of the model."""
    net = copy.deepcopy(model).eval()
    places = [
        (top, left)
        for top in range(0, image.shape[1] - window + 1, stride)
        for left in range(0, image.shape[2] - window + 1, stride)
    ]
    batch = image.expand(len(places), -1, -1, -1).clone()
    for number, (top, left) in enumerate(places):
        batch[number, :, top : top + window, left : left + window] = fill
    with torch.no_grad():
        drop = net(image[None])[:, class_idx] - net(batch)[:, class_idx]
    return drop.reshape((image.shape[1] - window) // stride + 1, -1)


@accepted(of=OCCLUSION, says="all covered images in one batch, on a copy of the model")
def one_batch(image, class_idx, model, window=32, stride=16, fill=0.0):
    return drops_of_batch(image, class_idx, model, window, stride, fill)


@accepted(of=OCCLUSION, says="a mask of zeros and ones for each place")
def with_masks(image, class_idx, model, window=32, stride=16, fill=0.0):
    net = copy.deepcopy(model).eval()
    rows = []
    for top in range(0, image.shape[1] - window + 1, stride):
        row = []
        for left in range(0, image.shape[2] - window + 1, stride):
            mask = torch.ones_like(image)
            mask[:, top : top + window, left : left + window] = 0
            covered = image * mask + fill * (1 - mask)
            row.append((net(image[None]) - net(covered[None]))[0, class_idx].detach())
        rows.append(torch.stack(row))
    return torch.stack(rows)


@accepted(of=OCCLUSION, says="numpy in and out")
def in_numpy(image, class_idx, model, window=32, stride=16, fill=0.0):
    net = copy.deepcopy(model).eval()
    pixels = image.numpy()
    h = (pixels.shape[1] - window) // stride + 1
    w = (pixels.shape[2] - window) // stride + 1
    result = np.zeros((h, w), pixels.dtype)
    for i, j in np.ndindex(h, w):
        covered = pixels.copy()
        covered[:, i * stride : i * stride + window, j * stride : j * stride + window] = fill
        with torch.no_grad():
            both = net(torch.from_numpy(np.stack([pixels, covered])))[:, class_idx]
        result[i, j] = (both[0] - both[1]).item()
    return result


@accepted(of=OCCLUSION, says="the image is covered in place and uncovered again")
def covered_and_restored(image, class_idx, model, window=32, stride=16, fill=0.0):
    net = copy.deepcopy(model).eval()
    rows = []
    with torch.no_grad():
        whole = net(image[None])[0, class_idx]
        for top in range(0, image.shape[1] - window + 1, stride):
            row = []
            for left in range(0, image.shape[2] - window + 1, stride):
                kept = image[:, top : top + window, left : left + window].clone()
                image[:, top : top + window, left : left + window] = fill
                row.append((whole - net(image[None])[0, class_idx]).item())
                image[:, top : top + window, left : left + window] = kept
            rows.append(row)
    return torch.tensor(rows, dtype=image.dtype)


@accepted(of=OCCLUSION, says="with a batch axis and a channel axis in front")
def with_further_axes(image, class_idx, model, window=32, stride=16, fill=0.0):
    return drops_of_batch(image, class_idx, model, window, stride, fill)[None, None]
