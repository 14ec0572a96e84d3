"""What the warm process imports for its workers, and what it leaves out until somebody needs it."""

from __future__ import annotations

import contextlib
import sys
import types
from collections.abc import Iterator
from typing import Any

# torch's compiler and its `utils`, the only names that torchvision imports from it.
_COMPILER = ("torch._dynamo", "torch._dynamo.utils")


def import_libraries(*, compiler: bool) -> None:
    """Import torch, torchvision and matplotlib, so that a submission's own imports find them.

    Also what is imported only when it is first used and takes a worker 10 ms then: numpy's random numbers, and the
    source lines that torch keeps of whoever sets its seed.

    Args:
        compiler: whether torch's compiler is wanted too, which torch.optim, torch.func and torch.compile import when
            they are first used. It takes 1.2 s, half of everything else (`python -X importtime -c "import
            torchvision"`), and a worker that turns out to need it imports it then.
    """
    import matplotlib

    matplotlib.use("Agg")
    import numpy.random
    import torch
    from matplotlib import pyplot as plt  # noqa: F401

    torch.set_num_threads(1)
    torch.manual_seed(0)
    numpy.random.seed(0)
    with contextlib.nullcontext() if compiler else _without_compiler():
        from fixtures.torchvision_fallback import import_torchvision

        import_torchvision()


@contextlib.contextmanager
def _without_compiler() -> Iterator[None]:
    """Let torchvision be imported without torch's compiler, of which it wants one function.

    The stand-in is gone afterwards: whoever imports the compiler then gets the real one, and so does the function.
    """
    if _COMPILER[0] in sys.modules:
        yield
        return
    package, utils = (types.ModuleType(name) for name in _COMPILER)
    utils.is_compile_supported = _is_compile_supported  # type: ignore[attr-defined]
    sys.modules.update({_COMPILER[0]: package, _COMPILER[1]: utils})
    try:
        yield
    finally:
        for name in _COMPILER:
            del sys.modules[name]


def _is_compile_supported(device: Any) -> Any:
    """Return what torch's function of this name returns."""
    from torch._dynamo.utils import is_compile_supported

    return is_compile_supported(device)
