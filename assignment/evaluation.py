# Made from reference/evaluation.py by: python -m reference strip
"""Run a net as in evaluation, whatever mode it is in, and leave it as found. Support code, handed out as it is."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import nn


@contextmanager
def evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Put a net into eval mode inside a `with` block; afterwards each module is in the mode that it was in.

    In train mode dropout would explain another net each time, and batch normalisation would learn from the image.

    Args:
        model: any net. Modes are restored one by one, also after an exception.
    """
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training  # train() would set the modules inside as well
