"""The Gaussian of scipy.ndimage, which the courses blur with, in numpy."""

import numpy as np


def gaussian_filter1d(input, sigma, axis=-1, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0):
    """Return an array smoothed along one axis; only what the courses use: no derivative."""
    if order != 0:
        raise NotImplementedError("only a Gaussian of order 0 is here")
    values = np.moveaxis(np.asarray(input), axis, -1)
    radius = int(truncate * float(sigma) + 0.5)
    offsets = np.arange(-radius, radius + 1)
    kernel = np.exp(-0.5 * (offsets / sigma) ** 2)
    kernel /= kernel.sum()
    padding = {"reflect": "symmetric", "nearest": "edge", "mirror": "reflect", "wrap": "wrap"}.get(
        mode, "constant"
    )
    extra = {"constant_values": cval} if padding == "constant" else {}
    padded = np.pad(
        values.astype(np.float64), [(0, 0)] * (values.ndim - 1) + [(radius, radius)], padding, **extra
    )
    width = values.shape[-1]
    smooth = sum(weight * padded[..., start : start + width] for start, weight in enumerate(kernel))
    smooth = np.moveaxis(smooth.astype(values.dtype), -1, axis)
    if isinstance(output, np.ndarray):
        output[...] = smooth
    return smooth


def gaussian_filter(input, sigma, order=0, output=None, mode="reflect", cval=0.0, truncate=4.0):
    """Return an array smoothed along all axes."""
    smooth = np.asarray(input)
    sigmas = np.broadcast_to(sigma, (smooth.ndim,))
    for axis, width in enumerate(sigmas):
        if width > 0:
            smooth = gaussian_filter1d(smooth, float(width), axis, order, None, mode, cval, truncate)
    if isinstance(output, np.ndarray):
        output[...] = smooth
    return smooth
