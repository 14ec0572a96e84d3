"""Where a course's own templates ask for a GPU, let the processor answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch.overrides import TorchFunctionMode


class CudaOnCpu(TorchFunctionMode):
    """Inside it `.cuda()`, `.to("cuda")` and `device="cuda"` mean the processor, and `torch.cuda.*Tensor` its types."""

    def __torch_function__(
        self, function: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        if function is torch.Tensor.cuda:
            return args[0]
        if function is torch.Tensor.is_pinned:
            return False
        kept = {name: _on_cpu(value) for name, value in (kwargs or {}).items()}
        return function(*(_on_cpu(value) for value in args), **kept)


def _on_cpu(value: Any) -> Any:
    """Return an argument that names a GPU as one that names the processor."""
    if isinstance(value, torch.device) and value.type == "cuda":
        return torch.device("cpu")
    if isinstance(value, str) and (value == "cuda" or value.startswith("cuda:")):
        return "cpu"
    if isinstance(value, str) and value.startswith("torch.cuda."):
        return value.replace("torch.cuda.", "torch.")
    if isinstance(value, type(torch.FloatTensor)) and value.__module__ == "torch.cuda":
        return getattr(torch, value.__name__)
    return value
