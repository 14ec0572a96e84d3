"""Raises KeyboardInterrupt, as Ctrl-C does."""


def compute_saliency_maps(X, y, model):
    raise KeyboardInterrupt
