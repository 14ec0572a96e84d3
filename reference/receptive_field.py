"""Support code for the exercises on hidden units: which pixels a unit of a layer looks at."""

import copy
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

# Sides of the square pictures that are tried, in pixels: the first that is large enough is used.
SIDES = (32, 64, 128, 256, 512, 1024)


@dataclass(frozen=True, slots=True)
class ReceptiveField:
    """Where the units of a layer look, for rows and for columns: each attribute is a pair (rows, columns) in pixels.

    The unit at (i, j) sees the rows from i * stride[0] + start[0], `size[0]` of them, and the columns from
    j * stride[1] + start[1], `size[1]` of them. Near the border of the picture some of them lie outside of it.

    Attributes:
        size: height and width of what one unit sees.
        stride: how far the fields of neighbouring units lie apart.
        start: first row and column that the unit (0, 0) sees; negative where the layers pad.
    """

    size: tuple[int, int]
    stride: tuple[int, int]
    start: tuple[int, int]


def receptive_field(model: nn.Module, layer_name: str, channels: int = 3) -> ReceptiveField:
    """Return which pixels the units of a layer look at.

    It is found by trying: a copy of the model, with all weights positive and each maximum replaced by a mean, lets
    every pixel that a unit sees change its value, so the gradient of the unit is positive on its field and zero
    elsewhere. Kernels, strides, padding, dilation, branches, and pooling windows that reach over the border are all
    in there.

    Args:
        model: built of convolutions, poolings and what works on each position by itself. Not modified.
        layer_name: dotted name of a layer that puts out (N, C, h, w), such as "backbone.conv2".
        channels: of the pictures that the model reads.
    Returns:
        Size, stride and start in pixels, whatever the size of the picture.
    Raises:
        ValueError: if the layer's output has no positions, or each of its units sees a part of the whole picture.
    Source: Araujo et al. 2019, "Computing receptive fields of convolutional neural networks", distill.pub.
    """
    linear = _with_positive_weights(model)
    grid = None
    for side in SIDES:
        X = torch.ones(1, channels, side, side, dtype=torch.float64, requires_grad=True)
        output = _run_up_to(linear, layer_name, X)
        if output is None:
            continue
        if output.dim() != 4:
            raise ValueError(
                f"expected a layer with an output (N, C, h, w), got shape {tuple(output.shape)} from {layer_name}; "
                "choose a layer before the positions are flattened"
            )
        if output.shape == grid:  # twice the picture and as many units: each of them sees a part of all of it
            break
        grid = output.shape
        i, j = grid[2] // 2, grid[3] // 2
        if min(i, j) < 1:  # one position has no neighbour to tell the stride by
            continue
        top, left, bottom, right = _support(output, i, j, X)
        next_top, next_left, *_ = _support(output, i - 1, j - 1, X)
        if min(next_top, next_left) > 0 and max(bottom, right) < side:
            stride = (top - next_top, left - next_left)
            start = (top - i * stride[0], left - j * stride[1])
            return ReceptiveField((bottom - top, right - left), stride, start)
    raise ValueError(
        f"the units of {layer_name} have no field of a fixed size below {SIDES[-1]} pixels; "
        "choose a layer before the positions are pooled together or flattened"
    )


def _with_positive_weights(model: nn.Module) -> nn.Module:
    """Return a copy of a model, float64, in which every value depends on every value it is computed from."""
    linear = copy.deepcopy(model).double().eval().requires_grad_(False)
    for module in linear.modules():
        module._forward_hooks.clear()  # those of whoever calls are not meant for the copy
        module._forward_pre_hooks.clear()
        if isinstance(module, nn.MaxPool2d):
            module.register_forward_hook(_take_the_mean)
        elif isinstance(module, nn.modules.batchnorm._BatchNorm):
            module.reset_parameters()  # mean 0, variance 1, no shift
    for name, parameter in linear.named_parameters():
        # convolutions become means: the values neither grow nor vanish, whatever the depth
        fan_in = parameter[0].numel() if parameter.dim() > 1 else 1
        parameter.fill_(0 if name.endswith("bias") else 1 / fan_in)
    return linear


def _take_the_mean(pool: nn.MaxPool2d, inputs: tuple[Tensor], output: Tensor) -> Tensor:
    """Return the mean over each window of a max pooling, whose gradient reaches the whole window."""
    (X,) = inputs
    (kernel, stride, padding, dilation) = map(
        _pair, (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    )
    # windows of ceil_mode reach further over the lower and the right border, by less than one stride
    (above, left), (below, right) = padding, (padding[0] + stride[0], padding[1] + stride[1])
    X = nn.functional.pad(X, (left, right, above, below))
    mean = torch.full((X.shape[1], 1, *kernel), 1 / (kernel[0] * kernel[1]), dtype=X.dtype)
    means = nn.functional.conv2d(X, mean, stride=stride, dilation=dilation, groups=X.shape[1])
    return means[..., : output.shape[2], : output.shape[3]]


def _pair(number: Any) -> tuple[int, int]:
    return (number, number) if isinstance(number, int) else tuple(number)


def _run_up_to(model: nn.Module, layer_name: str, X: Tensor) -> Tensor | None:
    """Return the output of a layer, None if what comes before it fits no picture of this size.

    The rest of the model is not run: it may fit other sizes only.
    """

    class Reached(Exception):
        pass

    outputs: list[Tensor] = []

    def stop(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
        outputs.append(output)
        raise Reached

    with model.get_submodule(layer_name).register_forward_hook(stop):
        try:
            model(X)
        except Reached:
            return outputs[0]
        except RuntimeError:
            return None
    raise ValueError(f"the model does not run {layer_name!r}; choose a layer that it does run")


def _support(output: Tensor, i: int, j: int, X: Tensor) -> tuple[int, int, int, int]:
    """Return the box, (top, left, bottom, right), of the pixels that the units at (i, j) depend on."""
    (gradient,) = torch.autograd.grad(output[0, :, i, j].sum(), X, retain_graph=True)
    seen = gradient[0].sum(dim=0) > 0  # (1, C, H, W) -> (H, W)
    rows, columns = seen.any(dim=1).nonzero(), seen.any(dim=0).nonzero()
    return int(rows[0]), int(columns[0]), int(rows[-1]) + 1, int(columns[-1]) + 1
