"""What a student's function returned, as plain data: exact types, no subclass, no object of the student's."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from fixtures.arguments import NumpyArray

_NESTING = 3
_ITEMS = 256


def encode_result(value: Any, arrays: dict[str, NumpyArray], nesting: int = 0) -> dict[str, Any]:
    """Return plain data for a result; the numbers of tensors and arrays are added to `arrays`.

    The "kind" is one of tensor, array, picture, none, number, text, list, dict, other; a dict with a key that is
    no text is "other".
    """
    if type(value) in (torch.Tensor, torch.nn.Parameter):
        return _tensor(value, arrays)
    if type(value) is np.ndarray and value.dtype.kind in "fiub":
        return {"kind": "array", "array": _keep(value, arrays), "dtype": str(value.dtype)}
    if value is None:
        return {"kind": "none"}
    if isinstance(value, bool | int | float | np.number):
        return {"kind": "number", "value": float(value), "type": type(value).__name__}
    if isinstance(value, str):
        return {"kind": "text", "value": value[:2000]}
    if isinstance(value, (list, tuple)) and nesting < _NESTING:
        items = [encode_result(item, arrays, nesting + 1) for item in value[:_ITEMS]]
        return {"kind": "list", "type": type(value).__name__, "items": items}
    if isinstance(value, dict) and nesting < _NESTING and all(type(key) is str for key in value):
        entries = list(value.items())[:_ITEMS]
        return {
            "kind": "dict",
            "type": type(value).__name__,
            "keys": [key[:200] for key, _ in entries],
            "items": [encode_result(item, arrays, nesting + 1) for _, item in entries],
        }
    if type(value).__module__.startswith("PIL."):
        return {"kind": "picture", "array": _keep(np.asarray(value), arrays), "dtype": "uint8"}
    return {"kind": "other", "type": f"{type(value).__module__}.{type(value).__qualname__}"}


def _tensor(value: torch.Tensor, arrays: dict[str, NumpyArray]) -> dict[str, Any]:
    if value.is_complex() or value.layout is not torch.strided or value.device.type != "cpu":
        return {"kind": "other", "type": f"a {value.dtype} tensor on {value.device}"}
    plain = value.detach().resolve_conj().resolve_neg()
    if plain.dtype is torch.bfloat16:
        plain = plain.float()
    return {
        "kind": "tensor",
        "array": _keep(plain.contiguous().numpy(), arrays),
        "dtype": str(value.dtype).removeprefix("torch."),
        "requires_grad": value.requires_grad,
    }


def _keep(values: NumpyArray, arrays: dict[str, NumpyArray]) -> str:
    name = f"r{len(arrays)}"
    arrays[name] = values
    return name
