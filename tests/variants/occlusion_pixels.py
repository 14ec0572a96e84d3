"""Right answers to the occlusion exercise that spread each drop over the pixels of its square, as libraries do."""

import copy

import torch

from reference.variants import accepted

OCCLUSION = "occlusion.occlusion_map"


def drops_with_their_squares(image, class_idx, model, window, stride, fill):
    net = copy.deepcopy(model).eval()
    with torch.no_grad():
        before = net(image.unsqueeze(0))[0, class_idx]
        for top in range(0, image.shape[1] - window + 1, stride):
            for left in range(0, image.shape[2] - window + 1, stride):
                covered = image.clone()
                covered[:, top : top + window, left : left + window] = fill
                drop = before - net(covered.unsqueeze(0))[0, class_idx]
                yield drop, slice(top, top + window), slice(left, left + window)


@accepted(of=OCCLUSION, says="for each pixel the mean over the squares that cover it")
def mean_for_each_pixel(image, class_idx, model, window=32, stride=16, fill=0.0):
    total, count = torch.zeros_like(image[0]), torch.zeros_like(image[0])
    for drop, rows, columns in drops_with_their_squares(image, class_idx, model, window, stride, fill):
        total[rows, columns] += drop
        count[rows, columns] += 1
    return total / count.clamp(min=1)


@accepted(of=OCCLUSION, says="for each pixel the sum over the squares that cover it")
def sum_for_each_pixel(image, class_idx, model, window=32, stride=16, fill=0.0):
    heatmap = torch.zeros_like(image[0])
    for drop, rows, columns in drops_with_their_squares(image, class_idx, model, window, stride, fill):
        heatmap[rows, columns] += drop
    return heatmap
